using MatterStack.Engine.Identity;
using MatterStack.Engine.Lifecycle.Model;
using MatterStack.Engine.Problems;
using MatterStack.Engine.Runs.Limits;

namespace MatterStack.Engine.Runs.Conducting;

/// <summary>Lists what an attempt takes of the limits that runs share. Names of shares are the same in all runs: limits of this machine
/// contain its name, limits of an operator its key.</summary>
internal static class AttemptShares
{
    /// <summary>Prefix of the shares of accelerators of a machine; the name of the device follows.</summary>
    public static string GetGpuPrefix(string host) => $"gpu:{host}:";

    /// <param name="attempt">The attempt, with the devices that it was given.</param>
    /// <param name="key">Its operator key.</param>
    /// <param name="limits">Limits of this run's wiring.</param>
    /// <param name="host">Name of this machine.</param>
    public static IReadOnlyList<ShareDemand> ListDemands(LiveAttempt attempt, OperatorKey key, WiringLimits limits, string host)
    {
        var limit = limits.Keys[attempt.KeyIndex];
        var demands = new List<ShareDemand>
        {
            new("attempts", 1, limits.MaxConcurrent, "a place (max_concurrent_global)"),
            new($"attempts:{key}", 1, limit.MaxConcurrent, $"a place of {key} (max_concurrent)"),
        };
        if (limit.PoolIndex is { } cores)
        {
            var name = GetMachineName("cores", host, key, cores);
            demands.Add(new ShareDemand(name, attempt.Cores, limits.PoolCores[cores], CountText.FormatCount(attempt.Cores, "core")));
        }

        if (attempt.Needs is { } needs)
        {
            AddNeeds(demands, needs, limit, limits, key, host);
        }

        // An attempt that was given devices holds them, whatever the wiring says now.
        foreach (var gpu in attempt.Given?.Gpus ?? [])
        {
            demands.Add(new ShareDemand(GetGpuPrefix(host) + gpu, 1, 1, $"GPU {gpu}"));
        }

        return demands;
    }

    private static void AddNeeds(
        List<ShareDemand> demands,
        TaskNeeds needs,
        KeyLimit limit,
        WiringLimits limits,
        OperatorKey key,
        string host
    )
    {
        if (limit.MemoryPoolIndex is { } memory && needs.MemoryMib > 0)
        {
            var name = GetMachineName("memory_mib", host, key, memory);
            var mebibytes = limit.GetMemoryMib(needs);
            demands.Add(new ShareDemand(name, mebibytes, limits.PoolMemoryMib[memory], $"{mebibytes} MiB of memory"));
        }

        foreach (var (name, count) in needs.Uses)
        {
            if (limit.Resources.TryGetValue(name, out var index))
            {
                var resource = limits.Resources[index];
                var owner = resource.Owner is { } own ? own.Value + ":" : "";
                demands.Add(new ShareDemand($"resource:{owner}{name}", count, resource.Count, $"{count} of the resource '{name}'"));
            }
        }
    }

    // The first pool is the machine itself; every other is the own budget of an operator.
    private static string GetMachineName(string what, string host, OperatorKey key, int pool) =>
        pool == 0 ? $"{what}:{host}" : $"{what}:{host}:{key}";
}
