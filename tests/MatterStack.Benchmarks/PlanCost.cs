using System.Globalization;
using MatterStack.Engine.Caching;
using MatterStack.Engine.Campaigns.Declarations;

namespace MatterStack.Benchmarks;

/// <summary>A plan of a workflow with many edges and of many independent tasks, against a <c>Step</c> of the same tasks that finds nothing
/// to do.</summary>
internal static class PlanCost
{
    private const int Tasks = 1_738;
    private const int Edges = 4_698;
    private const int ManyTasks = 100_000;

    public static IEnumerable<Figure> Measure()
    {
        var workflow = $"{Format(Tasks)} tasks with {Format(Edges)} edges";
        foreach (var figure in Measure(workflow, DeclareWorkflow, 9))
        {
            yield return figure;
        }

        foreach (var figure in Measure($"{Format(ManyTasks)} tasks", DeclareManyTasks, 3))
        {
            yield return figure;
        }
    }

    private static IEnumerable<Figure> Measure(string what, Func<IEnumerable<DeclaredTask>> declare, int times)
    {
        using var waiting = new BenchmarkCampaign(declare()) { Host = MemoryOperator.Host(waits: true) };
        waiting.Step();
        waiting.Step();
        var live = Cost.InTurn(times, () => Cost.Of(() => waiting.Plan(newRun: false)), () => Cost.Of(waiting.Step));
        yield return Figure.Time($"plan of a run that waits, {what}, against a no-op Step", live[0], live[1], false, "reported");

        using var unknown = new BenchmarkCampaign(declare()) { Cache = CacheMode.ReadWrite };
        var first = Cost.InTurn(times, () => Cost.Of(() => unknown.Plan(newRun: true)), () => Cost.Of(waiting.Step));
        yield return Figure.Time($"plan of the first run, {what}, against a no-op Step", first[0], first[1], false, "reported");

        using var known = new BenchmarkCampaign(declare()) { Cache = CacheMode.ReadWrite, Host = MemoryOperator.Host(waits: false) };
        known.Loop();
        var cached = Cost.InTurn(times, () => Cost.Of(() => known.Plan(newRun: true)), () => Cost.Of(waiting.Step));
        yield return Figure.Time(
            $"plan of a run with known results only, {what}, against a no-op Step",
            cached[0],
            cached[1],
            false,
            "reported"
        );
    }

    // Each task depends on up to three of the forty before it, until all edges are there.
    private static IEnumerable<DeclaredTask> DeclareWorkflow()
    {
        var random = new Random(1);
        var left = Edges;
        for (var i = 0; i < Tasks; i++)
        {
            var dependencies = new SortedSet<int>();
            var wanted = Math.Min(Math.Min(i, 40), (int)Math.Ceiling(left / (double)(Tasks - i)));
            while (dependencies.Count < wanted)
            {
                dependencies.Add(random.Next(Math.Max(0, i - 40), i));
            }

            left -= dependencies.Count;
            yield return Declare(i, [.. dependencies.Select(static d => "t" + d.ToString(CultureInfo.InvariantCulture))]);
        }

        if (left != 0)
        {
            throw new InvalidOperationException($"{left} edges are missing");
        }
    }

    private static IEnumerable<DeclaredTask> DeclareManyTasks() => Enumerable.Range(0, ManyTasks).Select(i => Declare(i, []));

    private static DeclaredTask Declare(int number, IReadOnlyList<string> dependencies)
    {
        var metadata = new Dictionary<string, IReadOnlyList<string>>
        {
            ["Command"] = ["simulate > out"],
            ["OperatorKey"] = ["local.default"],
            ["Outputs"] = ["out"],
            ["TimeLimitMinutes"] = ["30"],
            ["Cores"] = ["4"],
        };
        if (dependencies.Count > 0)
        {
            metadata["DependsOn"] = dependencies;
        }

        return new("t" + number.ToString(CultureInfo.InvariantCulture), new DeclaredMetadata(metadata, null), null);
    }

    private static string Format(int count) => count.ToString("N0", CultureInfo.InvariantCulture);
}
