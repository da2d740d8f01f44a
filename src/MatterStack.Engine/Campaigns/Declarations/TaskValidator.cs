using MatterStack.Engine.Files;
using MatterStack.Engine.Problems;

namespace MatterStack.Engine.Campaigns.Declarations;

/// <summary>Checks a task of a C# campaign by the rules that <see cref="TaskParser"/> applies to items, and copies its parts into
/// collections of the engine.</summary>
internal sealed class TaskValidator
{
    private readonly CampaignTask _task;
    private readonly SourcePosition? _at;
    private readonly List<Problem> _problems;

    private TaskValidator(CampaignTask task, SourcePosition? at, List<Problem> problems) => (_task, _at, _problems) = (task, at, problems);

    /// <param name="task">The task of the campaign.</param>
    /// <param name="plannedAt">Position of the Plan method, for tasks without a position.</param>
    /// <param name="problems">Receives the problems.</param>
    public static CampaignTask ValidateTask(CampaignTask task, SourcePosition? plannedAt, List<Problem> problems) => new TaskValidator(task, task.DeclaredAt ?? plannedAt, problems).CopyValidated();

    private CampaignTask CopyValidated()
    {
        if (_task.Id.Value is null)
        {
            _problems.Add(new Problem(CampaignCodes.IllegalTaskId, "A task has no id", "Set Id = \"…\".", _at));
            return _task;
        }

        ReportUnless(_task.Cores >= 1, "Cores", _task.Cores, "a whole number from 1");
        ReportUnless(_task.Gpus >= 0, "Gpus", _task.Gpus, "a whole number from 0");
        ReportUnless(_task.MaxAttempts >= 1, "MaxAttempts", _task.MaxAttempts, "a whole number from 1");
        ReportUnless(IsPositive(_task.MemoryGb ?? 1), "MemoryGb", _task.MemoryGb, "a number above 0");
        ReportUnless(IsPositive(_task.TimeLimitMinutes ?? 1) && !(_task.TimeLimitMinutes > CampaignTask.MaxTimeLimitMinutes), "TimeLimitMinutes", _task.TimeLimitMinutes, TaskParser.TimeLimitText);
        ReportUnless(IsPositive(_task.RetryMemoryFactor), "RetryMemoryFactor", _task.RetryMemoryFactor, "a number above 0");
        ReportUnless(Enum.IsDefined(_task.Kind), "Kind", _task.Kind, "one of " + string.Join(", ", Enum.GetNames<TaskKind>()));
        foreach (var (name, text) in new[] { ("Command", _task.Command), ("Message", _task.Message), ("Image", _task.Image) }.Concat(_task.Env.Select(e => ("Env", (string?)e.Value))))
        {
            ReportUnless(text?.FirstOrDefault(static c => char.IsControl(c) && c is not ('\t' or '\n' or '\r')) is null or '\0', name, "a text with a control character", "text");
        }

        if (string.IsNullOrWhiteSpace(_task.Command) && TaskParser.NeedsCommand(_task.OperatorKey))
        {
            _problems.Add(Problem.Create(CampaignCodes.NoCommand,
                $"Task '{_task.Id}' is routed to '{_task.OperatorKey}' and has no Command", _at));
        }

        CheckParameters();
        string[] figures = [.. _task.Figures.Select(path => CheckPath("Figures", path)).OfType<string>()];
        foreach (var path in figures)
        {
            ReportUnless(TaskParser.IsFigure(path), "Figures", path, TaskParser.FigureFilesText);
        }

        return _task with
        {
            DeclaredAt = _at,
            DependsOn = [.. _task.DependsOn.Where(HasId).Distinct()],
            Files = [.. _task.Files.Select(CheckFile).OfType<FileRequest>()],
            Outputs = TaskParser.AddFigures([.. _task.Outputs.Select(path => CheckPath("Outputs", path)).OfType<string>()], figures),
            Figures = figures,
            Env = [.. _task.Env.Where(IsAssignment)],
            DownloadInclude = [.. _task.DownloadInclude],
            DownloadExclude = [.. _task.DownloadExclude],
        };
    }

    private static bool IsPositive(double number) => number > 0 && double.IsFinite(number);

    private void ReportUnless(bool holds, string name, object? value, string wanted)
    {
        if (!holds)
        {
            _problems.Add(new Problem(CampaignCodes.IllegalMetadata, FormattableString.Invariant($"Task '{_task.Id}': {name} is '{value}'"), $"It takes {wanted}.", _at));
        }
    }

    private bool HasId(Identity.TaskId id)
    {
        ReportUnless(id.Value is not null, "DependsOn", "", "ids of tasks");
        return id.Value is not null;
    }

    private FileRequest? CheckFile(FileRequest request)
    {
        if (CheckPath("Files", request.Source) is not { } source || (request.Target is { } wanted && CheckPath("Files", wanted) is null))
        {
            return null;
        }

        ReportUnless(request.Target is null || !Globs.IsPattern(source), "Files", request, "a new name only for a single file, not for a pattern");
        return new FileRequest(source, request.Target is { } target ? RelativePath.Normalise(target) : null);
    }

    private string? CheckPath(string name, string? path)
    {
        if (path is not null && RelativePath.Normalise(path) is { } inside)
        {
            return inside;
        }

        _problems.Add(Problem.Create(CampaignCodes.PathOutside, $"Task '{_task.Id}': {name} has '{path}'", _at));
        return null;
    }

    private bool IsAssignment(KeyValuePair<string, string> pair)
    {
        var legal = pair.Key is { Length: > 0 } name && pair.Value is not null && !char.IsAsciiDigit(name[0]) && name.All(static c => char.IsAsciiLetterOrDigit(c) || c == '_');
        ReportUnless(legal, "Env", pair.Key, "names of letters, digits and '_' with a value");
        ReportUnless(!legal || !pair.Key.StartsWith("MATTERSTACK_", StringComparison.Ordinal), "Env", pair.Key, "names that do not begin with MATTERSTACK_: those are set by the engine");
        return legal;
    }

    private void CheckParameters()
    {
        if (_task.Parameters is { } text && OutsideJson.FindFault(text, JsonRule.Value) is { } fault)
        {
            ReportUnless(false, "Parameters", text, $"JSON; {fault}");
        }
    }
}
