using MatterStack.Engine.Commands.Hosting;
using MatterStack.Engine.Identity;
using MatterStack.Engine.Problems;
using MatterStack.Engine.Wiring;
using MatterStack.Engine.Wiring.Fields;
using MatterStack.Engine.Wiring.Parsing;
using MatterStack.Engine.Wiring.Resolving;

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
        world.With(
            WiringWorld.Metadata,
            world.Disk.Text(WiringWorld.Metadata).Replace(hash, Sha256.ComputeTextHash("forged").Hex, StringComparison.Ordinal)
        );

        Assert.Contains("local.default", Check(world).Single().Message);
    }

    [TestMethod]
    public void An_operator_of_a_kind_that_only_its_campaign_knows_is_checked_by_its_bytes_and_its_recorded_hash()
    {
        Assert.IsEmpty(Check(Furnace(), Schedulers.Schema.ForChecking()));

        var changed = Furnace();
        changed.With(WiringWorld.Snapshot, changed.Disk.Text(WiringWorld.Snapshot).Replace("650", "651", StringComparison.Ordinal));
        Assert.IsNotEmpty(Check(changed, Schedulers.Schema.ForChecking()));

        foreach (var forged in new[] { "\"furnace.tube2\"", "\"local.default\"" })
        {
            var world = Furnace();
            world.With(
                WiringWorld.Metadata,
                world.Disk.Text(WiringWorld.Metadata).Replace(forged, "\"hpc.other\"", StringComparison.Ordinal)
            );
            Assert.IsNotEmpty(Check(world, Schedulers.Schema.ForChecking()), $"{forged} has no hash any more");
        }
    }

    [TestMethod]
    public void Mistakes_in_what_is_known_are_found_beside_what_is_passed_over()
    {
        var schema = Schedulers.Schema.ForChecking();

        Assert.IsTrue(OperatorsFile.Parse("operators:\n  furnace.tube2: { anything: 1 }\n"u8, "o.yaml", schema, null).IsSuccess);
        Assert.AreEqual(
            WiringCodes.KeyNotCanonical,
            OperatorsFile.Parse("operators:\n  Furnace.Tube: { anything: 1 }\n"u8, "o.yaml", schema, null).Problems.Single().Code
        );
        Assert.AreEqual(
            WiringCodes.UnknownKey,
            OperatorsFile
                .Parse("operators:\n  furnace.tube2: { a: 1 }\n  local.default: { cellsius: 1 }\n"u8, "o.yaml", schema, null)
                .Problems.Single()
                .Code
        );
    }

    private static WiringWorld Furnace()
    {
        var schema = Schedulers.Schema.WithAdditional([
            new OperatorKind(
                "furnace",
                "A tube furnace.",
                [],
                [new Field("celsius", FieldType.Integer, "Temperature.") { IsRequired = true }]
            ),
        ]);
        var world = new WiringWorld().With(
            WiringWorld.Default,
            "operators:\n  local.default: { kind: local }\n  furnace.tube2: { kind: furnace, celsius: 650 }\n"
        );
        new WiringService(world.Disk, world.Clock, schema).ResolveForRun(WiringWorld.Run, false, WiringWorld.Request).GetValueOrThrow();
        return world;
    }

    private static IReadOnlyList<Problem> Check(WiringWorld world, WiringSchema schema) =>
        new WiringVerifier(world.Disk, schema).Check(WiringWorld.Run);

    private static IReadOnlyList<Problem> Check(WiringWorld world) =>
        new WiringVerifier(world.Disk, Schedulers.Schema).Check(WiringWorld.Run);

    private static WiringWorld World()
    {
        var world = new WiringWorld().With(WiringWorld.Default, WiringWorld.One).With("/o.yaml", WiringWorld.Two);
        world.Resolve().GetValueOrThrow();
        world.Resolve(static request => request with { OperatorsConfig = "/o.yaml" });
        world.Resolve(static request => request with { OperatorsConfig = "/o.yaml", IsForced = true }).GetValueOrThrow();
        return world;
    }
}
