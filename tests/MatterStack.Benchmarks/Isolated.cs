using System.Globalization;

namespace MatterStack.Benchmarks;

/// <summary>Measurements in a process of their own: memory, and what a cold start costs.</summary>
internal static class Isolated
{
    private static readonly Dictionary<string, Func<int, IEnumerable<string>>> Measurements = new()
    {
        ["nothing"] = _ => [PeakMemory()],
        ["loop"] = ColdLoop,
        ["campaign-cold"] = _ => CampaignCost.Cold(),
        ["campaign-loop"] = _ => CampaignCost.Loop(),
        ["wiring"] = _ => WiringCost.Cold(),
        ["export"] = EvidenceCost.Memory,
    };

    public static string[] Run(string name, int size)
    {
        // Started by its own name or through dotnet.
        string[] self =
            Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet"
                ? [Environment.ProcessPath!, typeof(Isolated).Assembly.Location]
                : [Environment.ProcessPath!];
        return Shell
            .Run(".", self[0], [.. self[1..], "--isolated", name, size.ToString(CultureInfo.InvariantCulture)])
            .Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }

    /// <summary>What the process that <see cref="Run"/> started does.</summary>
    public static void Answer(string[] arguments)
    {
        foreach (var line in Measurements[arguments[1]](int.Parse(arguments[2], CultureInfo.InvariantCulture)))
        {
            Console.WriteLine(line);
        }
    }

    // Seconds to the first start, then the largest size of the process.
    private static IEnumerable<string> ColdLoop(int tasks)
    {
        Cost? first = null;
        Func<Cost>? sinceStart = null;
        using var campaign = new BenchmarkCampaign(tasks) { Host = MemoryOperator.Host(waits: false, () => first ??= sinceStart!()) };
        sinceStart = Cost.Begin();
        campaign.Loop();
        yield return first!.Value.ToString();
        yield return PeakMemory();
    }

    /// <summary>Largest size of this process so far, kB.</summary>
    public static string PeakMemory() => OfStatus("VmHWM");

    /// <summary>Largest size of this process during an action over what it has before, kB.</summary>
    public static long PeakMemoryOf(Action action)
    {
        GC.Collect(2, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        // Makes the peak what is there now.
        File.WriteAllText("/proc/self/clear_refs", "5");
        var before = long.Parse(OfStatus("VmRSS"), CultureInfo.InvariantCulture);
        action();
        return long.Parse(PeakMemory(), CultureInfo.InvariantCulture) - before;
    }

    private static string OfStatus(string name) =>
        File.ReadLines("/proc/self/status")
            .First(line => line.StartsWith(name, StringComparison.Ordinal))
            .Split(' ', StringSplitOptions.RemoveEmptyEntries)[1];
}
