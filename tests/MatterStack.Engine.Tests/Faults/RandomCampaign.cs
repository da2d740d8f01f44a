using System.Globalization;
using MatterStack.Engine.Campaigns;
using MatterStack.Engine.Lifecycle.Model;

namespace MatterStack.Engine.Tests.Faults;

/// <summary>A task of a made-up campaign.</summary>
/// <param name="Key">Index of its operator key.</param>
/// <param name="DependsOn">Earlier tasks.</param>
/// <param name="Ends">Causes with which its first attempts end; later ones complete.</param>
internal sealed record RandomTask(
    int Key,
    int Cores,
    int MaxAttempts,
    bool AllowFailure,
    bool AllowDependencyFailure,
    int[] DependsOn,
    EndCause[] Ends
)
{
    /// <summary>What follows a failed attempt.</summary>
    public TaskPolicy? Policy { get; init; }

    /// <summary>What its attempts do with files that they carry on, if they do not complete; later ones write new files.</summary>
    public RandomCarry[] Carries { get; init; } = [];

    public int Priority { get; init; }

    /// <summary>Tasks with the same number are alike; null: it is like no other.</summary>
    public int? Pattern { get; init; }

    public override string ToString() =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"key {Key}, priority {Priority}, pattern {Pattern}, {Cores} cores, {MaxAttempts} attempts{(AllowFailure ? ", may fail" : "")}"
                + $"{(AllowDependencyFailure ? ", dependencies may fail" : "")}, after [{string.Join(',', DependsOn)}], "
                + $"ends [{string.Join(',', Ends)}], carries [{string.Join(',', Carries)}], policy {Policy}"
        );
}

/// <summary>What a failed attempt does with files that it carries on.</summary>
internal enum RandomCarry
{
    /// <summary>It writes nothing before it ends.</summary>
    WritesNothing,

    /// <summary>It writes a new file.</summary>
    Writes,

    /// <summary>It began afresh, because the files were no good, and writes nothing.</summary>
    AfreshWritesNothing,

    /// <summary>It began afresh, and writes a new file.</summary>
    AfreshWrites,
}

/// <summary>What disturbs one tick.</summary>
/// <param name="Crash">The tick is interrupted: 1 before its record, 2 after it, 3 when half of what it let go has started.</param>
/// <param name="ClockStep">Seconds that a person sets the clock forward or back.</param>
/// <param name="Pause">Seconds that pass.</param>
/// <param name="Luck">Seed of which facts come, are lost for now, or come twice.</param>
internal sealed record RandomEvent(int Crash, int ClockStep, int Pause, int Luck);

