using System.Globalization;
using MatterStack.Engine.Campaigns.Declarations;
using MatterStack.Engine.Commands;
using MatterStack.Engine.Commands.Hosting;
using MatterStack.Engine.Problems;
using MatterStack.Engine.Runs;

namespace MatterStack.Build;

/// <summary>Arguments of a command: the build's global properties. An environment variable or a property of the project with the same name is not an argument.</summary>
internal sealed class GlobalArguments(IReadOnlyDictionary<string, string> globals, string startupDirectory)
{
    // The property that dotnet build always sets.
    private const string DefaultProperty = "NuGetInteractive";

    private readonly List<Problem> _problems = [];

    // A usual command has no arguments; then there is nothing to check or to read.
    private bool HasArguments => globals.Count > (globals.ContainsKey(DefaultProperty) ? 1 : 0);

    /// <summary>Reports arguments that would have no effect. Returns false if one of them would make the target act on more than the user means.</summary>
    /// <param name="target">The target that runs.</param>
    /// <param name="log">Receives the problems.</param>
    public bool CheckNames(string target, ICommandLog log)
    {
        if (!HasArguments)
        {
            return true;
        }

        var found = ArgumentCheck.FindMisspelt(globals.Keys).Concat(CommandLine.Parse(Environment.GetCommandLineArgs()).FindNotTaken(target, globals.Keys)).ToList();
        foreach (var problem in found)
        {
            log.Report(problem);
        }

        return !log.HasWarningAsError && found.All(problem => problem.Severity != Severity.Error);
    }

    /// <summary>Whether the build has a global property.</summary>
    public bool IsGiven(string name) => globals.ContainsKey(name);

    /// <summary>Reads and checks all arguments.</summary>
    public Result<RunArguments> ReadArguments(string environmentConfig)
    {
        var environment = environmentConfig.Trim() is { Length: > 0 } config ? ToAbsolutePath(config) : null;
        return HasArguments ? ReadAll(environment) : new RunArguments { EnvironmentConfig = environment };
    }

    private Result<RunArguments> ReadAll(string? environmentConfig)
    {
        var arguments = new RunArguments
        {
            RunId = GetText("RunId"),
            TaskId = GetText("TaskId"),
            AttemptId = GetText("AttemptId"),
            Reason = GetTextOrFile("Reason", "ReasonFile"),
            Decision = GetText("Decision"),
            Comment = GetTextOrFile("Comment", "CommentFile"),
            Data = GetText("Data"),
            DataFile = GetPath("DataFile"),
            Downstream = GetFlag("Downstream"),
            Confirm = GetFlag("Confirm"),
            NewRun = GetFlag("NewRun"),
            Wait = GetFlag("Wait"),
            LoopTimeout = GetTimeSpan("LoopTimeout"),
            RunTags = GetText("RunTags")?.Split([';', ','], StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries) ?? [],
            WiringHash = GetText("WiringHash"),
            State = GetText("State"),
            EvidencePath = GetPath("EvidencePath"),
            EvidenceFormat = GetText("EvidenceFormat"),
            EvidenceKey = GetPath("EvidenceKey"),
            JUnitFile = GetPath("JUnitFile"),
            SummaryFile = GetPath("SummaryFile"),
            MaxAge = GetTimeSpan("MaxAge"),
            MaxSize = GetSize("MaxSize"),
            OperatorsConfig = GetPath("OperatorsConfig"),
            ForceWiringOverride = GetFlag("ForceWiringOverride"),
            OverrideReason = GetTextOrFile("OverrideReason", "OverrideReasonFile"),
            HpcConfig = GetPath("HpcConfig"),
            Profile = GetText("Profile"),
            ProfilesConfig = GetPath("ProfilesConfig"),
            EnvironmentConfig = environmentConfig,
        };
        return _problems.Count == 0 ? arguments : Result<RunArguments>.Fail(_problems);
    }

    // MSBuild passes global properties with their escapes.
    private string? GetText(string name) => globals.TryGetValue(name, out var value) && ItemText.Unescape(value).Trim() is { Length: > 0 } text ? text : null;

    private string? GetTextOrFile(string name, string fileName)
    {
        if (GetPath(fileName) is not { } file)
        {
            return GetText(name);
        }

        if (GetText(name) is not null)
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

    private string? GetPath(string name) => GetText(name) is { } path ? ToAbsolutePath(path) : null;

    private string ToAbsolutePath(string path)
    {
        if (path == "~" || path.StartsWith("~/", StringComparison.Ordinal))
        {
            path = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile) + path[1..];
        }

        return Path.GetFullPath(path, startupDirectory.Length > 0 ? startupDirectory : Environment.CurrentDirectory);
    }

    private bool GetFlag(string name)
    {
        switch (GetText(name)?.ToUpperInvariant())
        {
            case null or "FALSE": return false;
            case "TRUE": return true;
            default:
                ReportIllegal(name, "true or false");
                return false;
        }
    }

    private TimeSpan? GetTimeSpan(string name)
    {
        if (GetText(name) is not { } text)
        {
            return null;
        }

        if (TimeSpan.TryParseExact(text, ["h\\:mm\\:ss", "hh\\:mm\\:ss", "d\\.hh\\:mm\\:ss"], CultureInfo.InvariantCulture, out var span) && span > TimeSpan.Zero)
        {
            return span;
        }

        ReportIllegal(name, "a time span hh:mm:ss above zero, with days d.hh:mm:ss");
        return null;
    }

    private long? GetSize(string name)
    {
        if (GetText(name) is not { } text)
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

        ReportIllegal(name, "a size such as 500MB or 5GB (KB, MB, GB, TB, or KiB, MiB, GiB, TiB)");
        return null;
    }

    private void ReportIllegal(string name, string wanted) =>
        _problems.Add(new Problem(RunCodes.InvalidArgument, $"{name} is '{GetText(name)}'", $"It takes {wanted}."));
}
