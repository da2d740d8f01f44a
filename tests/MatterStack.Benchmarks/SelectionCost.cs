using System.Globalization;
using MatterStack.Engine.Lifecycle.Selections;

namespace MatterStack.Benchmarks;

/// <summary>A step that runs one of many tasks, against one that runs all.</summary>
internal static class SelectionCost
{
    private const int Tasks = 100_000;
    private static readonly TaskSelection One = TaskSelection.Parse("t5").Value;
    private static readonly TaskSelection Other = TaskSelection.Parse("t6").Value;

    public static IEnumerable<Figure> Measure()
    {
        using var selected = new BenchmarkCampaign(Tasks) { Host = MemoryOperator.Host(waits: true) };
        selected.Init();
        var first = Cost.Of(() => selected.Step(One));
        selected.Step(One);
        using var all = new BenchmarkCampaign(Tasks) { Host = MemoryOperator.Host(waits: true) };
        all.Step();
        all.Step();
        var (again, floor) = Cost.Compare(5, () => Cost.Of(() => selected.Step(One)), () => Cost.Of(all.Step));
        var name = string.Create(CultureInfo.InvariantCulture, $"one of {Tasks} tasks");
        yield return Figure.Time($"no-op step that selects {name}", again, floor, true, "floor: a no-op step of all tasks");
        yield return Figure.Time($"first step that selects {name}", first, floor, false, "it leaves out the others; floor: a no-op step");
        yield return Figure.Time(
            $"step that selects another {name}",
            Cost.Of(() => selected.Step(Other)),
            floor,
            false,
            "floor: a no-op step"
        );
    }
}
