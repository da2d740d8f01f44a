namespace MatterStack.Engine.Runs.Usage;

/// <summary>The columns of <c>Usage</c> for scripts: in items, CSV and JSON. Times are in seconds and memory in bytes; null is
/// unknown.</summary>
internal static class UsageColumns
{
    /// <summary>Names and values, in their order.</summary>
    public static IReadOnlyList<(string Name, Func<GroupUsage, object?> Get)> All { get; } =
    [
        ("task_group", static usage => usage.Group.Name),
        ("operator_key", static usage => usage.Group.Key.Value),
        ("first_task", static usage => usage.Group.First.Value),
        ("tasks", static usage => usage.Tasks),
        ("completed", static usage => usage.Completed),
        ("failed", static usage => usage.Failed),
        ("cached", static usage => usage.Cached),
        ("active", static usage => usage.Active),
        ("ends", static usage => FormatCounts(usage.Ends)),
        .. CreateAsked("nodes", static usage => usage.AskedNodes),
        .. CreateAsked("ranks", static usage => usage.AskedRanks),
        .. CreateAsked("cores", static usage => usage.AskedCores),
        .. CreateAsked("memory_bytes", static usage => usage.AskedMemory),
        .. CreateAsked("time_seconds", static usage => usage.AskedTime),
        .. CreateUsed("wall_seconds", static usage => usage.WallTime),
        .. CreateUsed("cpu_seconds", static usage => usage.CpuTime),
        .. CreateUsed("busy_cores", static usage => usage.BusyCores),
        .. CreateUsed("peak_memory_bytes", static usage => usage.PeakMemory),
        ("peak_memory_of", static usage => usage.PeakMemory.Count == 0 ? null : "largest process"),
        .. CreateUsed("queue_seconds", static usage => usage.QueueTime),
        ("total_cpu_seconds", static usage => usage.CpuSeconds),
        ("total_core_seconds", static usage => usage.ReservedSeconds),
        ("failed_wall_seconds_max", static usage => usage.FailedTime),
        ("failed_peak_memory_bytes_max", static usage => usage.FailedMemory),
        ("unknown", static usage => FormatCounts(usage.Notes)),
        ("suggestion", static usage => UsageAdvisor.SuggestMetadata(usage).Text),
    ];

    /// <summary>Formats counted texts: <c>TIMEOUT ×2; OUT_OF_MEMORY ×1</c>; null if there are none.</summary>
    public static string? FormatCounts(IReadOnlyDictionary<string, int> counts) =>
        counts.Count == 0
            ? null
            : string.Join("; ", counts.Select(static pair => FormattableString.Invariant($"{pair.Key} ×{pair.Value}")));

    private static IEnumerable<(string, Func<GroupUsage, object?>)> CreateAsked(string name, Func<GroupUsage, AskedAmount> find) =>
        [($"asked_{name}_min", usage => find(usage).Min), ($"asked_{name}_max", usage => find(usage).Max)];

    private static IEnumerable<(string, Func<GroupUsage, object?>)> CreateUsed(string name, Func<GroupUsage, UsageFigures> find) =>
        [
            ($"{name}_median", usage => find(usage).Median),
            ($"{name}_p95", usage => find(usage).Percentile95),
            ($"{name}_max", usage => find(usage).Max),
        ];
}
