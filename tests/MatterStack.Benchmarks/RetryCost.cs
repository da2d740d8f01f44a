using System.Globalization;
using MatterStack.Engine.Campaigns;
using MatterStack.Engine.Campaigns.Declarations;
using MatterStack.Engine.Identity;
using MatterStack.Engine.Lifecycle.Model;
using MatterStack.Engine.Lifecycle.Planning;
using MatterStack.Engine.Runs.Store;

namespace MatterStack.Benchmarks;

/// <summary>What policies about failed attempts add to the planning and the run of a large campaign, and how soon the next attempt
/// begins.</summary>
internal static class RetryCost
{
    private const int Tasks = 20_000;
    private const int TimeOuts = 20;

    public static IEnumerable<Figure> Measure()
    {
        _ = Plan(hasPolicies: true);
        _ = Plan(hasPolicies: false);
        var (with, without) = Cost.Compare(9, () => Plan(hasPolicies: true), () => Plan(hasPolicies: false));
        yield return Figure.Time(
            $"planner alone, {Tasks:N0} tasks with retry policies, to COMPLETED, against without",
            with,
            without,
            false,
            "<= 1.05 x"
        );

        _ = Drive(hasPolicies: true);
        _ = Drive(hasPolicies: false);
        (with, without) = Cost.Compare(3, () => Drive(hasPolicies: true), () => Drive(hasPolicies: false));
        yield return Figure.Time(
            $"engine alone, {Tasks:N0} tasks with retry policies, from the declared run to COMPLETED, against without",
            with,
            without,
            false,
            "reported"
        );
        (with, without) = Cost.Compare(3, () => Declare(hasPolicies: true), () => Declare(hasPolicies: false));
        yield return Figure.Time(
            $"reading and storing {Tasks:N0} tasks with five more metadata each, against without",
            with,
            without,
            false,
            "reported"
        );
        yield return new("from a time-out to the start of the next local attempt, median", MeasureNextStart(), null, "ms", "reported");
    }

    // What the planner does about each task, without a store and without operators.
    private static Cost Plan(bool hasPolicies)
    {
        var policy = hasPolicies ? TaskPolicy.FromTask(DeclaredPolicy) : null;
        var nodes = Enumerable.Range(0, Tasks).Select(i => CreateNode(i, policy)).ToList();
        var model = new RunModel(RunState.Pending, [OperatorKey.LocalDefault], nodes, []);
        var planner = new TickPlanner(model, new AttemptIdGenerator(), TimeSpan.FromSeconds(30));
        var limits = new WiringLimits(null, [new KeyLimit(null, null, 0, 64)], [1_000]);
        return Cost.Of(() =>
        {
            var facts = new List<Observation>();
            IReadOnlyList<LiveAttempt> recorded = [];
            while (model.State != RunState.Completed)
            {
                var now = DateTimeOffset.UnixEpoch;
                var plan = planner.Plan(new TickFacts { Observations = facts, RecordedIntents = recorded }, limits, now);
                recorded = [.. plan.Changes.OfType<Change.Intended>().Select(change => change.Attempt)];
                facts = [];
                var released = plan.Released.AttemptsToStart.Concat(planner.ReleaseDurable(recorded, limits, 0).AttemptsToStart);
                foreach (var attempt in released)
                {
                    facts.Add(new Observation.Started(attempt.Id, now, "memory"));
                    facts.Add(new Observation.Exited(attempt.Id, now, new AttemptEnd { ExitCode = 0 }));
                }
            }
        });
    }

    private static Cost Drive(bool hasPolicies)
    {
        using var campaign = Create(hasPolicies);
        campaign.Init();
        return Cost.Of(campaign.Loop);
    }

    private static Cost Declare(bool hasPolicies)
    {
        using var campaign = Create(hasPolicies);
        return Cost.Of(campaign.Init);
    }

    private static CampaignTask DeclaredPolicy { get; } =
        new()
        {
            Id = TaskId.FromTrusted("t"),
            OperatorKey = OperatorKey.LocalDefault,
            MaxAttempts = 3,
            TimeLimitMinutes = 60,
            RetryOn = ["TIMEOUT", "OUT_OF_MEMORY", "EXIT:1-9"],
            RetryTimeFactor = 2,
            RetryMemoryFactor = 2,
            RetryDelay = TimeSpan.FromMinutes(1),
            OnFailure = FailureAction.Hold,
        };

    private static TaskNode CreateNode(int position, TaskPolicy? policy) =>
        new()
        {
            Position = position,
            Id = TaskId.FromTrusted("t" + position.ToString(CultureInfo.InvariantCulture)),
            KeyIndex = 0,
            Cores = 1,
            MaxAttempts = 3,
            AllowFailure = false,
            AllowDependencyFailure = false,
            Policy = policy,
            State = TaskState.Ready,
        };

    private static BenchmarkCampaign Create(bool hasPolicies) =>
        new(Enumerable.Range(0, Tasks).Select(i => DeclareTask(i, hasPolicies))) { Host = MemoryOperator.Host(waits: false) };

    private static DeclaredTask DeclareTask(int number, bool hasPolicies)
    {
        var metadata = new Dictionary<string, IReadOnlyList<string>>
        {
            ["Command"] = ["true"],
            ["OperatorKey"] = ["local.default"],
            ["MaxAttempts"] = ["3"],
            ["TimeLimitMinutes"] = ["60"],
        };
        if (hasPolicies)
        {
            metadata["RetryOn"] = ["TIMEOUT", "OUT_OF_MEMORY", "EXIT:1-9"];
            metadata["RetryTimeFactor"] = ["2"];
            metadata["RetryMemoryFactor"] = ["2"];
            metadata["RetryDelay"] = ["00:01:00"];
            metadata["OnFailure"] = ["hold"];
        }

        return new("t" + number.ToString(CultureInfo.InvariantCulture), new DeclaredMetadata(metadata, null), null);
    }

    // From the end of each attempt that reached its limit to the start of the next one, as the store has them, in milliseconds.
    private static double MeasureNextStart()
    {
        var metadata = new Dictionary<string, IReadOnlyList<string>>
        {
            ["Command"] = ["sleep 60"],
            ["OperatorKey"] = ["local.default"],
            ["MaxAttempts"] = [(TimeOuts + 1).ToString(CultureInfo.InvariantCulture)],
            ["TimeLimitMinutes"] = ["0.005"],
            ["RetryOn"] = ["TIMEOUT"],
            ["AllowFailure"] = ["true"],
        };
        using var campaign = new BenchmarkCampaign([new DeclaredTask("t", new DeclaredMetadata(metadata, null), null)]);
        campaign.Loop();
        using var reader = new RunReader(campaign.Run);
        var attempts = reader.ReadAttempts().OrderBy(attempt => attempt.AttemptIndex).ToList();
        var gaps = attempts.Zip(attempts.Skip(1), (ended, next) => (next.SubmittedAt!.Value - ended.EndedAt!.Value).TotalMilliseconds);
        var sorted = gaps.Order().ToList();
        return sorted[sorted.Count / 2];
    }
}
