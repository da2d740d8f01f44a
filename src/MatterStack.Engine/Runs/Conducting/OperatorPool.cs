using System.Collections.Concurrent;
using MatterStack.Engine.Campaigns;
using MatterStack.Engine.Identity;
using MatterStack.Engine.Lifecycle.Model;
using MatterStack.Engine.Operators;
using MatterStack.Engine.Problems;
using MatterStack.Engine.Wiring;
using MatterStack.Engine.Wiring.Parsing;

namespace MatterStack.Engine.Runs.Conducting;

/// <summary>Operators of a run, one instance per wiring and operator key. An attempt is polled, cancelled and collected through the wiring
/// that submitted it, even if the run has another wiring now.</summary>
internal sealed class OperatorPool : IDisposable
{
    private readonly OperatorsFile _wiring;
    private readonly Sha256 _wiringHash;
    private readonly Func<Sha256, OperatorsFile> _readEarlierWiring;
    private readonly OperatorEnvironment _world;
    private readonly BlockingCollection<Observation> _facts;
    private readonly ConcurrentDictionary<object, Lazy<IDisposable>> _sharedServices = new();
    private readonly Dictionary<(Sha256 Wiring, OperatorKey Key), AttemptOperator?> _operators = [];
    private readonly LimitsReader _limits;
    private bool? _isHeld;

    /// <param name="wiring">The wiring in force.</param>
    /// <param name="wiringHash">Its hash.</param>
    /// <param name="earlier">Reads an earlier wiring of the run.</param>
    /// <param name="world">Machine, clock and other services for operators.</param>
    /// <param name="facts">Queue of facts from operators.</param>
    public OperatorPool(
        OperatorsFile wiring,
        Sha256 wiringHash,
        Func<Sha256, OperatorsFile> earlier,
        OperatorEnvironment world,
        BlockingCollection<Observation> facts
    )
    {
        (_wiring, _wiringHash, _readEarlierWiring, _world, _facts) = (wiring, wiringHash, earlier, world, facts);
        _limits = new LimitsReader(wiring, wiringHash, world.Catalog, world.Budgets);
    }

    /// <inheritdoc cref="LimitsReader.ReadLimits"/>
    public WiringLimits ReadLimits(RunModel model, int ahead) => _limits.ReadLimits(model, ahead);

    /// <summary>Problems of tasks that the wiring in force cannot serve.</summary>
    public IReadOnlyList<Problem> FindTaskProblems(IReadOnlyList<CampaignTask> tasks) =>
        tasks.Count == 0 ? [] : RoutingCheck.CheckTasks(_world.Catalog, tasks, _wiring, "the run's wiring");

    public void ObserveAttempts(IReadOnlyList<AttemptRequest> live)
    {
        foreach (var group in live.GroupBy(request => (request.WiringHash, request.Key)))
        {
            if (FindOperator(group.Key.WiringHash, group.Key.Key) is { } operating)
            {
                Background.RunGuarded(() => operating.Observe([.. group]), e => ReportUnreachable(group, e, "looking for"));
                continue;
            }

            // If a process died while it started an attempt, the attempt's folder exists.
            foreach (var request in group.Where(o => o.SubmittedAt is not null || Directory.Exists(o.Folder)))
            {
                _facts.Add(
                    new Observation.Unreachable(
                        request.Attempt,
                        _world.Clock.GetUtcNow(),
                        $"its state cannot be determined: {GetUnavailableReason(request.Key)}"
                    )
                );
            }
        }
    }

    /// <summary>Lets operators ask later what ended attempts used. An operator that is not available any more is not asked.</summary>
    public void WatchUsage(IReadOnlyList<PendingUsage> ended)
    {
        foreach (var group in ended.GroupBy(one => (one.WiringHash, one.Key)))
        {
            if (FindOperator(group.Key.WiringHash, group.Key.Key) is { } operating)
            {
                Background.RunGuarded(() => operating.WatchUsage([.. group]), WarnOfUsage);
            }
        }
    }

    /// <summary>Lets operators ask now what ended attempts used.</summary>
    public void AskUsage(TimeSpan timeout)
    {
        foreach (var operating in _operators.Values.OfType<AttemptOperator>())
        {
            Background.RunGuarded(() => operating.AskUsage(timeout), WarnOfUsage);
        }
    }

    private void WarnOfUsage(Exception exception) => _world.Faults.RecordWarning(exception, "asking what attempts used");

    /// <summary>Finds the nodes that attempts of an operator must not run on: failed nodes of its cluster, if its wiring says so.</summary>
    /// <param name="key">The operator.</param>
    /// <param name="readFailedNodes">Reads the failed nodes of the run.</param>
    public IReadOnlyList<string> FindAvoidedNodes(OperatorKey key, Func<IReadOnlyList<(OperatorKey Key, string Node)>> readFailedNodes) =>
        FindCluster(key) is { AvoidsFailedNodes: true } cluster
            ?
            [
                .. readFailedNodes()
                    .Where(failed => FindCluster(failed.Key) is { } other && cluster.IsSameClusterAs(other))
                    .Select(static failed => failed.Node)
                    .Distinct(StringComparer.Ordinal)
                    .Order(StringComparer.Ordinal),
            ]
            : [];

    private Backend.Scheduler? FindCluster(OperatorKey key) => _wiring.Operators.GetValueOrDefault(key)?.Backend as Backend.Scheduler;

