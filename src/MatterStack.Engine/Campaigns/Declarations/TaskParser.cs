using System.Globalization;
using MatterStack.Engine.Files;
using MatterStack.Engine.Identity;
using MatterStack.Engine.Problems;

namespace MatterStack.Engine.Campaigns.Declarations;

/// <summary>Converts declared tasks to <see cref="CampaignTask"/>s and reports all their problems.</summary>
internal sealed class TaskParser
{
    /// <summary>Allowed values of <c>Figures</c>, for messages.</summary>
    public const string FigureFilesText = "files that end in .csv or .json";

    /// <summary>Allowed values of <c>TimeLimitMinutes</c>, for messages.</summary>
    public const string TimeLimitText = "a number above 0 and up to 5256000 (ten years), with a decimal point; leave it out for no limit";

    private static readonly HashSet<string> MachineKinds = ["local", "hpc"];
    private readonly List<Problem> _problems = [];
    private DeclaredTask _declared = null!;

    public static Result<IReadOnlyList<CampaignTask>> Read(IReadOnlyCollection<DeclaredTask> declared)
    {
        var reader = new TaskParser();
        var tasks = new List<CampaignTask>(declared.Count);
        tasks.AddRange(declared.Select(reader.ReadOne).OfType<CampaignTask>());
        return reader._problems.Any(static p => p.Severity == Severity.Error)
            ? Result<IReadOnlyList<CampaignTask>>.Fail(reader._problems)
            : Result<IReadOnlyList<CampaignTask>>.Ok(tasks, reader._problems);
    }

    /// <summary>Operator key of a task that names none.</summary>

    /// <summary>Whether operators with this key execute commands.</summary>
    public static bool NeedsCommand(OperatorKey key) => MachineKinds.Contains(key.Kind);

    /// <summary>Whether the report can draw a file.</summary>
    public static bool IsFigure(string path) => path.EndsWith(".csv", StringComparison.OrdinalIgnoreCase) || path.EndsWith(".json", StringComparison.OrdinalIgnoreCase);

    /// <summary>Adds the figures to the outputs, so that they are hashed, passed to dependent tasks and stored like every output.</summary>
    public static IReadOnlyList<string> AddFigures(IReadOnlyList<string> outputs, IReadOnlyList<string> figures) =>
        figures.Count == 0 ? outputs : [.. outputs, .. figures.Except(outputs, StringComparer.Ordinal)];

    private CampaignTask? ReadOne(DeclaredTask declared)
    {
        _declared = declared;
        if (!TaskId.TryParse(declared.Id, out var id))
        {
            _problems.Add(Problem.Create(CampaignCodes.IllegalTaskId, $"'{declared.Id}' cannot be a task id ({TaskId.Pattern})", declared.DeclaredAt));
            return null;
        }

        foreach (var (name, values) in declared.Metadata)
        {
            if (FindControlCharacter(values) is { } odd)
            {
                _problems.Add(new Problem(CampaignCodes.IllegalMetadata, $"Task '{id}': {name} holds the control character U+{(int)odd:X4}",
                    "MSBuild reads '%' and two hexadecimal digits as one character: write %25 for a percent sign.", declared.DeclaredAt));
            }
        }

        var kind = ReadEnum<TaskKind>("Kind");
        var figures = ReadFigures();
        var task = new CampaignTask
        {
            Id = id,
            Command = ReadText("Command") ?? "",
            OperatorKey = ReadOperatorKey(kind),
            DependsOn = ReadDependencies(),
            Files = ReadFileRequests(),
            Outputs = AddFigures(ReadPaths("Outputs"), figures),
            Figures = figures,
            Env = ReadEnvironment(),
            Cores = ReadInteger("Cores", 1, 1),
            MemoryGb = ReadPositiveNumber("MemoryGb"),
            Gpus = ReadInteger("Gpus", 0, 0),
            TimeLimitMinutes = ReadPositiveNumber("TimeLimitMinutes", CampaignTask.MaxTimeLimitMinutes, TimeLimitText),
            Image = ReadText("Image"),
            AllowFailure = ReadBoolean("AllowFailure", false),
            AllowDependencyFailure = ReadBoolean("AllowDependencyFailure", false),
            MaxAttempts = ReadInteger("MaxAttempts", 1, 1),
            RetryMemoryFactor = ReadPositiveNumber("RetryMemoryFactor") ?? 1,
            Kind = kind,
            Message = ReadText("Message"),
            Parameters = ReadJson("Parameters"),
            DownloadInclude = ReadList("DownloadInclude"),
            DownloadExclude = ReadList("DownloadExclude"),
            Cache = ReadBoolean("Cache", true),
            Site = declared.Site,
            DeclaredAt = declared.Site is null ? declared.DeclaredAt : null,
        };

        if (task.Command.Length == 0 && NeedsCommand(task.OperatorKey))
        {
            _problems.Add(Problem.Create(CampaignCodes.NoCommand, $"Task '{id}' is routed to '{task.OperatorKey}' and has no Command",
                declared.DeclaredAt));
        }

        return task;
    }

