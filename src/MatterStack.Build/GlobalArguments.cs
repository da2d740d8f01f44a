using System.Globalization;
using MatterStack.Engine.Campaigns;
using MatterStack.Engine.Commands;
using MatterStack.Engine.Problems;
using MatterStack.Engine.Runs;

namespace MatterStack.Build;

/// <summary>Arguments of a command: the build's global properties. An environment variable or a property of the project with the same name is not an argument.</summary>
internal sealed class GlobalArguments(IReadOnlyDictionary<string, string> globals, string startupDirectory)
{
    // The property that dotnet build always sets.
    private const string OfTheCommand = "NuGetInteractive";

    private readonly List<Problem> _problems = [];

    /// <summary>Reports arguments that would have no effect. Returns false if one of them would make the target act on more than the user means.</summary>
    /// <param name="target">The target that runs.</param>
    /// <param name="log">Receives the problems.</param>
    public bool Check(string target, ICommandLog log)
    {
        // A usual command has no arguments, and needs no check.
        if (globals.Keys.All(name => name.Equals(OfTheCommand, StringComparison.OrdinalIgnoreCase)))
        {
            return true;
        }

        var found = ArgumentCheck.Misspelt(globals.Keys).Concat(CommandLine.Read(Environment.GetCommandLineArgs()).NotTaken(target, globals.Keys)).ToList();
        foreach (var problem in found)
        {
            log.Report(problem);
        }

        return !log.HasWarningAsError && found.All(problem => problem.Severity != Severity.Error);
    }

    /// <summary>Whether the build has a global property.</summary>
    public bool Has(string name) => globals.ContainsKey(name);

    /// <summary>Reads and checks all arguments.</summary>
    public Result<RunArguments> Read(string environmentConfig)
    {
        var arguments = new RunArguments
        {
            RunId = Text("RunId"),
            TaskId = Text("TaskId"),
            AttemptId = Text("AttemptId"),
            Reason = TextOrFile("Reason", "ReasonFile"),
            Decision = Text("Decision"),
            Comment = TextOrFile("Comment", "CommentFile"),
            Data = Text("Data"),
            DataFile = PathOf("DataFile"),
            Downstream = Flag("Downstream"),
            Confirm = Flag("Confirm"),
            NewRun = Flag("NewRun"),
            Wait = Flag("Wait"),
            LoopTimeout = Span("LoopTimeout"),
            RunTags = Text("RunTags")?.Split([';', ','], StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries) ?? [],
            WiringHash = Text("WiringHash"),
            State = Text("State"),
            EvidencePath = PathOf("EvidencePath"),
            EvidenceFormat = Text("EvidenceFormat"),
            EvidenceKey = PathOf("EvidenceKey"),
            JUnitFile = PathOf("JUnitFile"),
            SummaryFile = PathOf("SummaryFile"),
            MaxAge = Span("MaxAge"),
            MaxSize = Size("MaxSize"),
            OperatorsConfig = PathOf("OperatorsConfig"),
            ForceWiringOverride = Flag("ForceWiringOverride"),
            OverrideReason = TextOrFile("OverrideReason", "OverrideReasonFile"),
            HpcConfig = PathOf("HpcConfig"),
            Profile = Text("Profile"),
            ProfilesConfig = PathOf("ProfilesConfig"),
            EnvironmentConfig = environmentConfig.Trim().Length == 0 ? null : Absolute(environmentConfig.Trim()),
        };
        return _problems.Count == 0 ? arguments : Result<RunArguments>.Fail(_problems);
    }

    // MSBuild passes global properties with their escapes.
    private string? Text(string name) => globals.TryGetValue(name, out var value) && ItemText.Unescape(value).Trim() is { Length: > 0 } text ? text : null;

    private string? TextOrFile(string name, string fileName)
    {
        if (PathOf(fileName) is not { } file)
        {
            return Text(name);
        }

        if (Text(name) is not null)
        {
            _problems.Add(new Problem(RunCodes.InvalidArgument, $"Both {name} and {fileName} are given", "Give one of them."));
            return null;
        }

        if (!ArgumentFile.ReadText(file, fileName).TryGet(out var text, out var problems))
        {
            _problems.AddRange(problems);
        }

        return text;
    }

    private string? PathOf(string name) => Text(name) is { } path ? Absolute(path) : null;

    private string Absolute(string path)
    {
        if (path == "~" || path.StartsWith("~/", StringComparison.Ordinal))
        {
            path = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile) + path[1..];
        }

        return Path.GetFullPath(path, startupDirectory.Length > 0 ? startupDirectory : Environment.CurrentDirectory);
    }

    private bool Flag(string name)
    {
        switch (Text(name)?.ToUpperInvariant())
        {
            case null or "FALSE": return false;
            case "TRUE": return true;
            default:
                Illegal(name, "true or false");
                return false;
        }
    }

    private TimeSpan? Span(string name)
    {
        if (Text(name) is not { } text)
        {
            return null;
        }

        if (TimeSpan.TryParseExact(text, ["h\\:mm\\:ss", "hh\\:mm\\:ss", "d\\.hh\\:mm\\:ss"], CultureInfo.InvariantCulture, out var span) && span > TimeSpan.Zero)
        {
            return span;
        }

        Illegal(name, "a time span hh:mm:ss above zero, with days d.hh:mm:ss");
        return null;
    }

    private long? Size(string name)
    {
        if (Text(name) is not { } text)
        {
            return null;
        }

        var number = text.TrimEnd([.. "BKMGTikmgtb "]);
        var unit = text[number.Length..].Trim().ToUpperInvariant();
        var scale = unit switch { "" or "B" => 1, "KB" => 1e3, "MB" => 1e6, "GB" => 1e9, "TB" => 1e12, "KIB" => 1024, "MIB" => 1 << 20, "GIB" => 1 << 30, "TIB" => 1L << 40, _ => double.NaN };
        if (double.TryParse(number, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var size) && size * scale is >= 0 and <= long.MaxValue / 2)
        {
            return (long)(size * scale);
        }

        Illegal(name, "a size such as 500MB or 5GB (KB, MB, GB, TB, or KiB, MiB, GiB, TiB)");
        return null;
    }

    private void Illegal(string name, string wanted) =>
        _problems.Add(new Problem(RunCodes.InvalidArgument, $"{name} is '{Text(name)}'", $"It takes {wanted}."));
}
