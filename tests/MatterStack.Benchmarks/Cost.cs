using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;

namespace MatterStack.Benchmarks;

/// <summary>What something took: wall time, and processor time of this process and all it started, which is steadier on a busy machine.
/// Both in seconds.</summary>
internal readonly partial record struct Cost(double Wall, double Cpu)
{
    private const int Self = 0;
    private const int Children = -1;

    public static Cost operator /(Cost cost, double by) => new(cost.Wall / by, cost.Cpu / by);

    public static Cost operator *(Cost cost, double by) => new(cost.Wall * by, cost.Cpu * by);

    public static Cost Of(Action action)
    {
        var sinceStart = Begin();
        action();
        return sinceStart();
    }

    /// <summary>Starts the clocks; what they say when asked.</summary>
    public static Func<Cost> Begin()
    {
        var cpu = Used(Self) + Used(Children);
        var watch = Stopwatch.StartNew();
        return () => new(watch.Elapsed.TotalSeconds, Used(Self) + Used(Children) - cpu);
    }

    /// <summary>Medians of two that are measured in turn, so that both meet the same neighbours.</summary>
    public static (Cost Ours, Cost Floor) Compare(int times, Func<Cost> ours, Func<Cost> floor) =>
        InTurn(times, ours, floor) is [var of, var against] ? (of, against) : throw new InvalidOperationException();

    /// <summary>Medians of several that are measured in turn.</summary>
    public static Cost[] InTurn(int times, params Func<Cost>[] measures)
    {
        var rounds = Enumerable.Range(0, times).Select(_ => measures.Select(measure => measure()).ToArray()).ToList();
        return [.. measures.Select((_, i) => Median(rounds.Select(round => round[i])))];
    }

    public static Cost Median(int times, Func<Cost> measure) => Median(Enumerable.Range(0, times).Select(_ => measure()).ToList());

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Wall} {Cpu}");

    public static Cost Parse(string text)
    {
        var parts = text.Split(' ');
        return new(double.Parse(parts[0], CultureInfo.InvariantCulture), double.Parse(parts[1], CultureInfo.InvariantCulture));
    }

    public static Cost Median(IEnumerable<Cost> costs)
    {
        var all = costs.ToList();
        return new(all.Select(c => c.Wall).Order().ElementAt(all.Count / 2), all.Select(c => c.Cpu).Order().ElementAt(all.Count / 2));
    }

    private static unsafe double Used(int who)
    {
        // struct rusage begins with user and system time, each as seconds and microseconds.
        var usage = stackalloc long[64];
        return GetUsage(who, usage) == 0
            ? usage[0] + usage[2] + (usage[1] + usage[3]) / 1e6
            : throw new InvalidOperationException("getrusage");
    }

    [LibraryImport("libc", EntryPoint = "getrusage")]
    private static unsafe partial int GetUsage(int who, long* usage);
}
