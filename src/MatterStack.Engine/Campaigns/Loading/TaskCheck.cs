using MatterStack.Engine.Files;
using MatterStack.Engine.Problems;

namespace MatterStack.Engine.Campaigns.Loading;

/// <summary>Checks a task of a C# campaign by the rules that <see cref="TaskReader"/> applies to items, and copies its parts into
/// collections of the engine.</summary>
internal sealed class TaskCheck
{
    private readonly CampaignTask _task;
    private readonly SourcePosition? _at;
    private readonly List<Problem> _problems;

    private TaskCheck(CampaignTask task, SourcePosition? at, List<Problem> problems) => (_task, _at, _problems) = (task, at, problems);

    /// <param name="task">The task of the campaign.</param>
    /// <param name="plannedAt">Position of the Plan method, for tasks without a position.</param>
    /// <param name="problems">Receives the problems.</param>
    public static CampaignTask Check(CampaignTask task, SourcePosition? plannedAt, List<Problem> problems) => new TaskCheck(task, task.DeclaredAt ?? plannedAt, problems).Checked();

    private CampaignTask Checked()
    {
        if (_task.Id.Value is null)
        {
            _problems.Add(new Problem(CampaignCodes.IllegalTaskId, "A task has no id", "Set Id = \"…\".", _at));
            return _task;
        }

        Expect(_task.Cores >= 1, "Cores", _task.Cores, "a whole number from 1");
        Expect(_task.Gpus >= 0, "Gpus", _task.Gpus, "a whole number from 0");
        Expect(_task.MaxAttempts >= 1, "MaxAttempts", _task.MaxAttempts, "a whole number from 1");
        Expect(IsPositive(_task.MemoryGb ?? 1), "MemoryGb", _task.MemoryGb, "a number above 0");
        Expect(IsPositive(_task.TimeLimitMinutes ?? 1) && !(_task.TimeLimitMinutes > CampaignTask.LongestTimeLimit), "TimeLimitMinutes", _task.TimeLimitMinutes, TaskReader.TimeLimitWanted);
        Expect(IsPositive(_task.RetryMemoryFactor), "RetryMemoryFactor", _task.RetryMemoryFactor, "a number above 0");
        Expect(Enum.IsDefined(_task.Kind), "Kind", _task.Kind, "one of " + string.Join(", ", Enum.GetNames<TaskKind>()));
        foreach (var (name, text) in new[] { ("Command", _task.Command), ("Message", _task.Message), ("Image", _task.Image) }.Concat(_task.Env.Select(e => ("Env", (string?)e.Value))))
        {
            Expect(text?.FirstOrDefault(static c => char.IsControl(c) && c is not ('\t' or '\n' or '\r')) is null or '\0', name, "a text with a control character", "text");
        }

        if (string.IsNullOrWhiteSpace(_task.Command) && TaskReader.NeedsCommand(_task.OperatorKey))
        {
            _problems.Add(Problem.Of(CampaignCodes.NoCommand,
                $"Task '{_task.Id}' is routed to '{_task.OperatorKey}' and has no Command", _at));
        }

        CheckParameters();
        string[] figures = [.. _task.Figures.Select(path => Inside("Figures", path)).OfType<string>()];
        foreach (var path in figures)
        {
            Expect(TaskReader.IsFigure(path), "Figures", path, TaskReader.FigureFiles);
        }

        return _task with
        {
            DeclaredAt = _at,
            DependsOn = [.. _task.DependsOn.Where(Named).Distinct()],
            Files = [.. _task.Files.Select(File).OfType<FileRequest>()],
            Outputs = TaskReader.WithFigures([.. _task.Outputs.Select(path => Inside("Outputs", path)).OfType<string>()], figures),
            Figures = figures,
            Env = [.. _task.Env.Where(Assigns)],
            DownloadInclude = [.. _task.DownloadInclude],
            DownloadExclude = [.. _task.DownloadExclude],
        };
    }

    private static bool IsPositive(double number) => number > 0 && double.IsFinite(number);

    private void Expect(bool holds, string name, object? value, string wanted)
    {
        if (!holds)
        {
            _problems.Add(new Problem(CampaignCodes.IllegalMetadata, FormattableString.Invariant($"Task '{_task.Id}': {name} is '{value}'"), $"It takes {wanted}.", _at));
        }
    }

    private bool Named(Identity.TaskId id)
    {
        Expect(id.Value is not null, "DependsOn", "", "ids of tasks");
        return id.Value is not null;
    }

    private FileRequest? File(FileRequest request)
    {
        if (Inside("Files", request.Source) is not { } source || (request.Target is { } wanted && Inside("Files", wanted) is null))
        {
            return null;
        }

        Expect(request.Target is null || !Globs.IsPattern(source), "Files", request, "a new name only for a single file, not for a pattern");
        return new FileRequest(source, request.Target is { } target ? RelativePath.Normalise(target) : null);
    }

    private string? Inside(string name, string? path)
    {
        if (path is not null && RelativePath.Normalise(path) is { } inside)
        {
            return inside;
        }

        _problems.Add(Problem.Of(CampaignCodes.PathOutside, $"Task '{_task.Id}': {name} has '{path}'", _at));
        return null;
    }

    private bool Assigns(KeyValuePair<string, string> pair)
    {
        var legal = pair.Key is { Length: > 0 } name && pair.Value is not null && !char.IsAsciiDigit(name[0]) && name.All(static c => char.IsAsciiLetterOrDigit(c) || c == '_');
        Expect(legal, "Env", pair.Key, "names of letters, digits and '_' with a value");
        Expect(!legal || !pair.Key.StartsWith("MATTERSTACK_", StringComparison.Ordinal), "Env", pair.Key, "names that do not begin with MATTERSTACK_: those are set by the engine");
        return legal;
    }

    private void CheckParameters()
    {
        if (_task.Parameters is { } text && OutsideJson.Check(text, JsonRule.Value) is { } fault)
        {
            Expect(false, "Parameters", text, $"JSON; {fault}");
        }
    }
}
