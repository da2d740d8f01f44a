using System.Globalization;

namespace MatterStack.Engine.Tests.Faults;

/// <summary>A task of a made-up campaign.</summary>
/// <param name="Key">Index of its operator key.</param>
/// <param name="DependsOn">Earlier tasks.</param>
/// <param name="Fails">How many of its first attempts fail.</param>
internal sealed record RandomTask(
    int Key,
    int Cores,
    int MaxAttempts,
    bool AllowFailure,
    bool AllowDependencyFailure,
    int[] DependsOn,
    int Fails
);

/// <summary>What disturbs one tick.</summary>
/// <param name="Crash">The tick is interrupted: 1 before its record, 2 after it, 3 when half of what it let go has started.</param>
/// <param name="ClockStep">Seconds that the clock jumps.</param>
/// <param name="Luck">Seed of which facts come, are lost for now, or come twice.</param>
internal sealed record RandomEvent(int Crash, int ClockStep, int Luck);

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
    public static RandomCampaign Of(int seed)
    {
        var random = new Random(seed);
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
                    random.Next(4) == 0 ? random.Next(1, 4) : 0
                )
            );
        }

        var events = Enumerable
            .Range(0, random.Next(5, 60))
            .Select(_ => new RandomEvent(
                random.Next(5) == 0 ? random.Next(1, 4) : 0,
                random.Next(6) == 0 ? random.Next(-7200, 7200) : 1,
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
        );
    }

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

        for (var length = Events.Count / 2; length > 0; length /= 2)
        {
            yield return this with
            {
                Events = Events.Take(Events.Count - length).ToList(),
            };
        }

        for (var i = 0; i < Events.Count; i++)
        {
            if (Events[i] is { Crash: > 0 } or { ClockStep: not 1 })
            {
                var calm = Events.ToList();
                calm[i] = calm[i] with { Crash = 0, ClockStep = 1 };
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
        + string.Join(
            Environment.NewLine,
            Tasks.Select((t, i) => $"  t{i}: {t with { DependsOn = [] }} after [{string.Join(',', t.DependsOn)}]")
        )
        + Environment.NewLine
        + string.Join(Environment.NewLine, Events.Select(e => "  " + e));
}
