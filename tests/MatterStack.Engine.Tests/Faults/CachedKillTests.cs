namespace MatterStack.Engine.Tests.Faults;

/// <summary>As <see cref="KillTests"/>, while results are taken out of a cache and put into it.</summary>
/// <remarks>Every third moment; all of them with MATTERSTACK_ALL_KILLS=1.</remarks>
[TestClass]
[Slow]
[OSCondition(ConditionMode.Exclude, OperatingSystems.Windows)]
public sealed class CachedKillTests
{
    public TestContext TestContext { get; set; } = null!;

    [TestMethod]
    public void A_run_killed_among_hits_and_publications_is_finished_as_if_nothing_had_happened_and_its_cache_serves_the_next()
    {
        using var known = new CachedRun();
        var seams = new KillPoints();
        var (expected, moments) = Uninterrupted(known, seams);
        Assert.IsGreaterThan(200, moments);
        var step = Environment.GetEnvironmentVariable("MATTERSTACK_ALL_KILLS") == "1" ? 1 : 3;
        var killed = 0;
        var inCache = 0;

        Parallel.ForEach(
            Enumerable.Range(0, moments / step).Select(i => 1 + i * step),
            new ParallelOptions { MaxDegreeOfParallelism = 2 },
            n =>
            {
                var seams = new KillPoints { At = n };
                var processes = new ScriptedProcesses();
                using var world = known.Give(KillTests.World(seams, processes));
                KillTests.Dies(() => FaultCampaign.Move(world));
                world.Host = KillTests.Alive(world.Host, processes);

                Assert.IsTrue(world.Loop(), $"killed {seams.Where}: {string.Join("; ", world.Reported)}");

                var when = $"killed at {n}, {seams.Where}";
                Assert.AreEqual(expected, FaultCampaign.EndState(world), when);
                FaultCampaign.AssertSound(world, processes.Executed, when);
                known.AssertServes(world, when);
                Interlocked.Add(ref killed, seams.Dead ? 1 : 0);
                Interlocked.Add(ref inCache, seams.Where.Contains("/cache/", StringComparison.Ordinal) ? 1 : 0);
            }
        );

        TestContext.WriteLine($"{killed} killed, {inCache} of them at a write to the cache, of {moments} moments");
        Assert.IsGreaterThan(moments / step * 8 / 10, killed);
        // Results are published on a thread of their own, so how many of the sampled moments are there differs from run to run.
        Assert.IsGreaterThan(3, inCache);
    }

    private static (string EndState, int Moments) Uninterrupted(CachedRun known, KillPoints seams)
    {
        var processes = new ScriptedProcesses();
        using var world = known.Give(KillTests.World(seams, processes));
        FaultCampaign.Move(world);
        FaultCampaign.AssertSound(world, processes.Executed, "not interrupted");
        var (end, count) = (FaultCampaign.EndState(world), seams.Count);
        Assert.StartsWith("COMPLETED\n", end);
        Assert.AreEqual(known.Outputs, CachedRun.OutputsOf(world));
        Assert.IsGreaterThan(5, world.Query("SELECT attempt_id FROM attempts WHERE cached_from IS NOT NULL").Count);
        known.AssertServes(world, "not interrupted");
        return (end, count);
    }
}
