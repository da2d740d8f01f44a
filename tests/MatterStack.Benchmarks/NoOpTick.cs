using MatterStack.Engine.Runs.Store.Sqlite;

namespace MatterStack.Benchmarks;

/// <summary>A tick in which nothing has happened, while many attempts wait for an instrument.</summary>
internal static class NoOpTick
{
    /// <param name="tasks">Attempts that wait.</param>
    /// <param name="bar">Milliseconds that we want to stay below.</param>
    public static IEnumerable<Figure> Measure(int tasks, int bar)
    {
        using var campaign = new BenchmarkCampaign(tasks) { Host = MemoryOperator.Host(waits: true) };
        campaign.Step();
        campaign.Step();
        var (ours, floor) = Cost.Compare(7, () => Cost.Of(campaign.Step), () => BareSqlite.ReadAll(campaign.Run.StoreFile));
        yield return Figure.Time(
            $"no-op tick with {tasks} waiting tasks, engine",
            ours,
            floor,
            true,
            $"<= {bar} ms; floor: reading the rows"
        );
        var before = SqlStatement.ExecutedByThisThread;
        campaign.Step();
        yield return new(
            $"SQL statements of a no-op tick with {tasks} waiting tasks",
            SqlStatement.ExecutedByThisThread - before,
            null,
            "",
            "the same for any number"
        );
    }
}
