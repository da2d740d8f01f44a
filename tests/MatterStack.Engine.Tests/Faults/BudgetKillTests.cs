using System.Globalization;
using System.Text.Json;
using MatterStack.Engine.Runs.Checks;
using MatterStack.Engine.Runs.Conducting;
using MatterStack.Engine.Tests.Commands;

namespace MatterStack.Engine.Tests.Faults;

/// <summary>A run whose tasks need devices and named resources, stopped at every one of its writes, commits and process starts.</summary>
[TestClass]
[Slow]
[OSCondition(ConditionMode.Exclude, OperatingSystems.Windows)]
public sealed class BudgetKillTests
{
    [TestMethod]
    public void No_device_and_no_licence_is_given_twice_wherever_the_engine_is_killed()
    {
        var moments = Run(0).Count;
        Assert.IsGreaterThan(50, moments);

        Parallel.For(1, moments + 1, new ParallelOptions { MaxDegreeOfParallelism = 2 }, n => Run(n));
    }

    private static KillPoints Run(int at)
    {
        var seams = new KillPoints { At = at };
        var processes = new ScriptedProcesses();
        using var world = new CommandWorld(inMemory: true);
        world.Write(
            "campaign/operators.yaml",
            "defaults: { resources: { licence: 2 } }\n"
                + "operators:\n  local.default: { kind: local, backend: { type: local, gpus: [a, b, c] } }\n"
        );
        for (var i = 0; i < 10; i++)
        {
            var name = "t1" + i.ToString(CultureInfo.InvariantCulture);
            var needs = i % 3 == 0 ? ("Uses", "licence") : ("Gpus", i % 2 == 0 ? "1" : "2");
            world.Task(name, "c", needs, ("Uses", i % 4 == 0 ? "licence*2" : "licence"));
        }

        var host = world.Host with { Conducting = new ConductorOptions { MaxCommitDelay = TimeSpan.FromMilliseconds(1) } };
        world.Host = host with { Disk = new InterruptingDisk(seams), Processes = () => new InterruptingProcesses(processes, seams) };
        KillTests.Dies(() =>
        {
            if (world.Step())
            {
                world.Loop();
            }
        });
        world.Host = host with { Processes = () => processes };

        var when = $"killed at {at}, {seams.Where}";
        Assert.IsTrue(world.Loop(), when + ": " + string.Join("; ", world.Reported));
        Assert.IsEmpty(RunChecker.CheckFolder(world.Run), when);
        Assert.IsTrue(processes.Executed.Values.All(count => count == 1), when);
        AssertNothingTwice(world, when);
        return seams;
    }

    // What attempts hold, by the order of the events: from the intent or the later assignment to the end.
    private static void AssertNothingTwice(CommandWorld world, string when)
    {
        var held = new Dictionary<string, string>();
        foreach (
            var row in world.Query(
                """
                SELECT e.kind || '|' || e.attempt_id || '|' || coalesce(a.given, '{}') FROM events e JOIN attempts a ON a.attempt_id = e.attempt_id
                WHERE e.kind IN ('ATTEMPT_PLACED', 'ATTEMPT_COMPLETED', 'ATTEMPT_FAILED', 'ATTEMPT_FAILED_INIT') ORDER BY e.seq
                """
            )
        )
        {
            var parts = row!.Split('|');
            using var given = JsonDocument.Parse(parts[2]);
            if (!given.RootElement.TryGetProperty("gpus", out var gpus))
            {
                continue;
            }

            foreach (var gpu in gpus.EnumerateArray().Select(g => g.GetString()!))
            {
                if (parts[0] != "ATTEMPT_PLACED")
                {
                    held.Remove(gpu);
                }
                else
                {
                    Assert.IsTrue(held.TryAdd(gpu, parts[1]) || held[gpu] == parts[1], $"{when}: GPU {gpu} is given to {parts[1]}, too");
                }
            }
        }
    }
}
