using MatterStack.Engine.Campaigns.Declarations;
using MatterStack.Engine.Lifecycle.Model;
using MatterStack.Engine.Problems;

namespace MatterStack.Engine.Commands;

/// <summary>The commands: what a user can give as a target, the arguments it takes, and the code that runs it.</summary>
/// <remarks><c>Help</c> prints the table, arguments are checked against it, and a test compares it with the targets file and the reference
/// page.</remarks>
internal static class CommandTable
{
    private const int MinPrefixLength = 3;
    private static readonly string[] WiringArguments = ["OperatorsConfig", "HpcConfig", "Profile", "ProfilesConfig"];
    private static readonly string[] OverrideArguments =
    [
        .. WiringArguments,
        "ForceWiringOverride",
        "OverrideReason",
        "OverrideReasonFile",
    ];
    private static readonly string[] TickArguments = ["RunId", "RunTags", .. OverrideArguments];
    private static readonly string[] RequestArguments = ["RunId", "Reason", "ReasonFile", .. OverrideArguments];

    // The target has an MSBuild task of its own: a name or outputs that users rely on, or no workspace.
    private const CommandBody? OwnTask = null;

    /// <summary>All commands, in the order of the reference page.</summary>
    public static IReadOnlyList<CommandRow> All { get; } =
    [
        CreateReader(
            "Build",
            WiringArguments,
            "compiles; checks operators.yaml and the workflow and reports problems with file, line and column; runs nothing",
            (context, campaign, cancel) => ValidateCommand.Execute(context, campaign(), cancel)
        ),
        CreateReader(
            "Plan",
            ["RunId", "Select", "NewRun", "Scripts", "MaxCoreHours", .. WiringArguments],
            "shows what the next Loop would do, why, and for how many core-hours; writes nothing",
            PlanCommand.Execute
        ),
        CreateChanger(
            "Init",
            ["RunTags", .. WiringArguments],
            "creates a run with its wiring and its workflow; starts no task",
            (context, campaign, cancel) => InitCommand.Execute(context, campaign(), cancel)
        ),
        CreateChanger(
            "Step",
            [.. TickArguments, "Select", "Replace"],
            "executes one tick of the current run; creates a run if there is none",
            OwnTask
        ),
        CreateChanger(
            "Loop",
            [.. TickArguments, "Select", "LoopTimeout", "NewRun", "Wait", "Replace"],
            "executes ticks until the run has ended or waits only for people",
            (context, campaign, cancel) => TickCommand.Loop(context, campaign, cancel)
        ),
        CreateReader(
            "Status",
            ["RunId"],
            "shows the run's state, the number of tasks in each state, and active attempts",
            (context, _, _) => StatusCommand.Execute(context)
        ),
        CreateReader(
            "Explain",
            ["RunId", "TaskId", "Select"],
            "shows each task that blocks the end of the run, with the reason and a remedy; or the given tasks",
            (context, _, _) => ExplainCommand.Execute(context)
        ),
        CreateReader("Attempts", ["RunId", "TaskId", "Select"], "shows all attempts of the given tasks, or of the run", (context, _, _) =>
            AttemptsCommand.Execute(context)
        ),
        CreateReader(
            "Usage",
            ["RunId", "Select", "Format", "OutputFile"],
            "shows what attempts asked for and used, by groups of tasks, and the metadata worth writing",
            (context, _, _) => UsageCommand.Execute(context)
        ),
        CreateReader(
            "Results",
            ["Runs", "RunId", "Select", "Format", "OutputFile"],
            "shows or writes a table of results: a row per task, a column per number and text of results.json",
            (context, _, _) => ResultsCommand.Execute(context)
        ),
        CreateReader(
            "CompareRuns",
            ["RunId", "With", "Tolerance", "Select", "Format", "OutputFile"],
            "compares two runs: tasks, results, inputs and wiring; an error where they differ",
            (context, _, _) => CompareRunsCommand.Execute(context)
        ),
        CreateReader(
            "Logs",
            ["RunId", "TaskId", "AttemptId", "Select", "File", "Lines", "Follow"],
            "shows the end of an attempt's output, or of another of its files, here or on its cluster; with Follow=true what is added",
            (context, _, cancel) => LogsCommand.Execute(context, cancel)
        ),
        CreateChanger(
            "Respond",
            ["RunId", "TaskId", "Decision", "Comment", "CommentFile", "Data", "DataFile", .. TaskAmendments.ResourceNames],
            "records a person's answer to a waiting or held task",
            (context, _, cancel) => RespondCommand.Execute(context, cancel)
        ),
        CreateChanger(
            "Amend",
            [
                "TaskId",
                "Select",
                .. TaskAmendments.AmendNames,
                .. TaskAmendments.ResultNames,
                "ChangesResult",
                "Confirm",
                .. RequestArguments,
            ],
            "changes what tasks ask for from their next attempts on; a job that waits in its queue is replaced",
            (context, _, cancel) => AmendCommand.Execute(context, cancel)
        ),
        CreateChanger("Pause", RequestArguments, "starts no more attempts until Resume; active attempts continue", (context, _, cancel) =>
            RequestCommand.Execute(context, RequestKind.Pause, cancel)
        ),
        CreateChanger("Resume", RequestArguments, "continues a paused run", (context, _, cancel) =>
            RequestCommand.Execute(context, RequestKind.Resume, cancel)
        ),
        CreateChanger(
            "Cancel",
            RequestArguments,
            "ends the run and all active attempts; an attempt whose operator cannot be reached is an error",
            (context, _, cancel) => RequestCommand.Execute(context, RequestKind.Cancel, cancel)
        ),
        CreateChanger(
            "CancelAttempt",
            ["AttemptId", "Select", "Confirm", .. RequestArguments],
            "ends an attempt and cancels its task, or does so for all selected tasks; an operator that cannot be reached is an error",
            (context, _, cancel) => RequestCommand.Execute(context, RequestKind.CancelAttempt, cancel)
        ),
        CreateChanger(
            "Revive",
            RequestArguments,
            "continues a failed or cancelled run: each failed, cancelled or skipped task gets a new attempt",
            (context, _, cancel) => RequestCommand.Execute(context, RequestKind.Revive, cancel)
        ),
        CreateChanger(
            "Rerun",
            ["TaskId", "Select", "Downstream", "Confirm", .. RequestArguments],
            "runs ended tasks again; with Downstream=true also all their dependents",
            (context, _, cancel) => RequestCommand.Execute(context, RequestKind.Rerun, cancel)
        ),
        CreateChanger(
            "CleanupOrphans",
            RequestArguments,
            "ends attempts that never started (FAILED_INIT), whose machine is gone, or whose requested end cannot be confirmed (FAILED)",
            (context, _, cancel) => RequestCommand.Execute(context, RequestKind.CleanupOrphans, cancel)
        ),
        CreateChanger(
            "Drive",
            ["RunId", "With", "Every", "Confirm", "Stop", "DriverTick"],
            "shows or installs what keeps the run moving when nobody is logged in: a timer, a line of cron, jobs of the cluster",
            (context, campaign, cancel) => DriveCommand.Execute(context, campaign, cancel)
        ),
        CreateChanger(
            "Reset",
            ["RunId", "Confirm"],
            "deletes one run, and shows it first; refuses while an attempt is active",
            (context, _, _) => ResetCommand.Execute(context)
        ),
        CreateReader(
            "WiringDiff",
            ["RunId", .. WiringArguments],
            "compares the run's wiring with the wiring of a new run, for each operator key and field",
            (context, _, _) => WiringDiffCommand.Execute(context)
        ),
        CreateReader("ResolveOperatorWiring", TickArguments, "shows the wiring that the next command uses", OwnTask),
        CreateChanger("SnapshotWiring", TickArguments, "stores that wiring in the current run, unless the run has it", OwnTask),
        CreateChanger(
            "Annotate",
            ["RunId", "Tags", "Note", "NoteFile", .. OverrideArguments],
            "sets tags and a note of a run, at any time; +tag adds one, and -tag removes it",
            (context, _, cancel) => RequestCommand.Execute(context, RequestKind.Annotate, cancel)
        ),
        CreateReader("ListRuns", ["WiringHash", "State", "Tag"], "lists all runs of the workspace", (context, _, _) =>
            ListRunsCommand.Execute(context)
        ),
        CreateChanger("ExportEvidence", ["RunId", "EvidenceFormat", "EvidenceKey"], "writes evidence/, unless it is up to date", OwnTask),
        CreateChanger(
            "Report",
            ["RunId", "All", .. WiringArguments],
            "writes the run's report, report.html in its folder; with All=true one page of all runs; later commands update both",
            (context, _, _) => ReportCommand.Execute(context)
        ),
        CreateChanger(
            "CiReport",
            ["RunId", "JUnitFile", "SummaryFile"],
            "writes the run as JUnit XML and as a summary in Markdown, for a CI system",
            (context, _, _) => CiReportCommand.Execute(context)
        ),
        CreateReader(
            "VerifyEvidence",
            ["EvidencePath", "RunId", "EvidenceKey"],
            "checks evidence: hashes of all files, wiring history, attempts, metadata, signature",
            (context, _, _) => VerifyEvidenceCommand.Execute(context)
        ),
        CreateReader(
            "CheckRun",
            ["RunId"],
            "checks that a run's records are consistent and match its outputs and wiring; changes nothing",
            (context, _, _) => CheckRunCommand.Execute(context)
        ),
        CreateReader("CacheInfo", [], "shows the content of the cache", (context, _, _) => CacheInfoCommand.Execute(context)),
        CreateChanger(
            "CachePrune",
            ["MaxAge", "MaxSize"],
            "deletes results that were unused for long, until the cache is small enough",
            (context, _, _) => CachePruneCommand.Execute(context)
        ),
        CreateReader("SelfTest", [], "runs a small campaign in a temporary folder", OwnTask),
        CreateReader("Help", [], "lists all targets", OwnTask),
    ];

    /// <summary>Finds a command by its name, in any case. Returns null if there is none.</summary>
    public static CommandRow? Find(string name) => All.FirstOrDefault(row => row.Name.Equals(name, StringComparison.OrdinalIgnoreCase));

    /// <summary>Suggests the target for a misspelt or shortened name. Returns null if no target is near, or if the name is a target's
    /// name.</summary>
    public static string? SuggestName(string given)
    {
        var names = All.Select(row => row.Name).ToList();
        return Find(given) is not null
            ? null
            : TypoDetector.FindIntended(given, names)
                ?? (given.Length >= MinPrefixLength ? names.Find(name => name.StartsWith(given, StringComparison.OrdinalIgnoreCase)) : null)
                ?? SpellingSuggestion.FindNearest(given, names);
    }

    private static CommandRow CreateReader(string name, IReadOnlyList<string> arguments, string description, CommandBody? run) =>
        new(name, description, arguments, ChangesState: false, run);

    private static CommandRow CreateChanger(string name, IReadOnlyList<string> arguments, string description, CommandBody? run) =>
        new(name, description, arguments, ChangesState: true, run);
}
