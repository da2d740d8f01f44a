namespace MatterStack.Engine.Problems;

/// <summary>Problems of MatterStack itself, or of missing system resources.</summary>
internal static class FaultCodes
{
    public static readonly ProblemCode Defect = new(
        "MATTER9001",
        "Defect of MatterStack",
        "MatterStack caught an unexpected exception. The affected attempt or command has ended or is unchanged. Everything else "
            + "continues, and no recorded data is lost.",
        "Please report it with this message. The same command with -v:detailed shows the full exception."
    );

    public static readonly ProblemCode NoResources = new(
        "MATTER9002",
        "No thread or no memory",
        "The operating system refuses a thread or memory: a limit on processes and threads (ulimit -u, "
            + "pids.max of a container) or on memory is reached.",
        "Raise the limit or end other programs, and run the command again. No recorded data is lost."
    );
}
