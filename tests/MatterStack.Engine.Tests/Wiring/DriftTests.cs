using MatterStack.Engine.Wiring;

namespace MatterStack.Engine.Tests.Wiring;

[TestClass]
public sealed class DriftTests
{
    [TestMethod]
    public void A_changed_workspace_default_is_mentioned_once_and_changes_nothing()
    {
        var world = new WiringWorld().With(WiringWorld.Default, WiringWorld.One);
        var first = world.Resolve().Value;
        world.With(WiringWorld.Default, WiringWorld.Two);

        var second = world.Resolve().Value;
        var third = world.Resolve().Value;

        Assert.AreEqual(first.Hash, second.Hash);
        Assert.AreEqual(WiringCodes.Drifted, second.Warnings.Single().Code);
        Assert.AreEqual(Problems.Severity.Warning, second.Warnings.Single().Severity);
        Assert.DoesNotContain("its meaning is the same", second.Warnings.Single().Message);
        Assert.IsEmpty(third.Warnings);
        Assert.HasCount(1, world.Events);
    }

    [TestMethod]
    public void A_further_change_is_mentioned_again()
    {
        var world = new WiringWorld().With(WiringWorld.Default, WiringWorld.One);
        world.Resolve().GetValueOrThrow();
        world.With(WiringWorld.Default, WiringWorld.Two);
        world.Resolve().GetValueOrThrow();
        world.With(WiringWorld.Default, WiringWorld.One + "# one more line\n");

        Assert.Contains("its meaning is the same", world.Resolve().Value.Warnings.Single().Message);
    }

    [TestMethod]
    public void A_default_that_is_no_longer_valid_is_drift_and_nothing_else()
    {
        var world = new WiringWorld().With(WiringWorld.Default, WiringWorld.One);
        world.Resolve().GetValueOrThrow();
        world.With(WiringWorld.Default, "operators: [\n");

        Assert.AreEqual(WiringCodes.Drifted, world.Resolve().Value.Warnings.Single().Code);
    }

    [TestMethod]
    public void Other_line_ends_a_deleted_default_and_a_run_wired_from_elsewhere_are_no_drift()
    {
        var world = new WiringWorld().With(WiringWorld.Default, WiringWorld.One);
        world.Resolve().GetValueOrThrow();
        world.With(WiringWorld.Default, "\uFEFF" + WiringWorld.One.Replace("\n", "\r\n", StringComparison.Ordinal));
        Assert.IsEmpty(world.Resolve().Value.Warnings);
        world.Disk.DeleteFile(WiringWorld.Default);
        Assert.IsEmpty(world.Resolve().Value.Warnings);

        var other = new WiringWorld().With("/o.yaml", WiringWorld.One).With(WiringWorld.Default, WiringWorld.Two);
        other.Resolve(static request => request with { OperatorsConfig = "/o.yaml" }).GetValueOrThrow();
        Assert.IsEmpty(other.Resolve().Value.Warnings);
    }

    [TestMethod]
    public void An_ended_run_is_left_in_peace()
    {
        var world = new WiringWorld().With(WiringWorld.Default, WiringWorld.One);
        world.Resolve().GetValueOrThrow();
        world.With(WiringWorld.Default, WiringWorld.Two);
        var writes = world.Disk.Writes;

        Assert.IsEmpty(world.Resolve(ended: true).Value.Warnings);
        Assert.AreEqual(writes, world.Disk.Writes);
    }
}
