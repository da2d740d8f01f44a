using MatterStack.Engine.Problems;

namespace MatterStack.Engine.Runs;

/// <summary>Codes of problems with a run, its folder, and commands on it.</summary>
internal static class RunCodes
{
    public static readonly ProblemCode NoSuchRun = new(
        "MATTER3001",
        "No such run",
        "An id matches no run of the workspace, or the workspace has none yet.",
        "List the runs with -t:ListRuns; start one with -t:Init or -t:Loop."
    );

    public static readonly ProblemCode AmbiguousRun = new(
        "MATTER3002",
        "RunId matches several runs",
        "RunId is the beginning of more than one run's id.",
        "Give more of the id."
    );

    public static readonly ProblemCode Locked = new(
        "MATTER3003",
        "Run is locked",
        "Another process holds the lock of the run; only one process at a time may drive it.",
        "Wait for it, or end that process; the lock is released with it."
    );

    public static readonly ProblemCode FolderNotWritable = new(
        "MATTER3004",
        "Run folder cannot be written",
        "A file or folder of the run could not be created or written: no permission, read-only file system, or no space left.",
        "Fix the cause and give the command again; nothing was lost."
    );

    public static readonly ProblemCode StoreUnusable = new(
        "MATTER3005",
        "Run's store cannot be used",
        "state.sqlite is damaged, is not the store of a run, contains objects that no store has (a view, a trigger), "
            + "takes too long to read, or cannot be opened.",
        "Restore state.sqlite from a copy; MatterStack never replaces a damaged one."
    );

    public static readonly ProblemCode StoreVersion = new(
        "MATTER3006",
        "Run is of another version",
        "state.sqlite was written by a version of MatterStack whose format this version does not know.",
        "Use that version, or a newer one."
    );

    public static readonly ProblemCode RunFailed = new(
        "MATTER3007",
        "Run failed",
        "A task failed and nothing else could proceed.",
        "Look at the task's log; fix the campaign and run -t:Loop again, or give the run new attempts with -t:Revive."
    );

    public static readonly ProblemCode TaskFailed = new(
        "MATTER3008",
        "Task failed",
        "All attempts of a task failed, and the task does not have AllowFailure.",
        "Look at its log."
    );

    public static readonly ProblemCode DefinitionChanged = new(
        "MATTER3009",
        "Campaign has changed",
        "The project's tasks, staged files or program differ from those that the run was created from; the run continues with its own.",
        "Let this run end first; or -t:Loop -p:NewRun=true starts a run of the changed campaign."
    );

    public static readonly ProblemCode InvalidArgument = new(
        "MATTER3010",
        "Illegal argument",
        "An argument of a target has a value that the target does not accept.",
        "Correct the value; the reference of targets lists the values of each argument."
    );

    public static readonly ProblemCode NoSuchTask = new(
        "MATTER3011",
        "No such task",
        "TaskId names a task that the run does not have, or is missing.",
        "-t:Attempts lists every attempt with its task."
    );

    public static readonly ProblemCode RunEnded = new(
        "MATTER3012",
        "Run has ended",
        "The command needs a run that has not ended.",
        "Revive the run first, or start a new one."
    );

    public static readonly ProblemCode RunCancelled = new(
        "MATTER3013",
        "Run was cancelled",
        "A person cancelled the run; -t:Step and -t:Loop do not continue it.",
        "Revive it with -t:Revive; or -t:Loop -p:NewRun=true starts a new run."
    );

    public static readonly ProblemCode LoopTimeout = new(
        "MATTER3014",
        "Loop ran out of time",
        "LoopTimeout passed before the run ended. Started work continues.",
        "Give -t:Loop again to continue."
    );

    public static readonly ProblemCode RequestRefused = new(
        "MATTER3015",
        "Request refused",
        "The run cannot grant the request in its current state.",
        "The message says what to do instead."
    );

