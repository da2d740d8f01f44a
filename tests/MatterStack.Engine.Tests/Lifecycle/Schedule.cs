using System.Globalization;
using MatterStack.Engine.Identity;
using MatterStack.Engine.Lifecycle.Model;
using MatterStack.Engine.Lifecycle.Planning;

namespace MatterStack.Engine.Tests.Lifecycle;

/// <summary>Drives the planner as a loop of the conductor does, with tasks that take a virtual time.</summary>
/// <param name="tasks">The tasks.</param>
/// <param name="slots">Number of tasks that run at a time.</param>
/// <param name="ahead">Number of attempts that are intended beyond the capacity.</param>
internal sealed class Schedule(IReadOnlyList<ScheduledTask> tasks, int slots, int ahead = 64)
{
    private static readonly DateTimeOffset Noon = new(2026, 1, 2, 12, 0, 0, TimeSpan.Zero);

    private readonly PriorityQueue<LiveAttempt, double> _running = new();
    private readonly List<LiveAttempt> _recorded = [];
    private double _minutes;

    /// <summary>Called with each task that starts and with the model.</summary>
    public Action<TaskNode, RunModel>? Started { get; init; }

    /// <summary>Ids of the tasks in the order of their starts.</summary>
    public List<string> Starts { get; } = [];

    /// <summary>Runs all tasks and returns the minutes until the last one has ended.</summary>
    public double Run()
    {
        var keys = tasks.Max(static task => task.Key) + 1;
        var limits = new WiringLimits(
            slots,
            [.. Enumerable.Range(0, keys).Select(_ => new KeyLimit(null, null, 0, ahead, IsCacheable: true))],
            [1000]
        );
        var nodes = tasks.Select(CreateNode).ToList();
        var model = new RunModel(
            RunState.Running,
            [.. Enumerable.Range(0, keys).Select(static key => OperatorKey.FromTrusted(FormattableString.Invariant($"local.k{key}")))],
            nodes,
            []
        );
        var planner = new TickPlanner(model, new AttemptIdGenerator(), TimeSpan.FromSeconds(30));
        var hasCachedResults = tasks.Any(static task => task.IsCacheable);
        IReadOnlyList<Observation> facts = [];
        while (!model.State.IsEnd())
        {
            Plan(new TickFacts { Observations = facts });
            while (Release(256) is { Count: > 0 } lookups)
            {
                Plan(new TickFacts { Lookups = [.. lookups.Select(static lookup => new CacheLookupResult(lookup, IsHit: false))] });
            }

            if (_running.Count == 0)
            {
                Assert.IsTrue(model.State.IsEnd(), "nothing runs, and the run has not ended");
                break;
            }

            facts = [.. EndNext()];
        }

        Assert.AreEqual(tasks.Count, Starts.Count);
        return _minutes;

        void Plan(TickFacts given)
        {
            var plan = planner.Plan(given with { HasCachedResults = hasCachedResults }, limits, Noon.AddMinutes(_minutes));
            Start(plan.Released.AttemptsToStart);
            _recorded.AddRange(plan.Changes.OfType<Change.Intended>().Select(static change => change.Attempt));
        }

        IReadOnlyList<CacheLookup> Release(int most)
        {
            var released = planner.ReleaseDurable([.. _recorded], limits, most);
            _recorded.Clear();
            Start(released.AttemptsToStart);
            return released.Lookups;
        }

        void Start(IReadOnlyList<LiveAttempt> attempts)
        {
            foreach (var attempt in attempts)
            {
                Starts.Add(attempt.Task.Id.Value);
                Started?.Invoke(attempt.Task, model);
                _running.Enqueue(attempt, _minutes + tasks[attempt.Task.Position].Minutes);
                Assert.IsLessThanOrEqualTo(slots, _running.Count);
            }
        }
    }

    private IEnumerable<Observation> EndNext()
    {
        _running.TryPeek(out _, out _minutes);
        while (_running.TryPeek(out var attempt, out var end) && end <= _minutes)
        {
            _running.Dequeue();
            yield return new Observation.Exited(attempt.Id, Noon.AddMinutes(_minutes), new AttemptEnd { ExitCode = 0 });
        }
    }

    private static TaskNode CreateNode(ScheduledTask task, int position) =>
        new()
        {
            Position = position,
            Id = TaskId.FromTrusted("t" + position.ToString(CultureInfo.InvariantCulture)),
            KeyIndex = task.Key,
            Cores = 1,
            MaxAttempts = 1,
            Priority = task.Priority,
            AllowFailure = false,
            AllowDependencyFailure = false,
            IsCacheable = task.IsCacheable,
            Policy = task.HasTimeLimit ? new TaskPolicy { TimeLimitMinutes = task.Minutes } : null,
            DependsOn = [.. task.DependsOn],
            State = task.DependsOn.Count == 0 ? TaskState.Ready : TaskState.Pending,
        };
}
