using MatterStack.Engine.Identity;
using MatterStack.Engine.Wiring;
using MatterStack.Engine.Wiring.Resolving;

namespace MatterStack.Engine.Tests.Wiring;

/// <summary>Settled wiring is identified without its operators; everything else is left to the resolution.</summary>
[TestClass]
public sealed class SettledWiringTests
{
    private static readonly Sha256 Hash = Sha256.ComputeTextHash(WiringWorld.One);

    private static WiringWorld Wired()
    {
        var world = new WiringWorld().With(WiringWorld.Default, WiringWorld.One);
        world.Resolve().GetValueOrThrow();
        return world;
    }

    private static WiringService WithoutSchema(WiringWorld world) =>
        new(world.Disk, world.Clock, () => throw new AssertFailedException("the wiring was parsed"));

    [TestMethod]
    public void Settled_wiring_is_identified_without_being_parsed()
    {
        var settled = WithoutSchema(Wired()).FindSettled(WiringWorld.Run);

        Assert.IsNotNull(settled);
        Assert.AreEqual((Hash, WiringSource.WorkspaceDefault, WiringWorld.Default), (settled.Hash, settled.Origin, settled.ResolvedPath));
        Assert.AreEqual(WiringEventKind.Persisted, settled.History.Single().Kind.Value);
    }

    [TestMethod]
    public void A_run_without_wiring_is_not_settled() => Assert.IsNull(new WiringWorld().Keeper.FindSettled(WiringWorld.Run));

    [TestMethod]
    public void An_edited_snapshot_is_not_settled() => AssertUnsettled(world => world.With(WiringWorld.Snapshot, WiringWorld.Two));

    [TestMethod]
    public void A_restored_snapshot_is_not_settled_before_the_repair_is_recorded() =>
        AssertUnsettled(world =>
        {
            world.With(WiringWorld.Snapshot, WiringWorld.Two).Resolve();
            world.With(WiringWorld.Snapshot, WiringWorld.One);
        });

    [TestMethod]
    public void A_damaged_copy_is_not_settled() => AssertUnsettled(world => world.With(WiringWorld.BySha(Hash.Hex), "x"));

    [TestMethod]
    public void A_torn_history_is_not_settled() =>
        AssertUnsettled(world => world.With(WiringWorld.History, world.Disk.Text(WiringWorld.History) + "{\"at"));

    [TestMethod]
    public void An_emptied_history_is_not_settled() => AssertUnsettled(world => world.With(WiringWorld.History, ""));

    [TestMethod]
    public void A_snapshot_of_a_later_version_is_not_settled() =>
        AssertUnsettled(world =>
        {
            var newer = world
                .Disk.Text(WiringWorld.Metadata)
                .Replace("\"schema_version\": 1", "\"schema_version\": 2", StringComparison.Ordinal);
            world.With(WiringWorld.Metadata, newer);
        });

    private static void AssertUnsettled(Action<WiringWorld> change)
    {
        var world = Wired();
        Assert.IsNotNull(world.Keeper.FindSettled(WiringWorld.Run));

        change(world);

        Assert.IsNull(world.Keeper.FindSettled(WiringWorld.Run));
    }
}
