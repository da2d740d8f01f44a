using System.Globalization;
using MatterStack.Engine.Runs;
using MatterStack.Engine.Tests.Commands;

namespace MatterStack.Engine.Tests.Faults;

/// <summary>What <see cref="KillTests"/> proves with exceptions and processes in memory, here with real ones: SIGKILL to the process that
/// moves a run, commands that outlive it, files on the disk.</summary>
/// <remarks>A sample of all moments, evenly spread; all of them with MATTERSTACK_ALL_KILLS=1 (about 6 minutes).</remarks>
[TestClass]
[Slow]
[OSCondition(ConditionMode.Exclude, OperatingSystems.Windows)]
public sealed class ProcessKillTests
{
    private const int Sample = 40;
    private const int Killed = 128 + 9;

    public TestContext TestContext { get; set; } = null!;

    [TestMethod]
    public void A_run_whose_process_was_killed_is_finished_by_another_as_if_nothing_had_happened()
    {
        var (expected, moments) = Uninterrupted();
        Assert.IsGreaterThan(200, moments);
        var all = Environment.GetEnvironmentVariable("MATTERSTACK_ALL_KILLS") == "1";
        var tried = Enumerable.Range(0, all ? moments : Sample).Select(i => all ? i + 1 : 1 + i * moments / Sample).ToList();
        var killed = 0;

        Parallel.ForEach(tried, new ParallelOptions { MaxDegreeOfParallelism = 2 }, n =>
        {
            using var world = new CommandWorld();
            FaultCampaign.Declare(world);
            var (code, lines) = MovingProcess.End(MovingProcess.Start("campaign", world, n));
            var when = $"killed at {n}";
            Assert.IsTrue(code is Killed or 0, $"{when}: exit code {code}; {string.Join("; ", lines)}");
            Interlocked.Add(ref killed, code == Killed ? 1 : 0);

            (code, lines) = MovingProcess.End(MovingProcess.Start("loop", world));

            Assert.AreEqual(0, code, $"{when}: {string.Join("; ", lines)}");
            AssertWhole(world, expected, when);
        });

        TestContext.WriteLine($"{killed} of {tried.Count}, of {moments} moments");
        // How many moments there are varies with how ends of processes fall together.
        Assert.IsGreaterThan(tried.Count * 8 / 10, killed);
    }

    [TestMethod]
    public void Twenty_processes_that_step_a_run_at_once_start_each_attempt_exactly_once()
    {
        var (expected, _) = Uninterrupted();
        using var world = new CommandWorld();
        FaultCampaign.Declare(world);

        var ends = Enumerable.Range(0, 20).Select(_ => MovingProcess.Start("step", world)).ToList().ConvertAll(MovingProcess.End);

        Assert.HasCount(1, new RunsFolder(world.Workspace.RunsDirectory).ListRuns());
        Assert.IsTrue(ends.Any(e => e.ExitCode == 0));
        foreach (var (code, lines) in ends)
        {
            Assert.IsTrue(
                code == 0 || (code == 1 && lines[..^1].All(line => line.StartsWith(RunCodes.Locked.Code + " ", StringComparison.Ordinal))),
                $"exit code {code}; {string.Join("; ", lines)}"
            );
        }

        Assert.AreEqual(0, MovingProcess.End(MovingProcess.Start("loop", world)).ExitCode);
        AssertWhole(world, expected, "stepped by twenty");
    }

    private static (string EndState, int Moments) Uninterrupted()
    {
        using var world = new CommandWorld();
        FaultCampaign.Declare(world);
        var (code, lines) = MovingProcess.End(MovingProcess.Start("campaign", world));
        Assert.AreEqual(0, code, string.Join("; ", lines));
        var end = FaultCampaign.EndState(world);
        Assert.StartsWith("COMPLETED\n", end);
        AssertWhole(world, end, "not interrupted");
        return (end, int.Parse(lines[^1], CultureInfo.InvariantCulture));
    }

    private static void AssertWhole(CommandWorld world, string expected, string when)
    {
        Assert.AreEqual(expected, FaultCampaign.EndState(world), when);
        var starts = File.ReadAllLines(world.In("starts")).Select(line => line.Split(' ')).ToList();
        CollectionAssert.AllItemsAreUnique(starts.ConvertAll(s => s[1]), when + ": an attempt was started twice");
        FaultCampaign.AssertSound(world, starts.CountBy(s => s[0]).ToDictionary(), when);
    }
}
