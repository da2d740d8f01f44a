namespace MatterStack.Engine.Problems;

/// <summary>What can go wrong in MatterStack itself, or because the system gives it no means to work.</summary>
internal static class FaultCodes
{
    public static readonly ProblemCode Defect = new("MATTER9001", "Defect of MatterStack",
        "MatterStack met an exception that it does not expect. What was concerned has ended or was left as it is; everything else goes on, and nothing that was recorded is lost.",
        "Please report it with this message; the command with -v:detailed shows all of the exception.");

    public static readonly ProblemCode NoMeans = new("MATTER9002", "No thread or no memory",
        "The operating system refuses a thread or memory: a limit on processes and threads (ulimit -u, pids.max of a container) or on memory is reached.",
        "Raise the limit or end other programs, and give the command again; nothing was lost.");

    public static IReadOnlyList<ProblemCode> All { get; } = [Defect, NoMeans];
}
