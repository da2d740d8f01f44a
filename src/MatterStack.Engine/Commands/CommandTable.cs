using MatterStack.Engine.Lifecycle.Model;
using MatterStack.Engine.Problems;

namespace MatterStack.Engine.Commands;

/// <summary>The commands: what a user can give as a target, the arguments it takes, and the code that runs it.</summary>
/// <remarks><c>Help</c> prints the table, arguments are checked against it, and a test compares it with the targets file and the reference page.</remarks>
internal static class CommandTable
{
    private const int MinPrefixLength = 3;
    private static readonly string[] WiringArguments = ["OperatorsConfig", "HpcConfig", "Profile", "ProfilesConfig"];
    private static readonly string[] OverrideArguments = [.. WiringArguments, "ForceWiringOverride", "OverrideReason", "OverrideReasonFile"];
    private static readonly string[] TickArguments = ["RunId", "RunTags", .. OverrideArguments];
    private static readonly string[] RequestArguments = ["RunId", "Reason", "ReasonFile", .. OverrideArguments];

    // The target has an MSBuild task of its own: a name or outputs that users rely on, or no workspace.
    private const CommandBody? OwnTask = null;

    /// <summary>All commands, in the order of the reference page.</summary>
    public static IReadOnlyList<CommandRow> All { get; } =
    [
        CreateReader("Build", WiringArguments,
            "compiles, checks operators.yaml and the workflow, reports what is wrong with file, line and column; runs nothing",
            (context, campaign, cancel) => ValidateCommand.Execute(context, campaign(), cancel)),
        CreateChanger("Init", ["RunTags", .. WiringArguments],
            "makes a new run, with its wiring and its workflow; starts nothing",
            (context, campaign, cancel) => InitCommand.Execute(context, campaign(), cancel)),
        CreateChanger("Step", TickArguments,
            "one tick of the current run; makes one if there is none",
            OwnTask),
        CreateChanger("Loop", [.. TickArguments, "LoopTimeout", "NewRun", "Wait"],
            "ticks until the run has ended, or only people are waited for",
            (context, campaign, cancel) => TickCommand.Loop(context, campaign, cancel)),
        CreateReader("Status", ["RunId"],
            "state, counts, what is under way where",
            (context, _, _) => StatusCommand.Execute(context)),
        CreateReader("Explain", ["RunId", "TaskId"],
            "each task that keeps the run from its end, why, and what to do",
            (context, _, _) => ExplainCommand.Execute(context)),
        CreateReader("Attempts", ["RunId", "TaskId"],
            "every attempt of a task, or of all",
            (context, _, _) => AttemptsCommand.Execute(context)),
        CreateChanger("Respond", ["RunId", "TaskId", "Decision", "Comment", "CommentFile", "Data", "DataFile"],
            "a person's answer to a task that waits for one",
            (context, _, _) => RespondCommand.Execute(context)),
        CreateChanger("Pause", RequestArguments,
            "starts nothing new until Resume; what is under way goes on",
            (context, _, cancel) => RequestCommand.Execute(context, RequestKind.Pause, cancel)),
        CreateChanger("Resume", RequestArguments,
            "lets a paused run go on",
            (context, _, cancel) => RequestCommand.Execute(context, RequestKind.Resume, cancel)),
        CreateChanger("Cancel", RequestArguments,
            "ends the run and all that is under way; what could not be told to the outside is an error",
            (context, _, cancel) => RequestCommand.Execute(context, RequestKind.Cancel, cancel)),
        CreateChanger("CancelAttempt", ["AttemptId", .. RequestArguments],
            "ends one attempt; its task counts as cancelled; an error as with Cancel",
            (context, _, cancel) => RequestCommand.Execute(context, RequestKind.CancelAttempt, cancel)),
        CreateChanger("Revive", RequestArguments,
            "takes a failed or cancelled run up again: what failed, was cancelled or skipped gets a new attempt",
            (context, _, cancel) => RequestCommand.Execute(context, RequestKind.Revive, cancel)),
        CreateChanger("Rerun", ["TaskId", "Downstream", .. RequestArguments],
            "a new attempt of a task that has ended; with Downstream=true of all that depends on it, too",
            (context, _, cancel) => RequestCommand.Execute(context, RequestKind.Rerun, cancel)),
        CreateChanger("CleanupOrphans", RequestArguments,
            "ends attempts that never started (FAILED_INIT), whose machine is gone, or that are asked to end and cannot be reached (FAILED)",
            (context, _, cancel) => RequestCommand.Execute(context, RequestKind.CleanupOrphans, cancel)),
        CreateChanger("Reset", ["RunId", "Confirm"],
            "deletes one run, after showing what goes; refuses while an attempt has not ended",
            (context, _, _) => ResetCommand.Execute(context)),
        CreateReader("WiringDiff", ["RunId", .. WiringArguments],
            "the run's wiring against what a new run would get today, per operator key and field",
            (context, _, _) => WiringDiffCommand.Execute(context)),
        CreateReader("ResolveOperatorWiring", TickArguments,
            "which wiring the next command goes on with",
            OwnTask),
        CreateChanger("SnapshotWiring", TickArguments,
            "puts that wiring into the current run; skipped where the run has it",
            OwnTask),
        CreateReader("ListRuns", ["WiringHash", "State"],
            "all runs of the workspace",
            (context, _, _) => ListRunsCommand.Execute(context)),
        CreateChanger("ExportEvidence", ["RunId", "EvidenceFormat", "EvidenceKey"],
            "writes or refreshes evidence/; skipped as up to date when nothing has changed",
            OwnTask),
        CreateChanger("Report", ["RunId", .. WiringArguments],
            "the run on one page, report.html in the run's folder; also while it is going, and kept fresh from then on",
            (context, _, _) => ReportCommand.Execute(context)),
        CreateChanger("CiReport", ["RunId", "JUnitFile", "SummaryFile"],
            "the run as JUnit XML and as a summary in Markdown, for the page that a CI system shows of a job",
            (context, _, _) => CiReportCommand.Execute(context)),
        CreateReader("VerifyEvidence", ["EvidencePath", "RunId", "EvidenceKey"],
            "checks evidence: every file's hash, the wiring chain, the attempts, the metadata, the signature",
            (context, _, _) => VerifyEvidenceCommand.Execute(context)),
        CreateReader("CheckRun", ["RunId"],
            "checks a run where it lies: that its records fit each other, and that outputs and wiring are what was recorded; changes nothing",
            (context, _, _) => CheckRunCommand.Execute(context)),
        CreateReader("CacheInfo", [],
            "what the cache holds",
            (context, _, _) => CacheInfoCommand.Execute(context)),
        CreateChanger("CachePrune", ["MaxAge", "MaxSize"],
            "takes away what was not used for long, until the cache is small enough",
            (context, _, _) => CachePruneCommand.Execute(context)),
        CreateReader("SelfTest", [],
            "a small campaign end to end in a temporary folder",
            OwnTask),
        CreateReader("Help", [],
            "this list",
            OwnTask),
    ];

    /// <summary>Finds a command by its name, in any case. Returns null if there is none.</summary>
    public static CommandRow? Find(string name) => All.FirstOrDefault(row => row.Name.Equals(name, StringComparison.OrdinalIgnoreCase));

    /// <summary>Suggests the target for a misspelt or shortened name. Returns null if no target is near, or if the name is a target's name.</summary>
    public static string? SuggestName(string given)
    {
        var names = All.Select(row => row.Name).ToList();
        return Find(given) is not null ? null : TypoDetector.FindIntended(given, names)
            ?? (given.Length >= MinPrefixLength ? names.Find(name => name.StartsWith(given, StringComparison.OrdinalIgnoreCase)) : null) ?? SpellingSuggestion.FindNearest(given, names);
    }

    private static CommandRow CreateReader(string name, IReadOnlyList<string> arguments, string description, CommandBody? run) => new(name, description, arguments, ChangesState: false, run);

    private static CommandRow CreateChanger(string name, IReadOnlyList<string> arguments, string description, CommandBody? run) => new(name, description, arguments, ChangesState: true, run);
}
