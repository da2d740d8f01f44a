using System.Globalization;

namespace MatterStack.Benchmarks;

/// <summary>A campaign of 100,000 tasks in a fresh process.</summary>
internal static class LargeCampaign
{
    private const int Tasks = 100_000;

    public static IEnumerable<Figure> Measure()
    {
        var floor = BareSqlite.InsertTasks(Tasks);
        var empty = Megabytes(Isolated.Run("nothing", 0)[0]);
        var answers = Enumerable.Range(0, 3).Select(_ => Isolated.Run("loop", Tasks)).ToList();
        var costs = new Queue<Cost>(answers.Select(a => Cost.Parse(a[0])));
        var first = Cost.Median(costs.Count, costs.Dequeue);
        yield return Figure.Time(
            $"first task of a {Tasks}-task campaign, from the engine's cold start",
            first,
            floor,
            false,
            "<= 3 s; floor: SQLite inserting the tasks"
        );
        yield return new(
            $"memory at {Tasks} tasks, largest, against the empty process",
            answers.Select(a => Megabytes(a[1])).Order().ElementAt(1),
            empty,
            "MB",
            "<= 130 MB over"
        );
    }

    private static double Megabytes(string kibibytes) => double.Parse(kibibytes, CultureInfo.InvariantCulture) * 1024 / 1e6;
}
