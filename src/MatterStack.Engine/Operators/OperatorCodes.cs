using MatterStack.Engine.Problems;

namespace MatterStack.Engine.Operators;

/// <summary>Errors of starting and watching attempts.</summary>
internal static class OperatorCodes
{
    public static readonly ProblemCode StagingFailed = new(
        "MATTER4001",
        "Attempt could not be prepared",
        "An attempt's folder could not be created or an input could not be copied into it: the disk is full, a folder is not "
            + "writable, or a recorded file is missing or has changed.",
        "Fix the cause, then Revive the run."
    );

    public static readonly ProblemCode StartFailed = new(
        "MATTER4002",
        "Process could not be started",
        "The operating system refused to start a process.",
        "Fix the cause (limits on processes, memory), then Revive the run."
    );

    public static readonly ProblemCode NotOnThisSystem = new(
        "MATTER4003",
        "Operator not available on this system",
        "The local operator runs processes of Linux and macOS.",
        "On Windows run MatterStack in WSL, or route the task to another operator."
    );

    public static readonly ProblemCode AttemptBlocked = new(
        "MATTER4010",
        "Disk error",
        "An attempt could not be prepared or its outputs could not be read because the disk is full, is read-only or reports errors, "
            + "or because the server of its file system does not answer. The attempt is unchanged.",
        "Fix the cause (free some space, mount the file system again) and run the command again; nothing was lost."
    );

    public static readonly ProblemCode AlreadyStarted = new(
        "MATTER4011",
        "Attempt was started already",
        "An attempt's folder shows that the attempt was started, but state.sqlite has no record of it: state.sqlite was restored "
            + "from an older copy, or its state.sqlite-wal was removed.",
        "Restore the newer state.sqlite together with its state.sqlite-wal; without them, move the attempt's folder away to run the "
            + "attempt again."
    );

    public static readonly ProblemCode EarlierStillRuns = new(
        "MATTER4012",
        "Earlier attempt still runs",
        "Processes of an earlier attempt of the same task are alive and cannot be ended: they belong to another user, or wait for a "
            + "device or file system that does not answer. Two attempts at the same time could damage each other's files.",
        "End those processes by hand (their numbers are in the message), then Revive the run."
    );

    public static readonly ProblemCode ClusterUnreachable = new(
        "MATTER4020",
        "Cluster cannot be reached",
        "ssh cannot connect to the machine with the scheduler: wrong host or user, unknown host key, no accepted key, a second "
            + "factor that cannot be asked for, or no network.",
        "Log in by hand with the same ssh options and fix what ssh reports (for a second factor keep a shared connection open), then "
            + "run the command again; nothing was lost."
    );

    public static readonly ProblemCode SubmissionRefused = new(
        "MATTER4021",
        "Scheduler refuses a job",
        "The scheduler, or the file system of the cluster, refuses an attempt permanently: an account, partition, size or option is "
            + "not valid there. Or it has refused the attempt for an hour with a message that may mean that, while no job of this run was "
            + "in the queue. A refusal because of a limit or a temporary condition is tried again instead.",
        "Fix operators.yaml or the task's resources, then Revive the run (with -p:OperatorsConfig= and ForceWiringOverride if the "
            + "wiring has changed)."
    );

    public static readonly ProblemCode SchedulerTooOld = new(
        "MATTER4022",
        "Scheduler is too old",
        "The version of the scheduler's commands lacks options that jobs are submitted and queried with.",
        "Name another log-in node or cluster in operators.yaml, or let people submit the job scripts (kind: manual_hpc). Nothing was "
            + "lost; the documentation page of the scheduler lists the supported versions."
    );

    public static readonly ProblemCode ClusterFolderNotUsable = new(
        "MATTER4023",
        "Folder on the cluster cannot be used",
        "The folder of workspace_root cannot be created or written on the cluster: something else has its path, permission is "
            + "denied, a name is too long for its file system, or a command for the transfer (tar, sha256sum) is missing there.",
        "Fix it there (the message contains the cluster's own message) or name another workspace_root, then Revive the run (with "
            + "-p:OperatorsConfig= and ForceWiringOverride if the wiring has changed)."
    );

    public static readonly ProblemCode PluginNotUsable = new(
        "MATTER4030",
        "Operator of the campaign cannot be used",
        "A class of the campaign that provides operators cannot be loaded or created, throws an exception, or serves a kind that "
            + "exists already.",
        "Fix the class and build the campaign again."
    );
}
