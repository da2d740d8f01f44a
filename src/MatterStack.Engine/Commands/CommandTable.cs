using MatterStack.Engine.Lifecycle;
using MatterStack.Engine.Problems;

namespace MatterStack.Engine.Commands;

/// <summary>The commands: what a user can give as a target, the arguments it takes, and the code that runs it.</summary>
/// <remarks><c>Help</c> prints the table, arguments are checked against it, and a test compares it with the targets file and the reference page.</remarks>
internal static class CommandTable
{
    private const int ShortestBeginning = 3;
    private static readonly string[] Wiring = ["OperatorsConfig", "HpcConfig", "Profile", "ProfilesConfig"];
    private static readonly string[] Override = [.. Wiring, "ForceWiringOverride", "OverrideReason", "OverrideReasonFile"];
    private static readonly string[] Tick = ["RunId", "RunTags", .. Override];
    private static readonly string[] Request = ["RunId", "Reason", "ReasonFile", .. Override];

    // The target has an MSBuild task of its own: a name or outputs that users rely on, or no workspace.
    private const CommandBody? OwnTask = null;

    /// <summary>All commands, in the order of the reference page.</summary>
    public static IReadOnlyList<CommandRow> All { get; } =
    [
        Reads("Build", Wiring,
            "compiles, checks operators.yaml and the workflow, reports what is wrong with file, line and column; runs nothing",
            (context, campaign, cancel) => ValidateCommand.Execute(context, campaign(), cancel)),
        Changes("Init", ["RunTags", .. Wiring],
            "makes a new run, with its wiring and its workflow; starts nothing",
            (context, campaign, cancel) => InitCommand.Execute(context, campaign(), cancel)),
        Changes("Step", Tick,
            "one tick of the current run; makes one if there is none",
            OwnTask),
        Changes("Loop", [.. Tick, "LoopTimeout", "NewRun", "Wait"],
            "ticks until the run has ended, or only people are waited for",
            (context, campaign, cancel) => TickCommand.Loop(context, campaign(), cancel)),
        Reads("Status", ["RunId"],
            "state, counts, what is under way where",
            (context, _, _) => StatusCommand.Execute(context)),
        Reads("Explain", ["RunId", "TaskId"],
            "each task that keeps the run from its end, why, and what to do",
            (context, _, _) => ExplainCommand.Execute(context)),
        Reads("Attempts", ["RunId", "TaskId"],
            "every attempt of a task, or of all",
            (context, _, _) => AttemptsCommand.Execute(context)),
        Changes("Respond", ["RunId", "TaskId", "Decision", "Comment", "CommentFile", "Data", "DataFile"],
            "a person's answer to a task that waits for one",
            (context, _, _) => RespondCommand.Execute(context)),
        Changes("Pause", Request,
            "starts nothing new until Resume; what is under way goes on",
            (context, _, cancel) => RequestCommand.Execute(context, RequestKind.Pause, cancel)),
        Changes("Resume", Request,
            "lets a paused run go on",
            (context, _, cancel) => RequestCommand.Execute(context, RequestKind.Resume, cancel)),
        Changes("Cancel", Request,
            "ends the run and all that is under way; what could not be told to the outside is an error",
            (context, _, cancel) => RequestCommand.Execute(context, RequestKind.Cancel, cancel)),
        Changes("CancelAttempt", ["AttemptId", .. Request],
            "ends one attempt; its task counts as cancelled; an error as with Cancel",
            (context, _, cancel) => RequestCommand.Execute(context, RequestKind.CancelAttempt, cancel)),
        Changes("Revive", Request,
            "takes a failed or cancelled run up again: what failed, was cancelled or skipped gets a new attempt",
            (context, _, cancel) => RequestCommand.Execute(context, RequestKind.Revive, cancel)),
        Changes("Rerun", ["TaskId", "Downstream", .. Request],
            "a new attempt of a task that has ended; with Downstream=true of all that depends on it, too",
            (context, _, cancel) => RequestCommand.Execute(context, RequestKind.Rerun, cancel)),
        Changes("CleanupOrphans", Request,
            "ends attempts that never started (FAILED_INIT), whose machine is gone, or that are asked to end and cannot be reached (FAILED)",
            (context, _, cancel) => RequestCommand.Execute(context, RequestKind.CleanupOrphans, cancel)),
        Changes("Reset", ["RunId", "Confirm"],
            "deletes one run, after showing what goes; refuses while an attempt has not ended",
            (context, _, _) => ResetCommand.Execute(context)),
        Reads("WiringDiff", ["RunId", .. Wiring],
            "the run's wiring against what a new run would get today, per operator key and field",
            (context, _, _) => WiringDiffCommand.Execute(context)),
        Reads("ResolveOperatorWiring", Tick,
            "which wiring the next command goes on with",
            OwnTask),
        Changes("SnapshotWiring", Tick,
            "puts that wiring into the current run; skipped where the run has it",
            OwnTask),
        Reads("ListRuns", ["WiringHash", "State"],
            "all runs of the workspace",
            (context, _, _) => ListRunsCommand.Execute(context)),
        Changes("ExportEvidence", ["RunId", "EvidenceFormat", "EvidenceKey"],
            "writes or refreshes evidence/; skipped as up to date when nothing has changed",
            OwnTask),
        Changes("Report", ["RunId", .. Wiring],
            "the run on one page, report.html in the run's folder; also while it is going, and kept fresh from then on",
            (context, _, _) => ReportCommand.Execute(context)),
        Changes("CiReport", ["RunId", "JUnitFile", "SummaryFile"],
            "the run as JUnit XML and as a summary in Markdown, for the page that a CI system shows of a job",
            (context, _, _) => CiReportCommand.Execute(context)),
        Reads("VerifyEvidence", ["EvidencePath", "RunId", "EvidenceKey"],
            "checks evidence: every file's hash, the wiring chain, the attempts, the metadata, the signature",
            (context, _, _) => VerifyEvidenceCommand.Execute(context)),
        Reads("CheckRun", ["RunId"],
            "checks a run where it lies: that its records fit each other, and that outputs and wiring are what was recorded; changes nothing",
            (context, _, _) => CheckRunCommand.Execute(context)),
        Reads("CacheInfo", [],
            "what the cache holds",
            (context, _, _) => CacheInfoCommand.Execute(context)),
        Changes("CachePrune", ["MaxAge", "MaxSize"],
            "takes away what was not used for long, until the cache is small enough",
            (context, _, _) => CachePruneCommand.Execute(context)),
        Reads("SelfTest", [],
            "a small campaign end to end in a temporary folder",
            OwnTask),
        Reads("Help", [],
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
            ?? (given.Length >= ShortestBeginning ? names.Find(name => name.StartsWith(given, StringComparison.OrdinalIgnoreCase)) : null) ?? SpellingSuggestion.FindNearest(given, names);
    }

    private static CommandRow Reads(string name, IReadOnlyList<string> arguments, string description, CommandBody? run) => new(name, description, arguments, Changes: false, run);

    private static CommandRow Changes(string name, IReadOnlyList<string> arguments, string description, CommandBody? run) => new(name, description, arguments, Changes: true, run);
}
