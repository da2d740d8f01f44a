using MatterStack.Engine.Identity;
using MatterStack.Engine.Operators.Hpc;
using MatterStack.Engine.Problems;
using MatterStack.Engine.Wiring;
using MatterStack.Engine.Wiring.Schema;

namespace MatterStack.Engine.Tests.Wiring;

[TestClass]
public sealed class WiringVerifierTests
{
    [TestMethod]
    public void A_run_with_an_override_and_a_refusal_verifies() => Assert.IsEmpty(Check(World()));

    [TestMethod]
    public void Every_file_that_is_removed_or_changed_shows()
    {
        var files = World().Disk.Files.Keys.Where(static path => path.StartsWith(WiringWorld.Run, StringComparison.Ordinal)).ToArray();
        Assert.HasCount(5, files);
        foreach (var file in files)
        {
            var removed = World();
            removed.Disk.DeleteFile(file);
            Assert.IsNotEmpty(Check(removed), $"{file} removed");

            var changed = World();
            changed.With(file, changed.Disk.Text(file).Replace('a', 'b'));
            Assert.IsNotEmpty(Check(changed), $"{file} changed");
        }
    }

    [TestMethod]
    public void Every_line_that_is_removed_from_the_history_shows()
    {
        for (var line = 0; line < 3; line++)
        {
            var world = World();
            var lines = world.Disk.Text(WiringWorld.History).Split('\n').ToList();
            lines.RemoveAt(line);
            world.With(WiringWorld.History, string.Join('\n', lines));

            Assert.AreEqual(WiringCodes.HistoryBroken, Check(world).Single().Code, $"line {line}");
        }
    }

    [TestMethod]
    public void An_operator_hash_that_was_forged_shows()
    {
        var world = World();
        var hash = world.Json(WiringWorld.Metadata).GetProperty("operators").GetProperty("local.default").GetString()!;
        world.With(WiringWorld.Metadata, world.Disk.Text(WiringWorld.Metadata).Replace(hash, Sha256.OfText("forged").Hex, StringComparison.Ordinal));

        Assert.Contains("local.default", Check(world).Single().Message);
    }

    private static IReadOnlyList<Problem> Check(WiringWorld world) => new WiringVerifier(world.Disk, Schedulers.Schema).Check(WiringWorld.Run);

    private static WiringWorld World()
    {
        var world = new WiringWorld().With(WiringWorld.Default, WiringWorld.One).With("/o.yaml", WiringWorld.Two);
        world.Resolve().OrThrow();
        world.Resolve(static request => request with { OperatorsConfig = "/o.yaml" });
        world.Resolve(static request => request with { OperatorsConfig = "/o.yaml", Force = true }).OrThrow();
        return world;
    }
}
