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

    public static IReadOnlyList<ProblemCode> All { get; } = [StagingFailed, StartFailed, NotOnThisSystem];
}
