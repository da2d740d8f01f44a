using System.Collections.Concurrent;
using MatterStack.Engine.Campaigns;
using MatterStack.Engine.Files;
using MatterStack.Engine.Identity;
using MatterStack.Engine.Lifecycle;
using MatterStack.Engine.Operators;
using MatterStack.Engine.Operators.Local;
using MatterStack.Engine.Wiring;

namespace MatterStack.Engine.Runs;

/// <summary>The operators of a run, one instance per wiring and key: an attempt is polled, cancelled and collected through the wiring that submitted it, whatever the run is wired with now.</summary>
internal sealed class OperatorPool : IDisposable
{
    private readonly OperatorsFile _wiring;
    private readonly Sha256 _wiringHash;
    private readonly Func<Sha256, OperatorsFile> _earlier;
    private readonly OperatorWorld _world;
    private readonly BlockingCollection<Observation> _facts;
    private readonly Dictionary<(Sha256 Wiring, OperatorKey Key), IOperator?> _operators = [];

    /// <param name="wiring">The wiring in force.</param>
    /// <param name="wiringHash">Its hash.</param>
    /// <param name="earlier">Finds a wiring that the run had before.</param>
    /// <param name="world">Machine and clock that operators work with.</param>
    /// <param name="facts">Where operators put facts.</param>
    public OperatorPool(OperatorsFile wiring, Sha256 wiringHash, Func<Sha256, OperatorsFile> earlier, OperatorWorld world, BlockingCollection<Observation> facts) =>
        (_wiring, _wiringHash, _earlier, _world, _facts) = (wiring, wiringHash, earlier, world, facts);

    public (Sha256 Wiring, Sha256 Operator) WiringOf(OperatorKey key) => (_wiringHash, _wiring.Operators[key].Hash);

    public WiringLimits Limits(IReadOnlyList<OperatorKey> keys, int ahead)
    {
        // Local operators share this machine's cores, unless one says how many it may have.
        var pools = new List<int> { _world.Cores };
        var limits = keys.Select(key =>
        {
            if (Routing.WhyNot(_wiring, key) is { } why)
            {
                return new KeyLimit(why, null, -1, 0);
            }

            var wired = _wiring.Operators[key];
            var pool = 0;
            if (wired.Backend is Backend.Local { Cores: { } own })
            {
                pool = pools.Count;
                pools.Add(own);
            }

            return new KeyLimit(null, wired.MaxConcurrent, pool, ahead);
        }).ToList();
        return new WiringLimits(_wiring.MaxConcurrentGlobal, limits, pools);
    }

    public void Observe(IReadOnlyList<AttemptOrder> live)
    {
        foreach (var group in live.GroupBy(order => (order.Wiring, order.Key)))
        {
            if (For(group.Key.Wiring, group.Key.Key) is { } operating)
            {
                operating.Observe([.. group]);
            }
        }
    }

    public void Start(AttemptOrder order)
    {
        if (order.Task.Image is { } image)
        {
            _facts.Add(new Observation.NotStarted(order.Attempt, _world.Clock.GetUtcNow(),
                $"{CampaignCodes.UnsupportedOperator}: it asks for the container image '{image}', which '{order.Task.OperatorKey}' cannot run in this version"));
        }
        else if (For(order.Wiring, order.Key) is { } operating)
        {
            operating.Start(order);
        }
        else
        {
            _facts.Add(new Observation.NotStarted(order.Attempt, _world.Clock.GetUtcNow(), Routing.WhyNot(_wiring, order.Key) ?? "its operator is not available"));
        }
    }

    public void Cancel(AttemptOrder order, string reason) => For(order.Wiring, order.Task.OperatorKey)?.Cancel(order, reason);

    public void Dispose()
    {
        foreach (var operating in _operators.Values)
        {
            operating?.Dispose();
        }
    }

    private LocalOptions Options(Backend.Local local) => new() { WorkRoot = local.WorkspaceRoot is { } root ? _world.Paths.Resolve(root) : null };

    private IOperator? For(Sha256 wiring, OperatorKey key)
    {
        if (!_operators.TryGetValue((wiring, key), out var operating))
        {
            var file = wiring == _wiringHash ? _wiring : _earlier(wiring);
            operating = !file.Operators.TryGetValue(key, out var wired) ? null
                : _world.Operators is { } others ? others(wired, _facts.Add)
                : wired.Backend is Backend.Local local ? new LocalOperator(_world.Processes, _world.Disk, _world.Clock, Options(local), _facts.Add)
                : null;
            _operators[(wiring, key)] = operating;
        }

        return operating;
    }
}

/// <summary>What operators work with.</summary>
/// <param name="Processes">Processes of this machine.</param>
/// <param name="Disk">Where attempts are prepared.</param>
/// <param name="Clock">Time.</param>
/// <param name="Cores">Cores that local attempts may use together.</param>
/// <param name="Paths">What paths in wiring stand for.</param>
/// <param name="Operators">Makes the operator of a wired key that puts its facts where it is told; null: by the key's backend. For worlds in memory.</param>
internal sealed record OperatorWorld(
    IProcessHost Processes, IDisk Disk, TimeProvider Clock, int Cores, WiringPaths Paths, Func<OperatorWiring, Action<Observation>, IOperator>? Operators = null);
