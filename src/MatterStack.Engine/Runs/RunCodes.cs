using MatterStack.Engine.Problems;

namespace MatterStack.Engine.Runs;

/// <summary>What can be wrong with a run and its folder.</summary>
internal static class RunCodes
{
    public static readonly ProblemCode NoSuchRun = new("MATTER3001", "No such run",
        "RunId matches no run of the workspace, or the workspace has none yet.",
        "List the runs with -t:ListRuns; start one with -t:Init or -t:Loop.");

    public static readonly ProblemCode AmbiguousRun = new("MATTER3002", "RunId matches several runs",
        "RunId is the beginning of more than one run's id.",
        "Give more of the id.");

    public static readonly ProblemCode Locked = new("MATTER3003", "Run is being worked on",
        "Another process holds the run: only one at a time may move it.",
        "Wait for it, or end that process; the lock goes with it.");

    public static readonly ProblemCode FolderNotWritable = new("MATTER3004", "Run folder cannot be written",
        "A file or folder of the run could not be made: no permission, read-only file system, or no space left.",
        "Mend the cause and give the command again; nothing was lost.");

    public static readonly ProblemCode StoreUnusable = new("MATTER3005", "Run's store cannot be used",
        "state.sqlite is damaged, is not a store of this kind, holds what no store holds (a view, a trigger), takes too long to read, or cannot be opened.",
        "Restore state.sqlite from a copy; it is never created anew over a damaged one.");

    public static readonly ProblemCode StoreVersion = new("MATTER3006", "Run is of another version",
        "state.sqlite was written by a version of MatterStack whose form this one does not know.",
        "Use that version, or a newer one.");

    public static readonly ProblemCode RunFailed = new("MATTER3007", "Run failed",
        "A task failed and nothing else could proceed.",
        "Look at the task's log; mend the campaign and run -t:Loop again, or give the run new attempts with -t:Revive.");

    public static readonly ProblemCode TaskFailed = new("MATTER3008", "Task failed",
        "All attempts of a task failed and it was not allowed to.",
        "Look at its log.");

    public static readonly ProblemCode DefinitionChanged = new("MATTER3009", "Campaign has changed",
        "The project's tasks, staged files or program are not those that the run was made from; the run goes on with its own.",
        "Let this run end first; or -t:Loop -p:NewRun=true runs the campaign as it is now.");

    public static readonly ProblemCode IllegalArgument = new("MATTER3010", "Illegal argument",
        "An argument of a target has a value that it does not take.",
        "Correct it; the reference of targets lists what each takes.");

    public static readonly ProblemCode NoSuchTask = new("MATTER3011", "No such task",
        "TaskId names a task that the run does not have, or is missing.",
        "-t:Attempts lists every attempt with its task.");

    public static readonly ProblemCode RunEnded = new("MATTER3012", "Run has ended",
        "What was asked needs a run that is still going.",
        "Revive the run first, or start a new one.");

    public static readonly ProblemCode RunCancelled = new("MATTER3013", "Run was cancelled",
        "The run was ended by a person; ticks do not move it.",
        "Revive it; or -t:Loop -p:NewRun=true begins a new one.");

    public static readonly ProblemCode TimeIsUp = new("MATTER3014", "Loop ran out of time",
        "LoopTimeout passed before the run ended. Work that was started goes on.",
        "Give -t:Loop again to go on.");

    public static readonly ProblemCode RequestRefused = new("MATTER3015", "Request refused",
        "What was asked of a run cannot be done in the state that it is in.",
        "The message says what to do instead.");

    public static readonly ProblemCode NothingAsked = new("MATTER3016", "Nobody is asked",
        "Respond was given for a task that waits for no person: it has not got so far, has ended, is answered already, or another operator has it.",
        "-t:Explain lists the tasks that wait for people.");

    public static readonly ProblemCode IllegalAnswer = new("MATTER3017", "Answer cannot be taken",
        "An answer lacks a decision, or its data are no JSON object or do not match the task's schema.json.",
        "Correct the answer; nothing was recorded.");

