using MatterStack.Engine.Lifecycle;

namespace MatterStack.Engine.Operators.Hpc;

/// <summary>What a job has written on a machine of its own and may not be seen yet where it is collected: file systems that machines share show names and contents late.</summary>
internal static class Latency
{
    /// <summary>Whether something that a job which ended well must have left is missing, or is not whole. What an archive brought from there is whole.</summary>
    public static bool MayBeLate(ClusterJob job, Ending ending) =>
        job.End is JobState.Completed && (ending.MissingOutputs.Count > 0 || !HasExitCode(job) || ending.CollectProblem is not null && job.Place is SharedPlace);

    /// <summary>What it is.</summary>
    public static string Words(ClusterJob job, Ending ending) =>
        ending.MissingOutputs.Count > 0 ? $"its output '{ending.MissingOutputs[0]}' is not there" : ending.CollectProblem ?? $"its exit code is not in {job.Order.RelativePath}";

    // The last that its script writes: without it nothing that comes before need be there.
    private static bool HasExitCode(ClusterJob job) => Local.LocalProtocol.ReadExitCode(job.Order) is not null;
}
