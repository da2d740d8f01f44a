using MatterStack.Engine.Commands.Hosting;
using MatterStack.Engine.Runs.Conducting;
using MatterStack.Engine.Tests.Commands;
using MatterStack.Engine.Tests.Wiring;

namespace MatterStack.Engine.Tests.Faults;

/// <summary>The engine is stopped at every one of its writes, renames, commits and process starts in turn, without a further
/// action.</summary>
[TestClass]
[Slow]
[OSCondition(ConditionMode.Exclude, OperatingSystems.Windows)]
public sealed class KillTests
{
    private const int Workers = 2;

    public TestContext TestContext { get; set; } = null!;

    [TestMethod]
    public void A_run_killed_at_any_write_or_start_is_finished_by_a_plain_loop_as_if_nothing_had_happened()
    {
        var (expected, moments) = Uninterrupted();
        Assert.IsGreaterThan(200, moments);
        var killed = 0;

        Parallel.For(1, moments + 1, new ParallelOptions { MaxDegreeOfParallelism = Workers }, n =>
        {
            var seams = new KillPoints { At = n };
            var processes = new ScriptedProcesses();
            using var world = World(seams, processes);
            Dies(() => FaultCampaign.Move(world));
            world.Host = Alive(world.Host, processes);

            Assert.IsTrue(world.Loop(), $"killed {seams.Where}: {string.Join("; ", world.Reported)}");

            var when = $"killed at {n}, {seams.Where}";
            Assert.AreEqual(expected, FaultCampaign.EndState(world), when);
            FaultCampaign.AssertSound(world, processes.Executed, when);
            Interlocked.Add(ref killed, seams.Dead ? 1 : 0);
        });

        TestContext.WriteLine($"{killed} of {moments} moments");
        // How many there are varies a little with how facts fall together.
        Assert.IsGreaterThan(moments * 8 / 10, killed);
    }

    [TestMethod]
    public void A_run_killed_twice_in_a_row_is_finished_by_a_plain_loop_as_if_nothing_had_happened()
    {
        var (expected, moments) = Uninterrupted();
        Parallel.For(0, 40, new ParallelOptions { MaxDegreeOfParallelism = Workers }, i =>
        {
            var seams = new KillPoints { At = 1 + i * moments / 40 };
            var processes = new ScriptedProcesses();
            using var world = World(seams, processes);
            Dies(() => FaultCampaign.Move(world));
            var again = new KillPoints { At = 1 + i * 7 % 60 };
            world.Host = world.Host with
            {
                Disk = new InterruptingDisk(again),
                Processes = () => new InterruptingProcesses(processes, again),
            };
            Dies(() => world.Loop());
            world.Host = Alive(world.Host, processes);

            Assert.IsTrue(world.Loop());

            var when = $"killed {seams.Where}, then {again.Where}";
            Assert.AreEqual(expected, FaultCampaign.EndState(world), when);
            FaultCampaign.AssertSound(world, processes.Executed, when);
        });
    }

    internal static CommandWorld World(KillPoints seams, ScriptedProcesses processes)
    {
        var world = new CommandWorld(inMemory: true);
        FaultCampaign.Declare(world);
        world.Host = world.Host with
        {
            Disk = new InterruptingDisk(seams),
            Processes = () => new InterruptingProcesses(processes, seams),
            Conducting = new ConductorOptions { MaxCommitDelay = TimeSpan.FromMilliseconds(1) },
        };
        return world;
    }

    internal static void Dies(Action action)
    {
        try
        {
            action();
        }
        catch (ProcessKilledException)
        {
            // Nothing is tidied up after it: what is disposed on the way can write no more either.
        }
    }

    internal static EngineHost Alive(EngineHost host, ScriptedProcesses processes) =>
        host with
        {
            Disk = Engine.Files.RealDisk.Instance,
            Processes = () => processes,
        };

    private static (string EndState, int Moments) Uninterrupted()
    {
        var seams = new KillPoints();
        var processes = new ScriptedProcesses();
        using var world = World(seams, processes);
        FaultCampaign.Move(world);
        FaultCampaign.AssertSound(world, processes.Executed, "not interrupted");
        var end = FaultCampaign.EndState(world);
        Assert.StartsWith("COMPLETED\n", end);
        Assert.Contains("t15 COMPLETED", end);
        Assert.Contains("t14 SKIPPED", end);
        Assert.HasCount(2, world.Query("SELECT DISTINCT wiring_sha256 FROM attempts"));
        return (end, seams.Count);
    }
}