    public static readonly ProblemCode EndNotTold = new("MATTER3018", "End not told to the outside",
        "An attempt is asked to end, and whoever has it (a scheduler, another machine, an instrument, an operator of one's own) could not be told: it may go on. The request stays in the run's store.",
        "Mend what the message names and give -t:Step: every command asks again, and the attempt ends when the outside says so. If it can never be reached: see that its work is gone, then -t:CleanupOrphans gives up on it.");

    public static readonly ProblemCode RecordsContradict = new("MATTER3020", "Run's records contradict each other",
        "The store and the files of a run do not fit together: somebody changed them by hand, or this is a defect of MatterStack.",
        "Restore the run from a copy; if nobody touched it, report the defect with the run's state.sqlite.");

    public static readonly ProblemCode NoLocks = new("MATTER3021", "File system without locks",
        "The file system that the runs are on does not keep two processes, or two machines, from holding the same lock, so two could move one run.",
        "Put the runs on another file system with MatterStackRunsDirectory. Where only one machine ever works with them, or its locks are known to hold between machines: MatterStackTrustLocks=true.");

    public static readonly ProblemCode StoreBusy = new("MATTER3022", "Run's store is in use",
        "Another process holds state.sqlite for longer than a reader or a writer needs: one that hangs, a program that is no command of MatterStack, or an earlier version of it on another machine.",
        "End that process, or wait for it, and give the command again; nothing was lost.");

    public static readonly ProblemCode LockLost = new("MATTER3023", "Lock of the run lost",
        "The server of a file system that several machines share gives a lock to another command when it has not heard of its holder for long: a machine that was suspended, a network that was gone. Two would move one run.",
        "The other command goes on with the run, and with what this one has started; this one has recorded nothing since. -t:Status says how far it is.");

    public static readonly ProblemCode NotPermitted = new("MATTER3030", "Not permitted",
        "Owner and mode of a run's file or folder do not let the user who gave the command read or write it. The file that holds the state is its user's alone unless MatterStackGroupAccess says otherwise.",
        "Ask its owner, who can share runs with a group: set MatterStackGroupAccess to read or drive and give -t:Step.");

    public static readonly ProblemCode PathTooLong = new("MATTER3031", "Path too long",
        "SQLite opens no file whose path, with links followed, has more than 504 bytes.",
        "Move the project to a shorter path, or put the runs under one with MatterStackRunsDirectory.");

    public static readonly ProblemCode RunDeleted = new("MATTER3032", "Run was deleted while it was moved",
        "The run's state.sqlite was deleted, or its folder was moved away or its file system unmounted, while a command worked on it; git clean -xdf in the project takes runs along. What was started goes on and is recorded nowhere.",
        "Where its file system was unmounted: mount it again and give the command again. Otherwise: end what the run has started, and begin anew with -t:Loop; to keep runs: git clean -xdf -e runs, or MatterStackRunsDirectory outside of the clone.");

    public static readonly ProblemCode UnknownArgument = new("MATTER3040", "Unknown argument",
        "A property on the command line is a slip away from an argument or a setting. It would be ignored, and the command would act on something else than was meant.",
        "Correct the name; -t:Help lists what each target takes.");

    public static readonly ProblemCode ArgumentNotTaken = new("MATTER3041", "Argument that the target does not take",
        "A known argument was given to a target that does not read it. It is an error where the target would change more than was meant, otherwise a warning.",
        "Leave it out, or give the target that was meant; -t:Help lists what each takes.");

    public static readonly ProblemCode WarningsAreErrors = new("MATTER3042", "Warnings count as errors",
        "There are warnings, and TreatWarningsAsErrors, MSBuildTreatWarningsAsErrors or -warnaserror makes errors of them. No run was made or moved.",
        "Mend what the warnings name, or let them be warnings.");

    public static IReadOnlyList<ProblemCode> All { get; } =
    [
        NoSuchRun, AmbiguousRun, Locked, FolderNotWritable, StoreUnusable, StoreVersion, RunFailed, TaskFailed, DefinitionChanged,
        IllegalArgument, NoSuchTask, RunEnded, RunCancelled, TimeIsUp, RequestRefused, NothingAsked, IllegalAnswer, EndNotTold,
        RecordsContradict, NoLocks, StoreBusy, LockLost, NotPermitted, PathTooLong, RunDeleted,
        UnknownArgument, ArgumentNotTaken, WarningsAreErrors,
    ];
}
