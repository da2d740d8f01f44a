using MatterStack.Engine.Identity;
using MatterStack.Engine.Lifecycle.Model;
using MatterStack.Engine.Operators;
using MatterStack.Engine.Problems;
using MatterStack.Engine.Wiring;
using MatterStack.Engine.Wiring.Parsing;

namespace MatterStack.Engine.Runs.Conducting;

/// <summary>Reads the limits of a wiring for the operator keys of a run.</summary>
/// <param name="wiring">The wiring.</param>
/// <param name="wiringHash">Its hash.</param>
/// <param name="catalog">The known kinds of operators.</param>
/// <param name="machine">What this machine has.</param>
internal sealed class LimitsReader(OperatorsFile wiring, Sha256 wiringHash, OperatorCatalog catalog, MachineBudgets machine)
{
    // Default limit of schedulers for the size of a job array.
    private const int MaxArraySize = 1000;

    /// <summary>Reads the limits. Operators of this machine share its cores, memory and accelerators, except what their wiring states
    /// itself.</summary>
    /// <param name="model">The run. Memory and accelerators of the machine are determined only if its tasks need them.</param>
    /// <param name="ahead">Number of attempts per key to intend beyond the capacity.</param>
    public WiringLimits ReadLimits(RunModel model, int ahead)
    {
        var pools = new Pools(model, machine);
        var resources = wiring.Resources.Select(static entry => new ResourceLimit(entry.Key, entry.Value, null)).ToList();
        var ofRun = resources.Select(static (limit, index) => KeyValuePair.Create(limit.Name, index)).ToDictionary();
        var limits = model.Keys.Select((key, index) => ReadLimit(key, index, ahead, pools, resources, ofRun)).ToList();
        return new WiringLimits(wiring.MaxConcurrentGlobal, limits, pools.Cores)
        {
            WiringHash = wiringHash,
            PoolMemoryMib = pools.MemoryMib,
            PoolGpus = pools.Gpus,
            Resources = resources,
        };
    }

    /// <summary>Asks an operator class. An exception of a class of the campaign blocks only tasks of that operator.</summary>
    public static Result<T> CallProvider<T>(Func<T> question)
    {
        try
        {
            return question();
        }
        catch (ProblemException e) when (e.Problems[0].Code == OperatorCodes.PluginNotUsable)
        {
            return e.Problems[0];
        }
    }

    /// <summary>Why no attempt can start on an operator key; null if attempts can start.</summary>
    public string? FindUnavailableReason(OperatorKey key) =>
        CallProvider(() => RoutingCheck.FindUnavailableReason(catalog, wiring, key)) is var answer
        && answer.TryGet(out var why, out var problems)
            ? why
            : Fault.FormatReason(problems[0]);

    private KeyLimit ReadLimit(
        OperatorKey key,
        int index,
        int ahead,
        Pools pools,
        List<ResourceLimit> resources,
        Dictionary<string, int> ofRun
    )
    {
        if (FindUnavailableReason(key) is { } why)
        {
            return new KeyLimit(why, null, null, 0);
        }

        var wired = wiring.Operators[key];
        if (!CallProvider(() => catalog.FindProvider(wired.Kind)!.GetTraits(wired)).TryGet(out var traits, out var problems))
        {
            return new KeyLimit(Fault.FormatReason(problems[0]), null, null, 0, TimeLimitGrace: TimeSpan.Zero);
        }

        return new KeyLimit(
            null,
            wired.MaxConcurrent,
            traits.UsesLocalCores ? pools.AddCores(traits.Cores) : null,
            ahead > 0 && traits.StartsInBatches ? Math.Max(ahead, MaxArraySize) : ahead,
            traits.WaitsForPeople,
            traits.IsCacheable,
            traits.LimitGrace
        )
        {
            OperatorHash = wired.Hash,
            Requests = traits.Requests,
            Codes = wired.Codes,
            MemoryPoolIndex = traits.UsesLocalCores ? pools.AddMemory(traits.MemoryGb, index) : null,
            GpuPoolIndex = traits.AssignsGpus ? pools.AddGpus(traits.Gpus, index) : null,
            Resources = AddResources(wired, resources, ofRun),
        };
    }

    // A resource of the operator hides that of the run with the same name.
    private static Dictionary<string, int> AddResources(OperatorWiring wired, List<ResourceLimit> resources, Dictionary<string, int> ofRun)
    {
        if (wired.Resources.Count == 0)
        {
            return ofRun;
        }

        var indexes = new Dictionary<string, int>(ofRun, StringComparer.Ordinal);
        foreach (var (name, count) in wired.Resources)
        {
            indexes[name] = resources.Count;
            resources.Add(new ResourceLimit(name, count, wired.Key));
        }

        return indexes;
    }

    /// <summary>Pools of this machine; the first of each kind is the machine itself.</summary>
    private sealed class Pools(RunModel model, MachineBudgets machine)
    {
        public List<int> Cores { get; } = [machine.Cores];

        public List<int> MemoryMib { get; } = [int.MaxValue];

        public List<IReadOnlyList<string>> Gpus { get; } =
        [
            [],
        ];

        public int AddCores(int? own) => Add(Cores, own);

        public int AddMemory(decimal? own, int key)
        {
            if (own is null && model.KeysWithMemory.Contains(key))
            {
                MemoryMib[0] = machine.MemoryMib.Value;
            }

            return Add(MemoryMib, own is { } gibibytes ? TaskNeeds.ToMebibytes((double)gibibytes) : null);
        }

        public int AddGpus(IReadOnlyList<string>? own, int key)
        {
            if (own is null && model.KeysWithGpus.Contains(key))
            {
                Gpus[0] = machine.Gpus.Value;
            }

            return own is null ? 0 : Add(Gpus, own);
        }

        private static int Add(List<int> pools, int? own) => own is { } count ? Add(pools, count) : 0;

        private static int Add<T>(List<T> pools, T own)
        {
            pools.Add(own);
            return pools.Count - 1;
        }
    }
}
