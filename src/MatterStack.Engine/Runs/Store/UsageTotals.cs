namespace MatterStack.Engine.Runs.Store;

/// <summary>What the ended attempts of a run used, in all. Results from the cache do not count: they used nothing.</summary>
/// <param name="Attempts">Number of ended attempts that were executed.</param>
/// <param name="WithCpu">How many of them have a known processor time.</param>
/// <param name="CpuSeconds">Sum of these.</param>
/// <param name="WithWall">How many have a known wall time.</param>
/// <param name="CoreSeconds">Sum of wall time × cores that the task asks for.</param>
/// <param name="WithQueue">How many have a known time in a queue.</param>
/// <param name="QueueSeconds">Sum of these.</param>
/// <param name="LongestQueueSeconds">The longest of these.</param>
internal sealed record UsageTotals(
    long Attempts,
    long WithCpu,
    double CpuSeconds,
    long WithWall,
    double CoreSeconds,
    long WithQueue,
    double QueueSeconds,
    double LongestQueueSeconds
);
