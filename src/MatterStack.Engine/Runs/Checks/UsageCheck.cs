using MatterStack.Engine.Lifecycle.Model;
using MatterStack.Engine.Problems;
using MatterStack.Engine.Runs.Store;

namespace MatterStack.Engine.Runs.Checks;

/// <summary>Checks that recorded usage is possible.</summary>
internal static class UsageCheck
{
    /// <param name="attempts">All attempts.</param>
    /// <param name="at">File of the records, as the position of problems.</param>
    public static IEnumerable<Problem> CheckAttempts(IEnumerable<AttemptRow> attempts, string at) =>
        from attempt in attempts
        let fault = attempt.Usage is { } usage ? FindFault(attempt, usage) : null
        where fault is not null
        select Problem.Create(
            RunCodes.RecordsContradict,
            $"Attempt {attempt.AttemptId} of task {attempt.TaskId} {fault}",
            new SourcePosition(at)
        );

    private static string? FindFault(AttemptRow attempt, AttemptUsage usage) =>
        usage.QueueTime < TimeSpan.Zero || usage.WallTime < TimeSpan.Zero || usage.CpuTime < TimeSpan.Zero || usage.PeakMemoryBytes < 0
            ? "has used less than nothing"
        : attempt.CachedFrom is not null && (usage.WallTime ?? usage.CpuTime) > TimeSpan.Zero
            ? "has used time, and its result is from the cache"
        : null;
}
