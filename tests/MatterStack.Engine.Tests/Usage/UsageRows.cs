using MatterStack.Engine.Lifecycle.Model;
using MatterStack.Engine.Runs.Store;
using MatterStack.Engine.Runs.Usage;

namespace MatterStack.Engine.Tests.Usage;

/// <summary>Rows of attempts for tests about usage.</summary>
internal static class UsageRows
{
    public const double Gib = 1L << 30;

    /// <summary>A completed attempt of one core and process that used what is given.</summary>
    public static UsageRow Completed(string task, double? wall = null, double? cpu = null, double? gib = null, string? note = null) =>
        new()
        {
            Task = task,
            Key = "hpc.default",
            Pattern = 1,
            State = AttemptStatus.Completed,
            Usage = new AttemptUsage
            {
                Source = UsageSource.Sacct,
                WallTime = wall is { } w ? TimeSpan.FromSeconds(w) : null,
                CpuTime = cpu is { } c ? TimeSpan.FromSeconds(c) : null,
                PeakMemoryBytes = (long?)(gib * Gib),
                Note = note,
            },
        };

    public static UsageRow Failed(string task, string cause, double? gib = null) =>
        Completed(task, gib: gib) with
        {
            State = AttemptStatus.Failed,
            CauseText = cause,
        };

    /// <summary>Attempts of as many tasks that used the same, changed by a function.</summary>
    public static IEnumerable<UsageRow> Repeat(int count, Func<string, UsageRow> create) =>
        Enumerable.Range(0, count).Select(i => create(FormattableString.Invariant($"t_{i}")));

    public static GroupUsage SumUp(params IEnumerable<UsageRow> rows) => RunUsage.SumUp(rows).Single();
}
