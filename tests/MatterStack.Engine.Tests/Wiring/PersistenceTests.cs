using MatterStack.Engine.Identity;
using MatterStack.Engine.Wiring;

namespace MatterStack.Engine.Tests.Wiring;

[TestClass]
public sealed class PersistenceTests
{
    [TestMethod]
    public void The_first_resolution_persists_snapshot_metadata_history_and_a_copy_under_its_hash()
    {
        var world = new WiringWorld().With(WiringWorld.Default, WiringWorld.One);

        var wiring = world.Resolve().Value;

        var hash = Sha256.ComputeTextHash(WiringWorld.One);
        Assert.AreEqual(hash, wiring.Hash);
        Assert.AreEqual(WiringSource.WorkspaceDefault, wiring.Source);
        Assert.AreEqual(WiringWorld.One, world.Disk.Text(WiringWorld.Snapshot));
        Assert.AreEqual(WiringWorld.One, world.Disk.Text(WiringWorld.BySha(hash.Hex)));
        CollectionAssert.AreEqual(new[] { "WIRING_PERSISTED" }, world.Events.ToArray());
        var metadata = world.Json(WiringWorld.Metadata);
        Assert.AreEqual("workspace_default", metadata.GetProperty("source").GetString());
        Assert.AreEqual(hash.Hex, metadata.GetProperty("sha256").GetString());
        Assert.AreEqual(WiringWorld.Default, metadata.GetProperty("resolved_path").GetString());
        Assert.AreEqual(64, metadata.GetProperty("operators").GetProperty("local.default").GetString()!.Length);
    }

    [TestMethod]
    public void A_second_resolution_writes_nothing()
    {
        var world = new WiringWorld().With(WiringWorld.Default, WiringWorld.One);
        world.Resolve().GetValueOrThrow();
        var writes = world.Disk.Writes;

        var again = world.Resolve().Value;

        Assert.AreEqual(writes, world.Disk.Writes);
        Assert.AreEqual(WiringSource.RunPersisted, again.Source);
        Assert.AreEqual(WiringSource.WorkspaceDefault, again.Origin);
        Assert.IsEmpty(again.Events);
    }

    [TestMethod]
    public void A_run_without_any_file_is_wired_with_the_built_in_default_and_keeps_it()
    {
        var world = new WiringWorld();

        var wiring = world.Resolve().Value;
        world.With(WiringWorld.Default, WiringWorld.Two);
        var later = world.Resolve().Value;

        Assert.AreEqual(WiringSource.BuiltinDefault, wiring.Source);
        CollectionAssert.AreEquivalent(
            new[] { "local.default", "human.default", "experiment.default" },
            wiring.Operators.Operators.Keys.Select(key => key.Value).ToArray()
        );
        Assert.AreEqual(wiring.Hash, later.Hash);
    }

    [TestMethod]
    public void Wiring_with_an_error_leaves_the_run_untouched_and_the_run_can_be_wired_later()
    {
        var world = new WiringWorld().With(WiringWorld.Default, "operators: 5\n");

        Assert.IsFalse(world.Resolve().IsSuccess);
        Assert.AreEqual(0, world.Disk.Writes);
        world.With(WiringWorld.Default, WiringWorld.One);
        Assert.IsTrue(world.Resolve().IsSuccess);
    }

    [TestMethod]
    public void The_wiring_has_a_line_for_people()
    {
        var world = new WiringWorld().With(WiringWorld.Default, WiringWorld.One);
        world.Resolve().GetValueOrThrow();

        Assert.AreEqual(
            $"Operator wiring: source=workspace_default, sha256={Sha256.ComputeTextHash(WiringWorld.One)}, "
                + $"snapshot=operators_snapshot/operators.yaml",
            world.Keeper.LoadPersisted(WiringWorld.Run).Value.StatusLine
        );
    }
}
