using MatterStack.Engine.Problems;

namespace MatterStack.Engine.Commands;

/// <summary>A target that a user can give.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Does">What it does, in one line.</param>
/// <param name="Arguments">Names of the arguments that it takes.</param>
/// <param name="Changes">Whether it changes a run, the cache, or what else is kept. Such a target must not act on more than was meant.</param>
internal sealed record TargetRow(string Name, string Does, IReadOnlyList<string> Arguments, bool Changes);

/// <summary>The targets and what each takes. <c>Help</c> prints them, the reference in the documentation is tested against them, and arguments are checked by them.</summary>
internal static class TargetTable
{
    private const int ShortestBeginning = 3;
    private static readonly string[] Wiring = ["OperatorsConfig", "HpcConfig", "Profile", "ProfilesConfig"];
    private static readonly string[] Override = [.. Wiring, "ForceWiringOverride", "OverrideReason", "OverrideReasonFile"];
    private static readonly string[] Tick = ["RunId", "RunTags", .. Override];
    private static readonly string[] Request = ["RunId", "Reason", "ReasonFile", .. Override];

    public static IReadOnlyList<TargetRow> All { get; } =
    [
        Looks("Build", "compiles, checks operators.yaml and the workflow, reports what is wrong with file, line and column; runs nothing", Wiring),
        Changes("Init", "makes a new run, with its wiring and its workflow; starts nothing", ["RunTags", .. Wiring]),
        Changes("Step", "one tick of the current run; makes one if there is none", Tick),
        Changes("Loop", "ticks until the run has ended, or only people are waited for", [.. Tick, "LoopTimeout", "NewRun", "Wait"]),
        Looks("Status", "state, counts, what is under way where", ["RunId"]),
        Looks("Explain", "each task that keeps the run from its end, why, and what to do", ["RunId", "TaskId"]),
        Looks("Attempts", "every attempt of a task, or of all", ["RunId", "TaskId"]),
        Changes("Respond", "a person's answer to a task that waits for one", ["RunId", "TaskId", "Decision", "Comment", "CommentFile", "Data", "DataFile"]),
        Changes("Pause", "starts nothing new until Resume; what is under way goes on", Request),
        Changes("Resume", "lets a paused run go on", Request),
        Changes("Cancel", "ends the run and all that is under way; what could not be told to the outside is an error", Request),
        Changes("CancelAttempt", "ends one attempt; its task counts as cancelled; an error as with Cancel", ["AttemptId", .. Request]),
        Changes("Revive", "takes a failed or cancelled run up again: what failed, was cancelled or skipped gets a new attempt", Request),
        Changes("Rerun", "a new attempt of a task that has ended; with Downstream=true of all that depends on it, too", ["TaskId", "Downstream", .. Request]),
        Changes("CleanupOrphans", "ends attempts that never started (FAILED_INIT), whose machine is gone, or that are asked to end and cannot be reached (FAILED)", Request),
        Changes("Reset", "deletes one run, after showing what goes; refuses while an attempt has not ended", ["RunId", "Confirm"]),
        Looks("WiringDiff", "the run's wiring against what a new run would get today, per operator key and field", ["RunId", .. Wiring]),
        Looks("ResolveOperatorWiring", "which wiring the next command goes on with", Tick),
        Changes("SnapshotWiring", "puts that wiring into the current run; skipped where the run has it", Tick),
        Looks("ListRuns", "all runs of the workspace", ["WiringHash", "State"]),
        Changes("ExportEvidence", "writes or refreshes evidence/; skipped as up to date when nothing has changed", ["RunId", "EvidenceFormat", "EvidenceKey"]),
        Changes("Report", "the run on one page, report.html in the run's folder; also while it is going, and kept fresh from then on", ["RunId", .. Wiring]),
        Changes("CiReport", "the run as JUnit XML and as a summary in Markdown, for the page that a CI system shows of a job", ["RunId", "JUnitFile", "SummaryFile"]),
        Looks("VerifyEvidence", "checks evidence: every file's hash, the wiring chain, the attempts, the metadata, the signature", ["EvidencePath", "RunId", "EvidenceKey"]),
        Looks("CheckRun", "checks a run where it lies: that its records fit each other, and that outputs and wiring are what was recorded; changes nothing", ["RunId"]),
        Looks("CacheInfo", "what the cache holds", []),
        Changes("CachePrune", "takes away what was not used for long, until the cache is small enough", ["MaxAge", "MaxSize"]),
        Looks("SelfTest", "a small campaign end to end in a temporary folder", []),
        Looks("Help", "this list", []),
    ];

    /// <summary>The target of a name, whose case does not matter; null if there is none.</summary>
    public static TargetRow? Find(string name) => All.FirstOrDefault(row => row.Name.Equals(name, StringComparison.OrdinalIgnoreCase));

    /// <summary>The target that a name may stand for: a slip, or the beginning of one. Null if there is none, or if the name is a target's.</summary>
    public static string? Meant(string given)
    {
        var names = All.Select(row => row.Name).ToList();
        return Find(given) is not null ? null : NearMiss.Of(given, names)
            ?? (given.Length >= ShortestBeginning ? names.Find(name => name.StartsWith(given, StringComparison.OrdinalIgnoreCase)) : null) ?? Nearest.To(given, names);
    }

    private static TargetRow Looks(string name, string does, IReadOnlyList<string> arguments) => new(name, does, arguments, false);

    private static TargetRow Changes(string name, string does, IReadOnlyList<string> arguments) => new(name, does, arguments, true);
}
