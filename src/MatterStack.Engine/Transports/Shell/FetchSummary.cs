namespace MatterStack.Engine.Transports.Shell;

/// <summary>Result of fetching files.</summary>
/// <param name="Results">Results of the files, where known.</param>
/// <param name="Interruption">Why the other results are unknown; null if all are known.</param>
/// <param name="MovedBytes">Number of received bytes.</param>
internal sealed record FetchSummary(
    IReadOnlyDictionary<FetchedFile, FetchResult> Results,
    ShellResult.NoAnswer? Interruption,
    long MovedBytes
);