    private static char? FindControlCharacter(IReadOnlyList<string> values)
    {
        for (var i = 0; i < values.Count; i++)
        {
            foreach (var c in values[i])
            {
                if (char.IsControl(c) && c is not ('\t' or '\n' or '\r'))
                {
                    return c;
                }
            }
        }

        return null;
    }

    private string? ReadText(string name) => _declared.Metadata.TryGetValue(name, out var values) && values is [{ } value, ..] && value.Trim().Length > 0 ? value : null;

    private string[] ReadList(string name) =>
        _declared.Metadata.TryGetValue(name, out var values) ? values.Select(static v => v.Trim()).Where(static v => v.Length > 0).ToArray() : [];

    // Like List, but keeps blanks at the end of an entry, because they are a part of the value.
    // A line end and the text after it belong to the layout of the file.
    private string[] ReadEntries(string name) => !_declared.Metadata.TryGetValue(name, out var values) ? []
        : [.. values.Where(static v => v.Trim().Length > 0).Select(static v => v.TrimStart()).Select(static v => v.AsSpan(v.TrimEnd().Length).IndexOfAny('\r', '\n') is >= 0 and var end ? v[..(v.TrimEnd().Length + end)] : v)];

    private void ReportIllegalValue(string name, string value, string wanted) =>
        _problems.Add(new Problem(CampaignCodes.IllegalMetadata, $"Task '{_declared.Id}': {name} is '{value}'", $"It takes {wanted}.", _declared.DeclaredAt));

    private OperatorKey ReadOperatorKey(TaskKind kind)
    {
        if (ReadText("OperatorKey") is not { } text)
        {
            return CampaignTask.GetDefaultKey(kind);
        }

        if (!OperatorKey.TryParseRouting(text, out var key))
        {
            ReportIllegalValue("OperatorKey", text, $"an operator key ({OperatorKey.Pattern})");
            return OperatorKey.LocalDefault;
        }

        return key;
    }

    // Most tasks have none, and a campaign can have 100 000 tasks, so the empty case costs nothing.
    private TaskId[] ReadDependencies()
    {
        if (ReadList("DependsOn") is not { Length: > 0 } texts)
        {
            return [];
        }

        var ids = new List<TaskId>(texts.Length);
        foreach (var text in texts.Distinct(StringComparer.Ordinal))
        {
            if (TaskId.TryParse(text, out var id))
            {
                ids.Add(id);
            }
            else
            {
                ReportIllegalValue("DependsOn", text, "task ids separated by ';'");
            }
        }

        return [.. ids];
    }

    private FileRequest[] ReadFileRequests()
    {
        if (ReadList("Files") is not { Length: > 0 } texts)
        {
            return [];
        }

        var requests = new List<FileRequest>(texts.Length);
        foreach (var text in texts)
        {
            var (from, to) = FileRequest.SplitEntry(text);
            var source = RelativePath.Normalise(from);
            var target = to is null ? null : RelativePath.Normalise(to);
            if (source is null || (to is not null && target is null))
            {
                _problems.Add(Problem.Create(CampaignCodes.PathOutside, $"Task '{_declared.Id}': Files has '{text}'", _declared.DeclaredAt));
            }
            else if (target is not null && Globs.IsPattern(source))
            {
                ReportIllegalValue("Files", text, "a new name only for a single file, not for a pattern");
            }
            else
            {
                requests.Add(new FileRequest(source, target));
            }
        }

        return [.. requests];
    }