    public void StartAttempt(AttemptRequest request)
    {
        var wired = _wiring.Operators.GetValueOrDefault(request.Key);
        var asked = wired is null
            ? null
            : LimitsReader.CallProvider(() => _world.Catalog.FindProvider(wired.Kind)?.FindRefusalReason(wired, request.Task));
        if (asked is { IsSuccess: false })
        {
            ReportNotStarted(request, Fault.FormatReason(asked.Problems[0]));
        }
        else if (asked?.Value is { } refusal)
        {
            ReportNotStarted(request, $"{CampaignCodes.UnsupportedOperator}: {refusal}");
        }
        else if (wired is not null && _world.Catalog.FindProvider(wired.Kind)?.FindCommandProblem(wired, request.Task) is { } problem)
        {
            ReportNotStarted(request, $"{problem.Code}: {problem.Text}");
        }
        else if (FindOperator(request.WiringHash, request.Key) is { } operating)
        {
            operating.Start(request);
        }
        else
        {
            ReportNotStarted(request, GetUnavailableReason(request.Key));
        }
    }

    public void CancelAttempt(AttemptRequest request, string reason)
    {
        Background.RunGuarded(RequestCancel, e => ReportUnreachable([request], e, "cancelling"));

        void RequestCancel()
        {
            if (FindOperator(request.WiringHash, request.Key) is { } operating)
            {
                operating.Cancel(request, reason);
            }
            else
            {
                _facts.Add(
                    new Observation.Unreachable(
                        request.Attempt,
                        _world.Clock.GetUtcNow(),
                        $"it cannot be cancelled: {GetUnavailableReason(request.Key)}"
                    )
                );
            }
        }
    }

    /// <summary>Takes an attempt back that has not begun. A fact tells whether it ends or goes on.</summary>
    public void WithdrawAttempt(AttemptRequest request, string reason)
    {
        Background.RunGuarded(Withdraw, e => ReportUnreachable([request], e, "taking back"));

        void Withdraw()
        {
            var operating = FindOperator(request.WiringHash, request.Key);
            if (operating is null || !operating.TryWithdraw(request, reason))
            {
                _facts.Add(
                    new Observation.NotWithdrawn(
                        request.Attempt,
                        _world.Clock.GetUtcNow(),
                        operating is null
                            ? $"it goes on with its former values: {GetUnavailableReason(request.Key)}"
                            : "it has begun, or its operator cannot take it back; it goes on with its former values"
                    )
                );
            }
        }
    }

    /// <summary>Holds or releases queued attempts of all operators; does nothing if they have that state already.</summary>
    public void SetHold(bool paused)
    {
        if (_isHeld == paused)
        {
            return;
        }

        _isHeld = paused;
        foreach (var operating in _operators.Values)
        {
            if (operating is not null)
            {
                Background.RunGuarded(paused ? operating.Hold : operating.Release, e =>
                    _world.Faults.RecordWarning(e, paused ? "holding queued attempts" : "releasing held attempts")
                );
            }
        }
    }

    public void Dispose()
    {
        foreach (var operating in _operators.Values)
        {
            if (operating is not null)
            {
                Background.RunGuarded(operating.Dispose, WarnOfFault);
            }
        }

        foreach (var shared in _sharedServices.Values.Where(s => s.IsValueCreated))
        {
            Background.RunGuarded(shared.Value.Dispose, WarnOfFault);
        }

        void WarnOfFault(Exception exception) => _world.Faults.RecordWarning(exception, "stopping an operator");
    }

    private void ReportUnreachable(IEnumerable<AttemptRequest> requests, Exception exception, string doing)
    {
        foreach (var request in requests)
        {
            var problem = _world.Faults.RecordFault(exception, $"{doing} attempt {request.Index} of task '{request.TaskId}'");
            _facts.Add(
                new Observation.Unreachable(
                    request.Attempt,
                    _world.Clock.GetUtcNow(),
                    $"{Fault.FormatReason(problem)} Its work may still run; when it is gone, -t:CleanupOrphans ends the attempt"
                )
            );
        }
    }

    private string GetUnavailableReason(OperatorKey key) => _limits.FindUnavailableReason(key) ?? "its operator is not available";

    // The wiring of a run does not change by itself.
    private void ReportNotStarted(AttemptRequest request, string reason) =>
        _facts.Add(new Observation.NotStarted(request.Attempt, _world.Clock.GetUtcNow(), reason) { IsPermanent = true });

    private AttemptOperator? FindOperator(Sha256 wiring, OperatorKey key)
    {
        if (!_operators.TryGetValue((wiring, key), out var operating))
        {
            var file = wiring == _wiringHash ? _wiring : _readEarlierWiring(wiring);
            operating =
                !file.Operators.TryGetValue(key, out var wired)
                || _world.Catalog.FindProvider(wired.Kind) is not { } provider
                || LimitsReader.CallProvider(() => provider.FindUnavailableReason(wired)) is not { IsSuccess: true, Value: null }
                    ? null
                : _world.OperatorFactory is { } others ? others(wired, _facts.Add)
                : provider.Create(wired, new OperatorContext(_world, _sharedServices, _facts.Add));
            _operators[(wiring, key)] = operating;
        }

        return operating;
    }
}