/// <summary>A made-up campaign that is driven through the planner as the conductor does, with a store and an outside in memory.</summary>
internal sealed record RandomCampaign(
    IReadOnlyList<RandomTask> Tasks,
    IReadOnlyList<RandomEvent> Events,
    int[] MaxConcurrent,
    int? MaxGlobal,
    int Cores,
    int Ahead
)
{
    /// <summary>Number of attempts that follow ends from outside.</summary>
    public int InfrastructureRetries { get; init; }

    /// <summary>What the operators allow their attempts to request.</summary>
    public RequestLimits Requests { get; init; } = RequestLimits.None;

    /// <summary>Time limit in minutes above which the scheduler refuses an attempt; only the scheduler knows it.</summary>
    public double RefusedMinutes { get; init; } = double.MaxValue;

    /// <summary>Limit of failures at which the run pauses; null: there is none.</summary>
    public FailureLimit? MaxFailures { get; init; }

    /// <summary>Whether the first of like tasks starts alone.</summary>
    public bool StartsCanaries { get; init; }

    public static RandomCampaign Of(int seed)
    {
        var random = new Random(seed);
        // Numbers of their own, so that the rest of a campaign depends on the seed only.
        var order = new Random(seed + 1_000_000);
        var hasPriorities = order.Next(2) == 0;
        var keys = random.Next(1, 4);
        var cores = random.Next(1, 9);
        var tasks = new List<RandomTask>();
        var density = random.NextDouble() * 3;
        var count = random.Next(1, 26);
        while (tasks.Count < count)
        {
            var before = Enumerable.Range(0, tasks.Count).Where(_ => random.NextDouble() < density / Math.Max(1, tasks.Count)).ToArray();
            tasks.Add(
                new RandomTask(
                    random.Next(keys),
                    random.Next(20) == 0 ? cores + 1 : random.Next(1, cores + 1),
                    random.Next(1, 4),
                    random.Next(4) == 0,
                    random.Next(4) == 0,
                    before,
                    Enumerable.Range(0, random.Next(3) == 0 ? random.Next(1, 7) : 0).Select(_ => Pick(random, Causes)).ToArray()
                )
                {
                    Priority = hasPriorities ? order.Next(-2, 3) : 0,
                    Pattern = order.Next(5) == 0 ? null : order.Next(3),
                    Policy = random.Next(2) == 0 ? null : MakePolicy(random),
                    Carries = [.. Enumerable.Range(0, random.Next(7)).Select(_ => (RandomCarry)random.Next(4))],
                }
            );
        }

        var events = Enumerable
            .Range(0, random.Next(5, 60))
            .Select(_ => new RandomEvent(
                random.Next(5) == 0 ? random.Next(1, 4) : 0,
                random.Next(6) == 0 ? random.Next(-7200, 7200) : 0,
                random.Next(4) == 0 ? random.Next(1, 400) : 1,
                random.Next()
            ))
            .ToList();
        return new RandomCampaign(
            tasks,
            events,
            Enumerable.Range(0, keys).Select(_ => random.Next(3) == 0 ? 1000 : random.Next(1, 5)).ToArray(),
            random.Next(2) == 0 ? null : random.Next(1, 6),
            cores,
            random.Next(2) * 8
        )
        {
            StartsCanaries = order.Next(2) == 0,
            InfrastructureRetries = random.Next(6),
            Requests = random.Next(2) == 0 ? RequestLimits.None : new() { MaxMemoryGb = 10, MaxTimeLimit = TimeSpan.FromMinutes(100) },
            RefusedMinutes = random.Next(2) == 0 ? double.MaxValue : 70,
            MaxFailures = random.Next(3) switch
            {
                0 => null,
                1 => new FailureLimit(random.Next(1, 5), null),
                _ => new FailureLimit(null, random.Next(1, 30)),
            },
        };
    }

    private static readonly EndCause[] Causes =
    [
        EndCause.Exited,
        EndCause.Exited,
        EndCause.TimeLimit,
        EndCause.OutOfMemory,
        EndCause.NodeFailure,
        EndCause.Preempted,
        EndCause.Lost,
    ];

    private static TaskPolicy MakePolicy(Random random) =>
        new()
        {
            RetryOn = Pick<RetryCause[]>(
                random,
                [
                    [],
                    [],
                    ["ANY"],
                    ["EXIT:1"],
                    ["TIMEOUT", "OUT_OF_MEMORY"],
                ]
            ),
            MemoryGb = random.Next(2) == 0 ? null : 4,
            TimeLimitMinutes = random.Next(2) == 0 ? null : 60,
            RetryMemoryFactor = random.Next(2) == 0 ? 1 : 2,
            RetryTimeFactor = random.Next(2) == 0 ? 1 : 1.5,
            RetryDelay = TimeSpan.FromSeconds(random.Next(2) * 30),
            Carries = random.Next(2) == 0,
            OnFailure = random.Next(3) == 0 ? FailureAction.Hold : FailureAction.Fail,
        };

    private static T Pick<T>(Random random, T[] values) => values[random.Next(values.Length)];

    /// <summary>Drives it to its end; returns the ticks it took.</summary>
    /// <exception cref="AssertFailedException">Something does not hold.</exception>
    public int Run() => new RandomRun(this).ToTheEnd();

    /// <summary>The same with one task, or some events, fewer; and with calmer ones.</summary>
    public IEnumerable<RandomCampaign> Smaller()
    {
        for (var gone = Tasks.Count - 1; gone >= 0; gone--)
        {
            var left = gone;
            yield return this with
            {
                Tasks = Tasks
                    .Where((_, i) => i != left)
                    .Select(t => t with { DependsOn = t.DependsOn.Where(d => d != left).Select(d => d > left ? d - 1 : d).ToArray() })
                    .ToList(),
            };
        }

        for (var i = 0; i < Tasks.Count; i++)
        {
            if (Tasks[i] is { Ends.Length: > 0 } or { Policy: not null })
            {
                var plain = Tasks.ToList();
                plain[i] = plain[i].Policy is null ? plain[i] with { Ends = plain[i].Ends[..^1] } : plain[i] with { Policy = null };
                yield return this with
                {
                    Tasks = plain,
                };
            }
        }

        if (MaxFailures is not null)
        {
            yield return this with
            {
                MaxFailures = null,
            };
        }

        for (var length = Events.Count / 2; length > 0; length /= 2)
        {
            yield return this with
            {
                Events = Events.Take(Events.Count - length).ToList(),
            };
        }

        for (var i = 0; i < Events.Count; i++)
        {
            if (Events[i] is { Crash: > 0 } or { ClockStep: not 0 } or { Pause: not 1 })
            {
                var calm = Events.ToList();
                calm[i] = calm[i] with { Crash = 0, ClockStep = 0, Pause = 1 };
                yield return this with
                {
                    Events = calm,
                };
            }
        }
    }

    public override string ToString() =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"keys at most {string.Join(',', MaxConcurrent)}, all {MaxGlobal}, cores {Cores}, ahead {Ahead}{Environment.NewLine}"
        )
        + string.Join(Environment.NewLine, Tasks.Select((t, i) => $"  t{i}: {t}"))
        + Environment.NewLine
        + string.Join(Environment.NewLine, Events.Select(e => "  " + e));
}
