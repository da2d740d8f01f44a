using MatterStack.Engine.Problems;

namespace MatterStack.Engine.Operators;

/// <summary>What can go wrong when attempts are started and watched.</summary>
internal static class OperatorCodes
{
    public static readonly ProblemCode StagingFailed = new("MATTER4001", "Attempt could not be prepared",
        "An attempt's folder could not be made or an input could not be put there: the disk is full, a folder may not be written, or a recorded file is gone or has changed.",
        "Mend the cause, then Revive the run.");

    public static readonly ProblemCode StartFailed = new("MATTER4002", "Process could not be started",
        "The operating system refused to start a process.",
        "Mend the cause (limits on processes, memory), then Revive the run.");

    public static readonly ProblemCode NotOnThisSystem = new("MATTER4003", "Operator not available on this system",
        "The local operator drives processes of Linux and macOS.",
        "On Windows run MatterStack in WSL, or route the task to another operator.");

    public static readonly ProblemCode HeldUp = new("MATTER4010", "Disk in trouble",
        "An attempt could not be prepared or its outputs could not be read because the disk is full, is read-only, or reports errors, or the server of its file system does not answer. The attempt stays as it is.",
        "Mend the cause (free some space, mount it again) and give the command again; nothing was lost.");

    public static readonly ProblemCode StartedAlready = new("MATTER4011", "Attempt was started already",
        "An attempt's folder shows that it was started, and state.sqlite does not know of it: state.sqlite was restored from an older copy, or its state.sqlite-wal was removed.",
        "Put back the newer state.sqlite together with its state.sqlite-wal; without them, move the attempt's folder away to have it run again.");

    public static readonly ProblemCode EarlierGoesOn = new("MATTER4012", "Earlier attempt goes on",
        "Processes of an earlier attempt of the same task are alive and cannot be ended: they belong to another user, or wait for a device or file system that does not answer. Two attempts side by side could spoil each other's files.",
        "End those processes by hand (their numbers are in the message), then Revive the run.");

    public static readonly ProblemCode ClusterUnreachable = new("MATTER4020", "Cluster cannot be reached",
        "ssh does not get to the machine with the scheduler: a wrong host or user, a host key that is not known, no key that it accepts, a second factor that nobody can be asked for, or no network.",
        "Log in by hand with the same ssh options and mend what ssh says (for a second factor keep a shared connection open), then give the command again; nothing was lost.");

    public static readonly ProblemCode SubmissionRefused = new("MATTER4021", "Scheduler refuses a job",
        "The scheduler, or the file system of the cluster, refuses an attempt for good: an account, partition, size or option that is not valid there; or it has refused it for an hour in words that may mean that, while no job of ours was in the queue. What a limit or a passing condition refuses is waited for instead.",
        "Mend operators.yaml or what the task asks for, then Revive the run (with -p:OperatorsConfig= and ForceWiringOverride if the wiring has changed).");

    public static readonly ProblemCode SchedulerTooOld = new("MATTER4022", "Scheduler is too old",
        "The scheduler's commands are of a version that lacks what jobs are asked and told with.",
        "Name another log-in node or cluster in operators.yaml, or keep the job scripts for people to submit (kind: manual_hpc). Nothing was lost; the page of the scheduler says which versions can be driven.");

    public static readonly ProblemCode PlaceNotUsable = new("MATTER4023", "Folder on the cluster cannot be used",
        "The folder that workspace_root names there cannot be made or written: something else stands in its place, permission is denied, a name is too long for its file system, or a command that files are sent with (tar, sha256sum) is missing there.",
        "Mend it there (the message has the words of the other machine) or name another workspace_root, then Revive the run (with -p:OperatorsConfig= and ForceWiringOverride if the wiring has changed).");

    public static readonly ProblemCode ProviderNotUsable = new("MATTER4030", "Operator of the campaign cannot be used",
        "A class of the campaign that provides operators cannot be loaded or made, threw, or serves a kind that is there already.",
        "Mend the class and build the campaign again.");

    public static IReadOnlyList<ProblemCode> All { get; } = [StagingFailed, StartFailed, NotOnThisSystem, HeldUp, StartedAlready, EarlierGoesOn, ClusterUnreachable, SubmissionRefused, SchedulerTooOld, PlaceNotUsable, ProviderNotUsable];
}
