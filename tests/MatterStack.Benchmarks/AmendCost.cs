using System.Globalization;
using MatterStack.Engine.Runs.Store.Sqlite;

namespace MatterStack.Benchmarks;

/// <summary>What an amendment of many tasks costs, against a step of the same run in which nothing happens.</summary>
internal static class AmendCost
{
    private const int Tasks = 1_000;

    public static IEnumerable<Figure> Measure()
    {
        using var campaign = new BenchmarkCampaign(Tasks) { Host = MemoryOperator.Host(waits: true) };
        campaign.Step();
        campaign.Step();
        var minutes = 60;
        AmendAll();
        var (amend, step) = Cost.Compare(7, () => Cost.Of(AmendAll), () => Cost.Of(campaign.Step));
        yield return Figure.Time($"Amend of {Tasks:N0} tasks under way, engine, against a no-op Step", amend, step, true, "<= 1 s");
        var before = SqlStatement.ExecutedByThisThread;
        AmendAll();
        yield return new(
            $"SQL statements of an Amend of {Tasks:N0} tasks",
            SqlStatement.ExecutedByThisThread - before,
            null,
            "",
            "at most 8 per task, in one transaction"
        );

        void AmendAll() => campaign.Amend("*", (++minutes).ToString(CultureInfo.InvariantCulture));
    }
}