    public static readonly ProblemCode NotWaitingForPerson = new(
        "MATTER3016",
        "Task waits for no person",
        "Respond was given for a task that does not wait for a person: it has not started, has ended, is answered already, is not held, "
            + "or has an operator that asks no person.",
        "-t:Explain lists the tasks that wait for people."
    );

    public static readonly ProblemCode InvalidAnswer = new(
        "MATTER3017",
        "Answer not accepted",
        "An answer has no decision, or one that does not fit the task (approve or reject for a question, retry or give_up for a held "
            + "task), or its data are not a JSON object or do not match the task's schema.json.",
        "Correct the answer; nothing was recorded."
    );

    public static readonly ProblemCode EndRequestFailed = new(
        "MATTER3018",
        "Request to end not delivered",
        "An attempt is to end, but its scheduler, machine, instrument or operator could not be told: its work may continue. "
            + "The request stays in the run's store.",
        "Fix the cause that the message names and give -t:Step: every command asks again, and the attempt ends when its end is confirmed. "
            + "If it can never be reached, check that its work is gone, then give the attempt up with -t:CleanupOrphans."
    );

    public static readonly ProblemCode RecordsContradict = new(
        "MATTER3020",
        "Run's records contradict each other",
        "The store and the files of a run do not agree: somebody changed them by hand, or this is a defect of MatterStack.",
        "Restore the run from a copy; if nobody changed it by hand, report the defect with the run's state.sqlite."
    );

    public static readonly ProblemCode NoLocks = new(
        "MATTER3021",
        "File system without locks",
        "The file system of the runs may grant the same lock to two processes or two machines, so two could drive one run.",
        "Put the runs on another file system with MatterStackRunsDirectory. If only one machine ever uses them, "
            + "or if the locks are known to work between machines, set MatterStackTrustLocks=true."
    );

    public static readonly ProblemCode StoreBusy = new(
        "MATTER3022",
        "Run's store is in use",
        "Another process locks state.sqlite for longer than a reader or a writer needs: a process that hangs, "
            + "a program other than MatterStack, or an earlier version of MatterStack on another machine.",
        "End that process, or wait for it, and give the command again; nothing was lost."
    );

    public static readonly ProblemCode LockLost = new(
        "MATTER3023",
        "Lock of the run lost",
        "The server of a shared file system grants a lock to another command if it has not heard from the holder for long, "
            + "for example after a suspend or a network failure. This command stops, because two commands must not drive one run.",
        "The other command continues the run with the work that this command started; this command has recorded nothing since. "
            + "-t:Status shows the state."
    );

    public static readonly ProblemCode NotPermitted = new(
        "MATTER3030",
        "Not permitted",
        "Owner and mode of a file or folder of the run do not let this user read or write it. Only its owner may read a run's store, "
            + "unless MatterStackGroupAccess is set.",
        "Ask the owner, who can share runs with a group: set MatterStackGroupAccess to read or drive and give -t:Step."
    );

    public static readonly ProblemCode PathTooLong = new(
        "MATTER3031",
        "Path too long",
        "SQLite opens no file whose path, with links resolved, has more than 504 bytes.",
        "Move the project to a shorter path, or put the runs under one with MatterStackRunsDirectory."
    );

    public static readonly ProblemCode RunDeleted = new(
        "MATTER3032",
        "Run was deleted during a command",
        "The run's state.sqlite was deleted, its folder was moved away, or its file system was unmounted while a command worked on the "
            + "run; git clean -xdf in the project deletes runs too. Started work continues and is not recorded.",
        "If the file system was unmounted, mount it again and repeat the command. Otherwise end the work that the run has started and "
            + "start a new run with -t:Loop. To keep runs: git clean -xdf -e runs, or MatterStackRunsDirectory outside of the clone."
    );

    public static readonly ProblemCode SharedLimitsUnusable = new(
        "MATTER3050",
        "Shared limits cannot be used",
        "The folder that shared_limits of operators.yaml names cannot be created, written or locked, so no limit would hold. Nothing "
            + "starts; attempts that would start stay intended.",
        "Name a folder of your own on a file system with locks, or remove shared_limits; then give the command again."
    );

