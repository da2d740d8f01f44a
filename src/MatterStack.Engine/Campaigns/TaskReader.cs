using System.Globalization;
using MatterStack.Engine.Files;
using MatterStack.Engine.Identity;
using MatterStack.Engine.Problems;

namespace MatterStack.Engine.Campaigns;

/// <summary>Converts declared tasks to <see cref="CampaignTask"/>s and reports all their problems.</summary>
internal sealed class TaskReader
{
    /// <summary>Allowed values of <c>Figures</c>, for messages.</summary>
    public const string FigureFiles = "files that end in .csv or .json";

    /// <summary>Allowed values of <c>TimeLimitMinutes</c>, for messages.</summary>
    public const string TimeLimitWanted = "a number above 0 and up to 5256000 (ten years), with a decimal point; leave it out for no limit";

    private static readonly HashSet<string> MachineKinds = ["local", "hpc"];
    private readonly List<Problem> _problems = [];
    private DeclaredTask _declared = null!;

    public static Result<IReadOnlyList<CampaignTask>> Read(IReadOnlyCollection<DeclaredTask> declared)
    {
        var reader = new TaskReader();
        var tasks = new List<CampaignTask>(declared.Count);
        tasks.AddRange(declared.Select(reader.ReadOne).OfType<CampaignTask>());
        return reader._problems.Any(static p => p.Severity == Severity.Error)
            ? Result<IReadOnlyList<CampaignTask>>.Fail(reader._problems)
            : Result<IReadOnlyList<CampaignTask>>.Ok(tasks, reader._problems);
    }

    /// <summary>Operator key of a task that names none.</summary>
    public static OperatorKey DefaultKey(TaskKind kind) => kind switch { TaskKind.Gate => "human.default", TaskKind.Experiment => "experiment.default", _ => OperatorKey.LocalDefault };

    /// <summary>Whether operators with this key execute commands.</summary>
    public static bool NeedsCommand(OperatorKey key) => MachineKinds.Contains(key.Kind);

    /// <summary>Whether the report can draw a file.</summary>
    public static bool IsFigure(string path) => path.EndsWith(".csv", StringComparison.OrdinalIgnoreCase) || path.EndsWith(".json", StringComparison.OrdinalIgnoreCase);

    /// <summary>Adds the figures to the outputs, so that they are hashed, passed to dependent tasks and stored like every output.</summary>
    public static IReadOnlyList<string> WithFigures(IReadOnlyList<string> outputs, IReadOnlyList<string> figures) =>
        figures.Count == 0 ? outputs : [.. outputs, .. figures.Except(outputs, StringComparer.Ordinal)];

    private CampaignTask? ReadOne(DeclaredTask declared)
    {
        _declared = declared;
        if (!TaskId.TryParse(declared.Id, out var id))
        {
            _problems.Add(Problem.Of(CampaignCodes.IllegalTaskId, $"'{declared.Id}' cannot be a task id ({TaskId.Pattern})", declared.DeclaredAt));
            return null;
        }

        foreach (var (name, values) in declared.Metadata)
        {
            if (OddCharacter(values) is { } odd)
            {
                _problems.Add(new Problem(CampaignCodes.IllegalMetadata, $"Task '{id}': {name} holds the control character U+{(int)odd:X4}",
                    "MSBuild reads '%' and two hexadecimal digits as one character: write %25 for a percent sign.", declared.DeclaredAt));
            }
        }

        var kind = Choice<TaskKind>("Kind");
        var figures = Figures();
        var task = new CampaignTask
        {
            Id = id,
            Command = Text("Command") ?? "",
            OperatorKey = Key(kind),
            DependsOn = Dependencies(),
            Files = FileRequests(),
            Outputs = WithFigures(Paths("Outputs"), figures),
            Figures = figures,
            Env = Environment(),
            Cores = Whole("Cores", 1, 1),
            MemoryGb = Positive("MemoryGb"),
            Gpus = Whole("Gpus", 0, 0),
            TimeLimitMinutes = Positive("TimeLimitMinutes", CampaignTask.LongestTimeLimit, TimeLimitWanted),
            Image = Text("Image"),
            AllowFailure = Flag("AllowFailure", false),
            AllowDependencyFailure = Flag("AllowDependencyFailure", false),
            MaxAttempts = Whole("MaxAttempts", 1, 1),
            RetryMemoryFactor = Positive("RetryMemoryFactor") ?? 1,
            Kind = kind,
            Message = Text("Message"),
            Parameters = Json("Parameters"),
            DownloadInclude = List("DownloadInclude"),
            DownloadExclude = List("DownloadExclude"),
            Cache = Flag("Cache", true),
            Place = declared.Place,
            DeclaredAt = declared.Place is null ? declared.DeclaredAt : null,
        };

        if (task.Command.Length == 0 && NeedsCommand(task.OperatorKey))
        {
            _problems.Add(Problem.Of(CampaignCodes.NoCommand, $"Task '{id}' is routed to '{task.OperatorKey}' and has no Command",
                declared.DeclaredAt));
        }

        return task;
    }

    private static char? OddCharacter(IReadOnlyList<string> values)
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

    private string? Text(string name) => _declared.Metadata.TryGetValue(name, out var values) && values is [{ } value, ..] && value.Trim().Length > 0 ? value : null;

