using MatterStack.Engine.Commands.Hosting;
using MatterStack.Engine.Identity;
using MatterStack.Engine.Wiring;
using MatterStack.Engine.Wiring.Resolving;
using MatterStack.Engine.Wiring.Snapshots;

namespace MatterStack.Engine.Tests.Wiring;

/// <summary>The process dies at the n-th write, for every n; the next command makes the run whole and never takes it for
/// tampering.</summary>
[TestClass]
public sealed class InterruptionTests
{
    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public void A_first_persist_killed_at_any_write_is_made_whole_by_the_next_resolution(bool tear)
    {
        var repaired = 0;
        for (var stop = 1; ; stop++)
        {
            var world = new WiringWorld
            {
                Disk = new MemoryDisk { StopAt = stop, Tear = tear },
            }.With(WiringWorld.Default, WiringWorld.One);
            if (!Dies(() => world.Resolve().GetValueOrThrow()))
            {
                Assert.IsGreaterThan(4, stop);
                break;
            }

            var wiring = world.Resolve().Value;

            Whole(world, WiringWorld.One, $"killed at write {stop}");
            Assert.AreEqual(WiringSource.WorkspaceDefault, wiring.Origin);
            repaired += world.Events.Contains("WIRING_REPAIRED") ? 1 : 0;
        }

        Assert.IsGreaterThanOrEqualTo(2, repaired);
    }

    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public void A_forced_override_killed_at_any_write_is_undone_or_completed_and_never_mistaken_for_tampering(bool tear)
    {
        var completed = 0;
        for (var stop = 1; ; stop++)
        {
            var world = new WiringWorld().With(WiringWorld.Default, WiringWorld.One).With("/o.yaml", WiringWorld.Two);
            world.Resolve().GetValueOrThrow();
            (world.Disk.StopAt, world.Disk.Tear) = (world.Disk.Writes + stop, tear);
            if (
                !Dies(() =>
                    world
                        .Resolve(static request => request with { OperatorsConfig = "/o.yaml", IsForced = true, Reason = "moved" })
                        .GetValueOrThrow()
                )
            )
            {
                Assert.IsGreaterThan(3, stop);
                break;
            }

            var looked = world.Keeper.LoadPersisted(WiringWorld.Run).Value;
            var wiring = world.Resolve().Value;

            Assert.AreEqual(looked.Hash, wiring.Hash);
            var forced = world.Events.Contains("WIRING_OVERRIDE_FORCED");
            Whole(world, forced ? WiringWorld.Two : WiringWorld.One, $"killed at write {stop}");
            Assert.IsTrue(wiring.Events.All(static entry => entry.Kind.Value == WiringEventKind.Repaired));
            Assert.IsTrue(!forced || wiring.Events.Count == 1);
            completed += forced ? 1 : 0;
            Assert.DoesNotContain("WIRING_TAMPERED", world.Events);
        }

        Assert.IsGreaterThanOrEqualTo(2, completed);
    }

    [TestMethod]
    public void A_repair_killed_at_any_write_is_repaired_in_turn()
    {
        for (var first = 1; first <= 6; first++)
        {
            for (var second = 1; second <= 4; second++)
            {
                var world = new WiringWorld().With(WiringWorld.Default, WiringWorld.One).With("/o.yaml", WiringWorld.Two);
                world.Resolve().GetValueOrThrow();
                (world.Disk.StopAt, world.Disk.Tear) = (world.Disk.Writes + first, true);
                Dies(() =>
                    world.Resolve(static request => request with { OperatorsConfig = "/o.yaml", IsForced = true }).GetValueOrThrow()
                );
                world.Disk.StopAt = world.Disk.Writes + second;
                Dies(() => world.Resolve().GetValueOrThrow());

                world.Resolve().GetValueOrThrow();

                Whole(
                    world,
                    world.Events.Contains("WIRING_OVERRIDE_FORCED") ? WiringWorld.Two : WiringWorld.One,
                    $"killed at {first}, then at {second}"
                );
            }
        }
    }

    [TestMethod]
    public void A_half_finished_first_persist_counts_as_wired()
    {
        // Killed after the history's line: what the user asked for is known and is not replaced by another file without force.
        var world = new WiringWorld();
        for (var stop = 1; !world.Disk.FileExists(WiringWorld.History); stop++)
        {
            world = new WiringWorld { Disk = new MemoryDisk { StopAt = stop } }
                .With("/a.yaml", WiringWorld.One)
                .With("/b.yaml", WiringWorld.Two);
            Dies(() => world.Resolve(static request => request with { OperatorsConfig = "/a.yaml" }).GetValueOrThrow());
        }

        Assert.IsFalse(world.Disk.FileExists(WiringWorld.Snapshot));
        ProblemAssert.Single(WiringCodes.OverrideRefused, world.Resolve(static request => request with { OperatorsConfig = "/b.yaml" }));
    }

    [TestMethod]
    public void Trouble_of_the_disk_is_a_problem_and_the_next_command_continues()
    {
        var world = new WiringWorld().With(WiringWorld.Default, WiringWorld.One);
        var full = new FullDisk(world.Disk);

        ProblemAssert.Single(
            WiringCodes.SnapshotUnwritable,
            new WiringService(full, world.Clock, Schedulers.Schema).ResolveForRun(WiringWorld.Run, false, WiringWorld.Request)
        );
        Assert.IsTrue(world.Resolve().IsSuccess);
    }

    // What must hold of a run's wiring at rest.
    private static void Whole(WiringWorld world, string text, string when)
    {
        var hash = Sha256.ComputeTextHash(text).Hex;
        Assert.AreEqual(text, world.Disk.Text(WiringWorld.Snapshot), when);
        Assert.AreEqual(text, world.Disk.Text(WiringWorld.BySha(hash)), when);
        Assert.AreEqual(hash, world.Json(WiringWorld.Metadata).GetProperty("sha256").GetString(), when);
        var history = WiringHistory.Parse(world.Disk.Files[WiringWorld.History]);
        Assert.IsTrue(history.IsUnbroken && !history.IsTorn, when);
        Assert.AreEqual(hash, history.LastInForce!.Event.Sha256!.Value.Hex, when);
        Assert.IsTrue(
            history.Lines.Any(line => line.Hash.Hex == world.Json(WiringWorld.Metadata).GetProperty("history_head").GetString()),
            when
        );
        var writes = world.Disk.Writes;
        Assert.IsEmpty(world.Resolve().Value.Warnings, when);
        Assert.AreEqual(writes, world.Disk.Writes, when);
    }

    private static bool Dies(Action action)
    {
        try
        {
            action();
            return false;
        }
        catch (ProcessKilledException)
        {
            return true;
        }
    }
}