    private string[] ReadPaths(string name)
    {
        if (ReadList(name) is not { Length: > 0 } texts)
        {
            return [];
        }

        var paths = new List<string>(texts.Length);
        foreach (var text in texts)
        {
            if (RelativePath.Normalise(text) is { } path)
            {
                paths.Add(path);
            }
            else
            {
                _problems.Add(Problem.Create(CampaignCodes.PathOutside, $"Task '{_declared.Id}': {name} has '{text}'", _declared.DeclaredAt));
            }
        }

        return [.. paths];
    }

    private string[] ReadFigures()
    {
        var paths = ReadPaths("Figures");
        foreach (var path in paths.Where(static p => !IsFigure(p)))
        {
            ReportIllegalValue("Figures", path, FigureFilesText);
        }

        return paths;
    }

    private KeyValuePair<string, string>[] ReadEnvironment()
    {
        if (ReadEntries("Env") is not { Length: > 0 } texts)
        {
            return [];
        }

        var pairs = new List<KeyValuePair<string, string>>(texts.Length);
        foreach (var text in texts)
        {
            var equals = text.IndexOf('=', StringComparison.Ordinal);
            var name = equals < 0 ? text : text[..equals].Trim();
            if (equals < 1 || char.IsAsciiDigit(name[0]) || !name.All(static c => char.IsAsciiLetterOrDigit(c) || c == '_'))
            {
                ReportIllegalValue("Env", text, "NAME=value pairs separated by ';' (write %3B for a ';' in a value)");
            }
            else if (name.StartsWith("MATTERSTACK_", StringComparison.Ordinal))
            {
                ReportIllegalValue("Env", text, "names that do not begin with MATTERSTACK_: those are set by the engine");
            }
            else
            {
                pairs.Add(new(name, text[(equals + 1)..]));
            }
        }

        return [.. pairs];
    }

    private int ReadInteger(string name, int fallback, int least)
    {
        if (ReadText(name) is not { } text)
        {
            return fallback;
        }

        if (int.TryParse(text.Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= least)
        {
            return number;
        }

        ReportIllegalValue(name, text, $"a whole number from {least.ToString(CultureInfo.InvariantCulture)}");
        return fallback;
    }

    private double? ReadPositiveNumber(string name, double most = double.MaxValue, string wanted = "a number above 0, with a decimal point")
    {
        if (ReadText(name) is not { } text)
        {
            return null;
        }

        if (double.TryParse(text.Trim(), NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && number > 0 && number <= most)
        {
            return number;
        }

        ReportIllegalValue(name, text, wanted);
        return null;
    }

    private bool ReadBoolean(string name, bool fallback)
    {
        switch (ReadText(name)?.Trim().ToUpperInvariant())
        {
            case null: return fallback;
            case "TRUE": return true;
            case "FALSE": return false;
            default:
                ReportIllegalValue(name, ReadText(name)!, "true or false");
                return fallback;
        }
    }

    private T ReadEnum<T>(string name)
        where T : struct, Enum
    {
        if (ReadText(name) is not { } text)
        {
            return default;
        }

        if (Enum.TryParse<T>(text.Trim(), ignoreCase: true, out var value) && Enum.IsDefined(value) && !char.IsAsciiDigit(text.Trim()[0]))
        {
            return value;
        }

        ReportIllegalValue(name, text, "one of " + string.Join(", ", Enum.GetNames<T>()));
        return default;
    }

    private string? ReadJson(string name)
    {
        if (ReadText(name) is not { } text)
        {
            return null;
        }

        if (OutsideJson.FindFault(text, JsonRule.Value) is not { } fault)
        {
            return text;
        }

        ReportIllegalValue(name, text, $"JSON; {fault}");
        return null;
    }
}