    private string[] List(string name) =>
        _declared.Metadata.TryGetValue(name, out var values) ? values.Select(static v => v.Trim()).Where(static v => v.Length > 0).ToArray() : [];

    // Like List, but keeps blanks at the end of an entry, because they are a part of the value.
    // A line end and the text after it belong to the layout of the file.
    private string[] Entries(string name) => !_declared.Metadata.TryGetValue(name, out var values) ? []
        : [.. values.Where(static v => v.Trim().Length > 0).Select(static v => v.TrimStart()).Select(static v => v.AsSpan(v.TrimEnd().Length).IndexOfAny('\r', '\n') is >= 0 and var end ? v[..(v.TrimEnd().Length + end)] : v)];

    private void Illegal(string name, string value, string wanted) =>
        _problems.Add(new Problem(CampaignCodes.IllegalMetadata, $"Task '{_declared.Id}': {name} is '{value}'", $"It takes {wanted}.", _declared.DeclaredAt));

    private OperatorKey Key(TaskKind kind)
    {
        if (Text("OperatorKey") is not { } text)
        {
            return DefaultKey(kind);
        }

        if (!OperatorKey.TryParseRouting(text, out var key))
        {
            Illegal("OperatorKey", text, $"an operator key ({OperatorKey.Pattern})");
            return OperatorKey.LocalDefault;
        }

        return key;
    }

    // Most tasks have none, and a campaign can have 100 000 tasks, so the empty case costs nothing.
    private TaskId[] Dependencies()
    {
        if (List("DependsOn") is not { Length: > 0 } texts)
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
                Illegal("DependsOn", text, "task ids separated by ';'");
            }
        }

        return [.. ids];
    }

    private FileRequest[] FileRequests()
    {
        if (List("Files") is not { Length: > 0 } texts)
        {
            return [];
        }

        var requests = new List<FileRequest>(texts.Length);
        foreach (var text in texts)
        {
            var (from, to) = FileRequest.Split(text);
            var source = RelativePath.Normalise(from);
            var target = to is null ? null : RelativePath.Normalise(to);
            if (source is null || (to is not null && target is null))
            {
                _problems.Add(Problem.Of(CampaignCodes.PathOutside, $"Task '{_declared.Id}': Files has '{text}'", _declared.DeclaredAt));
            }
            else if (target is not null && Globs.IsPattern(source))
            {
                Illegal("Files", text, "a new name only for a single file, not for a pattern");
            }
            else
            {
                requests.Add(new FileRequest(source, target));
            }
        }

        return [.. requests];
    }

    private string[] Paths(string name)
    {
        if (List(name) is not { Length: > 0 } texts)
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
                _problems.Add(Problem.Of(CampaignCodes.PathOutside, $"Task '{_declared.Id}': {name} has '{text}'", _declared.DeclaredAt));
            }
        }

        return [.. paths];
    }

    private string[] Figures()
    {
        var paths = Paths("Figures");
        foreach (var path in paths.Where(static p => !IsFigure(p)))
        {
            Illegal("Figures", path, FigureFiles);
        }

        return paths;
    }

    private KeyValuePair<string, string>[] Environment()
    {
        if (Entries("Env") is not { Length: > 0 } texts)
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
                Illegal("Env", text, "NAME=value pairs separated by ';' (write %3B for a ';' in a value)");
            }
            else if (name.StartsWith("MATTERSTACK_", StringComparison.Ordinal))
            {
                Illegal("Env", text, "names that do not begin with MATTERSTACK_: those are set by the engine");
            }
            else
            {
                pairs.Add(new(name, text[(equals + 1)..]));
            }
        }

        return [.. pairs];
    }

    private int Whole(string name, int fallback, int least)
    {
        if (Text(name) is not { } text)
        {
            return fallback;
        }

        if (int.TryParse(text.Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= least)
        {
            return number;
        }

        Illegal(name, text, $"a whole number from {least.ToString(CultureInfo.InvariantCulture)}");
        return fallback;
    }

    private double? Positive(string name, double most = double.MaxValue, string wanted = "a number above 0, with a decimal point")
    {
        if (Text(name) is not { } text)
        {
            return null;
        }

        if (double.TryParse(text.Trim(), NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && number > 0 && number <= most)
        {
            return number;
        }

        Illegal(name, text, wanted);
        return null;
    }

    private bool Flag(string name, bool fallback)
    {
        switch (Text(name)?.Trim().ToUpperInvariant())
        {
            case null: return fallback;
            case "TRUE": return true;
            case "FALSE": return false;
            default:
                Illegal(name, Text(name)!, "true or false");
                return fallback;
        }
    }

    private T Choice<T>(string name)
        where T : struct, Enum
    {
        if (Text(name) is not { } text)
        {
            return default;
        }

        if (Enum.TryParse<T>(text.Trim(), ignoreCase: true, out var value) && Enum.IsDefined(value) && !char.IsAsciiDigit(text.Trim()[0]))
        {
            return value;
        }

        Illegal(name, text, "one of " + string.Join(", ", Enum.GetNames<T>()));
        return default;
    }

    private string? Json(string name)
    {
        if (Text(name) is not { } text)
        {
            return null;
        }

        if (OutsideJson.Check(text, JsonRule.Value) is not { } fault)
        {
            return text;
        }

        Illegal(name, text, $"JSON; {fault}");
        return null;
    }
}