    public static readonly ProblemCode HolderDamaged = new(
        "MATTER3051",
        "Damaged file in shared limits",
        "A file in the folder of shared limits does not name an attempt and its shares, or has another name than its attempt. It does "
            + "not count.",
        "Delete the file. If its attempt is live, the next command of its run writes it again."
    );

    public static readonly ProblemCode UnknownArgument = new(
        "MATTER3040",
        "Unknown argument",
        "The name of a property on the command line is almost that of an argument or a setting. It would be ignored, "
            + "and the command would not do what was intended.",
        "Correct the name; -t:Help lists the arguments of each target."
    );

    public static readonly ProblemCode ArgumentNotTaken = new(
        "MATTER3041",
        "Argument that the target does not take",
        "A known argument was given to a target that does not read it. It is an error if the target would change more than intended, "
            + "otherwise a warning.",
        "Leave it out, or give the intended target; -t:Help lists the arguments of each target."
    );

    public static readonly ProblemCode WarningsAreErrors = new(
        "MATTER3042",
        "Warnings count as errors",
        "There are warnings, and TreatWarningsAsErrors, MSBuildTreatWarningsAsErrors or -warnaserror turns them into errors. "
            + "No run was created or changed.",
        "Fix the causes that the warnings name, or do not turn warnings into errors."
    );

    public static readonly ProblemCode NoFileToShow = new(
        "MATTER3061",
        "No file to show",
        "Logs was given a file that the attempt does not have, or one that it does not read: a folder, a pipe, or a link that leads out of "
            + "the attempt's folder; or the machine with the file does not answer.",
        "Give one of the attempt's files, relative to its work/."
    );

    public static readonly ProblemCode TooManyCoreHours = new(
        "MATTER3060",
        "Plan above MaxCoreHours",
        "The tasks that the next Loop would execute, and those that it may execute, request more core-hours than MaxCoreHours allows. "
            + "A task requests its time limit times its cores.",
        "Select fewer tasks, lower TimeLimitMinutes or Cores, or allow more."
    );

    public static readonly ProblemCode PublishRefused = new(
        "MATTER3090",
        "Not published: another file is there",
        "A completed run publishes outputs into the project's folder, and a target is a file of another run, or of a person. No file of "
            + "the run was published.",
        "Look at the file; -t:Loop -p:Replace=true replaces it."
    );

    public static readonly ProblemCode PublishLocked = new(
        "MATTER3091",
        "Another command publishes",
        "Two commands must not write published files of one project at the same time. The run is completed; only its files are not "
            + "published yet.",
        "Give -t:Loop again when the other command has ended."
    );

    public static readonly ProblemCode PublishFailed = new(
        "MATTER3092",
        "Files cannot be published",
        "A completed run publishes outputs into the project's folder, and a target cannot be written there: it leads out of the "
            + "project, is a folder or a source, or the disk reports an error; or an output is missing. Files that "
            + "were published already stay.",
        "Correct the cause that the message names and give -t:Loop again: it publishes the rest."
    );

    public static readonly ProblemCode RunsDiffer = new(
        "MATTER3096",
        "Runs differ",
        "CompareRuns found a difference between two runs. The lines above the error name each of them. Without Tolerance every difference "
            + "counts; with Tolerance tasks, their states and their results count.",
        "If the differences are intended, the later run is the new reference. -p:Tolerance=1e-6 accepts small differences of numbers."
    );

    public static readonly ProblemCode RunChangedMeanwhile = new(
        "MATTER3097",
        "Run changed while it was read",
        "An ended run was continued or its tasks were rerun while a command read it, so its columns and its rows do not belong together.",
        "Give the command again."
    );

    public static readonly ProblemCode TooManyColumns = new(
        "MATTER3098",
        "Table with too many columns",
        "Each name in results.json and each name in Columns is a column, and there are more names than a table can have. Often a key "
            + "contains what should be a value, for example the id of the task.",
        "Let each task use the same keys, and put what differs into values; or select fewer tasks with -p:Select."
    );
}
