using MatterStack.Engine.Commands.Hosting;
using MatterStack.Engine.Problems;

namespace MatterStack.Engine.Commands.Arguments;

/// <summary>All arguments of the commands, in the order of the reference page.</summary>
internal static class ArgumentFields
{
    private const string LegacyWiring = "legacy wiring, see [wiring.md](wiring.md)";

    public static IReadOnlyList<ArgumentField> All { get; } =
    [
        new TextArgument("RunId", "a run's id or its beginning; default: the current run")
        {
            IsSelector = true,
            Set = static (arguments, value) => arguments with { RunId = value },
        },
        new TextArgument("TaskId", "a task's id")
        {
            IsSelector = true,
            Set = static (arguments, value) => arguments with { TaskId = value },
        },
        new TextArgument("AttemptId", "an attempt's id")
        {
            IsSelector = true,
            Set = static (arguments, value) => arguments with { AttemptId = value },
        },
        new SelectionArgument(
            "Select",
            "the tasks: patterns of ids, `state=`, `cause=`, `operator=`, `iteration=`, and `!` before what is left out, separated by "
                + "blanks; see [selecting.md](selecting.md)"
        )
        {
            IsSelector = true,
            Set = static (arguments, value) => arguments with { Select = value },
        },
        new FlagArgument("NewRun", "`true`: `Loop` begins a new run although the current run could continue")
        {
            Set = static (arguments, value) => arguments with { NewRun = value },
        },
        new FlagArgument("Wait", "`true`: a loop continues also when the run waits only for people")
        {
            Set = static (arguments, value) => arguments with { Wait = value },
        },
        new TimeSpanArgument(
            "LoopTimeout",
            "`hh:mm:ss`, with days `d.hh:mm:ss`; a loop that has not ended by then is an error, and its work continues"
        )
        {
            Set = static (arguments, value) => arguments with { LoopTimeout = value },
        },
        new TextListArgument("RunTags", "tags of the run, separated by commas (`%2C` on a command line), stored in `config.json`")
        {
            Set = static (arguments, value) => arguments with { RunTags = value },
        },
        new TextArgument("Decision", "`approve` or `reject`; for a held task `retry` or `give_up`")
        {
            Set = static (arguments, value) => arguments with { Decision = value },
        },
        new TextArgument("Comment", "a comment on the decision, or a file with it: UTF-8, at most 64 KiB")
        {
            FileArgument = "CommentFile",
            Set = static (arguments, value) => arguments with { Comment = value },
        },
        new TextArgument("Data", "the data of an answer: a JSON object")
        {
            Set = static (arguments, value) => arguments with { Data = value },
        },
        new PathArgument("DataFile", "a file with the data of an answer")
        {
            Set = static (arguments, value) => arguments with { DataFile = value },
        },
        CreateAmendment("MemoryGb", static (arguments, value) => arguments with { MemoryGb = value }),
        CreateAmendment("TimeLimitMinutes", static (arguments, value) => arguments with { TimeLimitMinutes = value }),
        CreateAmendment("Cores", static (arguments, value) => arguments with { Cores = value }),
        CreateAmendment("Nodes", static (arguments, value) => arguments with { Nodes = value }),
        CreateAmendment("Ranks", static (arguments, value) => arguments with { Ranks = value }),
        CreateAmendment("Gpus", static (arguments, value) => arguments with { Gpus = value }),
        CreateAmendment("GpuType", static (arguments, value) => arguments with { GpuType = value }),
        CreateAmendment("MaxAttempts", static (arguments, value) => arguments with { MaxAttempts = value }),
        CreateAmendment("Priority", static (arguments, value) => arguments with { Priority = value }),
        CreateAmendment("RetryOn", static (arguments, value) => arguments with { RetryOn = value }),
        CreateAmendment("OperatorKey", static (arguments, value) => arguments with { OperatorKey = value }),
        CreateAmendment("Command", static (arguments, value) => arguments with { Command = value }),
        CreateAmendment("Env", static (arguments, value) => arguments with { Env = value }),
        new FlagArgument("ChangesResult", "`true`: `Amend` may change `Command` and `Env`, and with them the result")
        {
            Set = static (arguments, value) => arguments with { ChangesResult = value },
        },
        new TextArgument("Tags", "`Annotate`: tags of the run, separated by commas (`%2C` on a command line) or blanks")
        {
            Set = static (arguments, value) => arguments with { Tags = value },
        },
        new TextArgument("Note", "`Annotate`: a note on the run, or a file with it: UTF-8, at most 64 KiB")
        {
            FileArgument = "NoteFile",
            Set = static (arguments, value) => arguments with { Note = value },
        },
        new TextArgument("Tag", "filter of `ListRuns`: a pattern of tags")
        {
            IsSelector = true,
            Set = static (arguments, value) => arguments with { Tag = value },
        },
        new TextArgument("File", "`Logs`: a file of the attempt, relative to its `work/`; default: `stdout` and `stderr`")
        {
            Set = static (arguments, value) => arguments with { File = value },
        },
        new CountArgument("Lines", "`Logs`: the number of lines; default: 50")
        {
            Set = static (arguments, value) => arguments with { Lines = value },
        },
        new FlagArgument("Follow", "`true`: `Logs` prints new lines until the attempt ends")
        {
            Set = static (arguments, value) => arguments with { Follow = value },
        },
        new TextArgument("Runs", "`Results`: `current` (default), `all`, or runs' ids or their beginnings, separated by commas or blanks")
        {
            Set = static (arguments, value) => arguments with { Runs = value },
        },
        new TextArgument("Format", "`table` (default), `csv`, `json`; for `Results` also `parquet`")
        {
            Set = static (arguments, value) => arguments with { Format = value },
        },
        new PathArgument("OutputFile", "a file that the command writes instead of printing")
        {
            Set = static (arguments, value) => arguments with { OutputFile = value },
        },
        new NumberArgument("Tolerance", "`CompareRuns`: largest relative difference of two equal numbers; default: 0")
        {
            Set = static (arguments, value) => arguments with { Tolerance = value },
        },
        new FlagArgument("Replace", "`true`: `Publish` of the run replaces files that another run, or a person, put there")
        {
            Set = static (arguments, value) => arguments with { Replace = value },
        },
        new FlagArgument("All", "`true`: `Report` writes one page for all runs")
        {
            Set = static (arguments, value) => arguments with { All = value },
        },
        new TextArgument("With", "`Drive`: the kind of driver, see [driving.md](driving.md); `CompareRuns`: the other run")
        {
            Set = static (arguments, value) => arguments with { With = value },
        },
        new FlagArgument("Stop", "`true`: `Drive` removes the driver")
        {
            Set = static (arguments, value) => arguments with { Stop = value },
        },
        new TimeSpanArgument("Every", "`hh:mm:ss`: time between two ticks of a driver")
        {
            Set = static (arguments, value) => arguments with { Every = value },
        },
        new TextArgument("DriverTick", "`Drive`: executes one tick; only the script of a driver gives it, with the name of the driver")
        {
            Set = static (arguments, value) => arguments with { DriverTick = value },
        },
        new FlagArgument("Scripts", "`true`: `Plan` shows one script for each shape")
        {
            Set = static (arguments, value) => arguments with { Scripts = value },
        },
        new NumberArgument("MaxCoreHours", "core-hours above which `Plan` is an error")
        {
            Set = static (arguments, value) => arguments with { MaxCoreHours = value },
        },
        new TextArgument("Reason", "the reason, stored with the event; or a file with it")
        {
            FileArgument = "ReasonFile",
            Set = static (arguments, value) => arguments with { Reason = value },
        },
        new FlagArgument("Downstream", "`true`: `Rerun` includes all dependents of the task")
        {
            Set = static (arguments, value) => arguments with { Downstream = value },
        },
        new FlagArgument("Confirm", "`true`: does what is otherwise only shown: `Reset` deletes, other commands change several tasks")
        {
            Set = static (arguments, value) => arguments with { Confirm = value },
        },
        new PathArgument("OperatorsConfig", "a wiring file")
        {
            Set = static (arguments, value) => arguments with { OperatorsConfig = value },
        },
        new FlagArgument("ForceWiringOverride", "`true`: replace the run's wiring")
        {
            Set = static (arguments, value) => arguments with { ForceWiringOverride = value },
        },
        new TextArgument("OverrideReason", "the reason of the replacement, for the history; or a file with it")
        {
            FileArgument = "OverrideReasonFile",
            Set = static (arguments, value) => arguments with { OverrideReason = value },
        },
        new PathArgument("HpcConfig", LegacyWiring) { Set = static (arguments, value) => arguments with { HpcConfig = value } },
        new TextArgument("Profile", LegacyWiring) { Set = static (arguments, value) => arguments with { Profile = value } },
        new PathArgument("ProfilesConfig", LegacyWiring) { Set = static (arguments, value) => arguments with { ProfilesConfig = value } },
        new TextArgument("WiringHash", "filter of `ListRuns`: the beginning of a wiring's hash")
        {
            IsSelector = true,
            Set = static (arguments, value) => arguments with { WiringHash = value },
        },
        new TextArgument("State", "filter of `ListRuns`: a state of a run")
        {
            IsSelector = true,
            Set = static (arguments, value) => arguments with { State = value },
        },
        new PathArgument("EvidencePath", "a bundle: its folder, or an archive of it")
        {
            Set = static (arguments, value) => arguments with { EvidencePath = value },
        },
        new TextArgument("EvidenceFormat", "`folder` (default) or `bag`: an archive as well")
        {
            Set = static (arguments, value) => arguments with { EvidenceFormat = value },
        },
        new PathArgument(
            "EvidenceKey",
            "a file with the private key for the signature; for `VerifyEvidence` the key, private or public, that must have signed"
        )
        {
            Set = static (arguments, value) => arguments with { EvidenceKey = value },
        },
        new PathArgument("JUnitFile", "JUnit file of `CiReport`; default: `junit.xml` in the run")
        {
            Set = static (arguments, value) => arguments with { JUnitFile = value },
        },
        new PathArgument("SummaryFile", "Markdown file of `CiReport`; default: `summary.md` in the run")
        {
            Set = static (arguments, value) => arguments with { SummaryFile = value },
        },
        new TimeSpanArgument("MaxAge", "`hh:mm:ss` or `d.hh:mm:ss`: `CachePrune` removes results that were unused for so long")
        {
            IsSelector = true,
            Set = static (arguments, value) => arguments with { MaxAge = value },
        },
        new SizeArgument("MaxSize", "a size such as `500MB` or `5GB` (or `GiB`): the largest size that `CachePrune` leaves")
        {
            Set = static (arguments, value) => arguments with { MaxSize = value },
        },
    ];

    private static TextArgument CreateAmendment(string name, Func<RunArguments, string, RunArguments> set) =>
        new(name, $"with `Amend` or `Decision=retry`: the task's [`{name}`](task-metadata.md) from its next attempt on")
        {
            IsMetadata = true,
            Set = set,
        };

    /// <summary>Reads and checks all arguments.</summary>
    /// <param name="given">The properties that the user gave.</param>
    public static Result<RunArguments> ReadArguments(GivenArguments given)
    {
        var arguments = new RunArguments();
        foreach (var field in All)
        {
            arguments = field.Parse(arguments, given);
        }

        return given.Problems.Count == 0 ? arguments : Result<RunArguments>.Fail(given.Problems);
    }
}
