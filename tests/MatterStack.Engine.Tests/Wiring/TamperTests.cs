using MatterStack.Engine.Commands.Hosting;
using MatterStack.Engine.Identity;
using MatterStack.Engine.Wiring;
using MatterStack.Engine.Wiring.Fields;
using MatterStack.Engine.Wiring.Resolving;

namespace MatterStack.Engine.Tests.Wiring;

[TestClass]
public sealed class TamperTests
{
    private const string Edited = "operators:\n  local.default: { kind: local, max_concurrent: 99 }\n";

    private static WiringWorld Wired()
    {
        var world = new WiringWorld().With(WiringWorld.Default, WiringWorld.One);
        world.Resolve().GetValueOrThrow();
        return world;
    }

    [TestMethod]
    public void A_snapshot_edited_by_hand_is_refused_with_both_hashes_and_the_way_out_and_recorded_once()
    {
        var world = Wired().With(WiringWorld.Snapshot, Edited);

        var problem = ProblemAssert.Single(WiringCodes.Tampered, world.Resolve());
        world.Resolve();
        world.Resolve();

        Assert.Contains(Sha256.ComputeTextHash(WiringWorld.One).Hex, problem.Message);
        Assert.Contains(Sha256.ComputeTextHash(Edited).Hex, problem.Message);
        Assert.Contains("by-sha256", problem.Remedy);
        Assert.Contains("ForceWiringOverride", problem.Remedy);
        CollectionAssert.AreEqual(new[] { "WIRING_PERSISTED", "WIRING_TAMPERED" }, world.Events.ToArray());
        ProblemAssert.Single(WiringCodes.Tampered, world.Keeper.LoadPersisted(WiringWorld.Run));
    }

    [TestMethod]
    public void The_same_file_as_argument_does_not_hide_an_edit()
    {
        var world = Wired().With(WiringWorld.Snapshot, Edited).With("/e.yaml", Edited).With("/o.yaml", WiringWorld.One);

        ProblemAssert.Single(WiringCodes.Tampered, world.Resolve(static request => request with { OperatorsConfig = "/e.yaml" }));
        ProblemAssert.Single(WiringCodes.Tampered, world.Resolve(static request => request with { OperatorsConfig = "/o.yaml" }));
    }

    [TestMethod]
    public void Restoring_the_recorded_file_is_one_way_out()
    {
        var world = Wired().With(WiringWorld.Snapshot, Edited);
        world.Resolve();
        world.With(WiringWorld.Snapshot, world.Disk.Text(WiringWorld.BySha(Sha256.ComputeTextHash(WiringWorld.One).Hex)));

        var wiring = world.Resolve().Value;
        world.Resolve().GetValueOrThrow();

        Assert.AreEqual(Sha256.ComputeTextHash(WiringWorld.One), wiring.Hash);
        CollectionAssert.AreEqual(new[] { "WIRING_PERSISTED", "WIRING_TAMPERED", "WIRING_REPAIRED" }, world.Events.ToArray());
    }

    [TestMethod]
    public void A_forced_override_is_the_other_way_out()
    {
        var world = Wired().With(WiringWorld.Snapshot, Edited).With("/o.yaml", WiringWorld.Two);

        var wiring = world.Resolve(static request => request with { OperatorsConfig = "/o.yaml", IsForced = true }).Value;

        Assert.AreEqual(Sha256.ComputeTextHash(WiringWorld.Two), wiring.Hash);
        Assert.AreEqual(Sha256.ComputeTextHash(WiringWorld.One), wiring.Events.Single().PriorSha256);
        Assert.IsTrue(world.Resolve().IsSuccess);
    }

    [TestMethod]
    public void Force_does_not_reach_an_ended_run_that_was_tampered_with()
    {
        var world = Wired().With(WiringWorld.Snapshot, Edited).With("/o.yaml", WiringWorld.Two);

        ProblemAssert.Single(
            WiringCodes.OverrideOfEndedRun,
            world.Resolve(static request => request with { OperatorsConfig = "/o.yaml", IsForced = true }, ended: true)
        );
    }

    [TestMethod]
    public void A_snapshot_that_was_removed_is_missed()
    {
        var world = Wired();
        world.Disk.DeleteFile(WiringWorld.Snapshot);

        Assert.Contains("is missing", ProblemAssert.Single(WiringCodes.Tampered, world.Resolve()).Message);
    }

    [TestMethod]
    public void A_snapshot_without_any_record_is_not_used()
    {
        var world = new WiringWorld().With(WiringWorld.Snapshot, Edited).With(WiringWorld.Default, WiringWorld.One);

        ProblemAssert.Single(WiringCodes.Tampered, world.Resolve());
        Assert.AreEqual(Edited, world.Disk.Text(WiringWorld.Snapshot));
    }

    [TestMethod]
    public void A_folder_that_was_removed_is_missed_by_what_the_runs_store_remembers()
    {
        var world = Wired();
        world.Disk.DeleteDirectory(WiringWorld.Run + "/operators_snapshot");

        ProblemAssert.Single(
            WiringCodes.Tampered,
            world.Resolve(static request => request with { ExpectedHash = Sha256.ComputeTextHash(WiringWorld.One) })
        );
    }

    [TestMethod]
    [DataRow(null)]
    [DataRow("{ \"source\"")]
    [DataRow("[]")]
    [DataRow("{\"source\":\"elsewhere\",\"sha256\":5}")]
    public void Metadata_that_was_lost_or_damaged_is_rebuilt_from_the_history(string? damaged)
    {
        var world = Wired();
        var before = world.Json(WiringWorld.Metadata);
        world.Disk.DeleteFile(WiringWorld.Metadata);
        if (damaged is not null)
        {
            world.With(WiringWorld.Metadata, damaged);
        }

        Assert.AreEqual(Sha256.ComputeTextHash(WiringWorld.One), world.Keeper.LoadPersisted(WiringWorld.Run).Value.Hash);
        var wiring = world.Resolve().Value;

        Assert.AreEqual(WiringSource.WorkspaceDefault, wiring.Origin);
        Assert.AreEqual(WiringCodes.Repaired, wiring.Warnings.Single().Code);
        var after = world.Json(WiringWorld.Metadata);
        foreach (var name in new[] { "source", "sha256", "resolved_path", "created_at_utc" })
        {
            Assert.AreEqual(before.GetProperty(name).GetString(), after.GetProperty(name).GetString(), name);
        }

        CollectionAssert.AreEqual(new[] { "WIRING_PERSISTED", "WIRING_REPAIRED" }, world.Events.ToArray());
    }

    [TestMethod]
    public void A_copy_under_its_hash_that_was_lost_or_damaged_is_written_again()
    {
        var world = Wired();
        var copy = WiringWorld.BySha(Sha256.ComputeTextHash(WiringWorld.One).Hex);
        world.Disk.DeleteFile(copy);
        world.Resolve().GetValueOrThrow();
        Assert.AreEqual(WiringWorld.One, world.Disk.Text(copy));

        world.With(copy, "damaged");
        world.Resolve().GetValueOrThrow();
        Assert.AreEqual(WiringWorld.One, world.Disk.Text(copy));
    }

    [TestMethod]
    public void A_removed_or_changed_line_of_the_history_shows_and_does_not_stop_the_run()
    {
        var world = Wired().With("/o.yaml", WiringWorld.Two);
        world.Resolve(static request => request with { OperatorsConfig = "/o.yaml" });
        world.Resolve(static request => request with { OperatorsConfig = "/o.yaml", IsForced = true }).GetValueOrThrow();
        var lines = world.Disk.Text(WiringWorld.History).Split('\n')[..^1];
        Assert.HasCount(3, lines);
        Assert.IsEmpty(world.Resolve().Value.Warnings);

        string[][] broken =
        [
            lines[1..],
            [lines[0], lines[2]],
            lines[..2],
            lines[..1],
            [],
            [lines[0], lines[1].Replace("ada", "eve", StringComparison.Ordinal), lines[2]],
            [.. lines, "garbage"],
        ];
        foreach (var history in broken)
        {
            world.With(WiringWorld.History, string.Concat(history.Select(static line => line + "\n")));

            var wiring = world.Resolve().Value;

            Assert.AreEqual(Sha256.ComputeTextHash(WiringWorld.Two), wiring.Hash);
            Assert.AreEqual(WiringCodes.HistoryBroken, wiring.Warnings.Single().Code, $"{history.Length} lines");
        }
    }

    [TestMethod]
    public void Removing_the_last_line_of_a_change_back_does_not_change_the_wiring()
    {
        // One, Two, One again: without the last line the history reads as if Two had been about to replace One.
        var world = Wired().With("/one.yaml", WiringWorld.One).With("/two.yaml", WiringWorld.Two);
        world.Resolve(static request => request with { OperatorsConfig = "/two.yaml", IsForced = true }).GetValueOrThrow();
        world.Resolve(static request => request with { OperatorsConfig = "/one.yaml", IsForced = true }).GetValueOrThrow();
        world.With(
            WiringWorld.History,
            string.Concat(world.Disk.Text(WiringWorld.History).Split('\n')[..2].Select(static line => line + "\n"))
        );

        Assert.AreEqual(Sha256.ComputeTextHash(WiringWorld.One), world.Resolve().Value.Hash);
    }

    [TestMethod]
    public void The_history_is_a_chain()
    {
        var world = Wired().With("/o.yaml", WiringWorld.Two);
        world.Resolve(static request => request with { OperatorsConfig = "/o.yaml", IsForced = true }).GetValueOrThrow();

        var lines = world.Disk.Text(WiringWorld.History).Split('\n')[..^1];

        Assert.Contains("\"prev\":null", lines[0]);
        Assert.Contains($"\"prev\":\"{Sha256.ComputeTextHash(lines[0])}\"", lines[1]);
    }

    [TestMethod]
    public void A_run_that_was_never_wired_says_so()
    {
        ProblemAssert.Single(WiringCodes.NotWired, new WiringWorld().Keeper.LoadPersisted(WiringWorld.Run));
    }

    [TestMethod]
    public void A_history_whose_last_line_end_an_editor_took_is_whole()
    {
        var world = Wired().With("/o.yaml", WiringWorld.Two);
        world.With(WiringWorld.History, world.Disk.Text(WiringWorld.History).TrimEnd('\n'));

        Assert.IsEmpty(world.Resolve().Value.Warnings);
        world.Resolve(static request => request with { OperatorsConfig = "/o.yaml", IsForced = true }).GetValueOrThrow();

        CollectionAssert.AreEqual(new[] { "WIRING_PERSISTED", "WIRING_OVERRIDE_FORCED" }, world.Events.ToArray());
        Assert.IsEmpty(world.Resolve().Value.Warnings);
    }

    [TestMethod]
    public void A_snapshot_of_a_newer_version_is_refused_and_left_alone()
    {
        var world = Wired();
        world.With(
            WiringWorld.Metadata,
            world.Disk.Text(WiringWorld.Metadata).Replace("\"schema_version\": 1", "\"schema_version\": 2", StringComparison.Ordinal)
        );
        var writes = world.Disk.Writes;

        ProblemAssert.Single(WiringCodes.NewerSnapshot, world.Resolve());
        ProblemAssert.Single(WiringCodes.NewerSnapshot, world.Keeper.LoadPersisted(WiringWorld.Run));
        Assert.AreEqual(writes, world.Disk.Writes);
    }

    [TestMethod]
    public void Wiring_that_can_no_longer_be_read_can_be_replaced_by_force()
    {
        var world = new WiringWorld()
            .With(WiringWorld.Default, "operators:\n  furnace.default: { kind: furnace }\n")
            .With("/o.yaml", WiringWorld.Two);
        var schema = Schedulers.Schema.WithAdditional(new OperatorKind("furnace", "A furnace.", [], []));
        new WiringService(world.Disk, world.Clock, schema).ResolveForRun(WiringWorld.Run, false, WiringWorld.Request).GetValueOrThrow();

        Assert.AreEqual(WiringCodes.UnknownKind, world.Resolve().Problems[0].Code);
        Assert.IsFalse(world.Resolve(static request => request with { OperatorsConfig = "/o.yaml" }).IsSuccess);
        Assert.IsTrue(world.Resolve(static request => request with { OperatorsConfig = "/o.yaml", IsForced = true }).IsSuccess);
    }

    [TestMethod]
    public void The_history_can_be_read_after_a_refusal()
    {
        var world = Wired().With("/o.yaml", WiringWorld.Two);
        world.Resolve(static request => request with { OperatorsConfig = "/o.yaml", Reason = "try" });

        var history = world.Keeper.LoadHistory(WiringWorld.Run).Value;

        Assert.AreEqual(("WIRING_OVERRIDE_REFUSED", "try"), (history[^1].Kind.Text, history[^1].Reason));
    }

    [TestMethod]
    public void Snapshot_and_metadata_changed_alike_do_not_agree_with_the_history()
    {
        var (one, edited) = (Sha256.ComputeTextHash(WiringWorld.One).Hex, Sha256.ComputeTextHash(Edited).Hex);
        var world = Wired().With(WiringWorld.Snapshot, Edited);
        world.With(WiringWorld.Metadata, world.Disk.Text(WiringWorld.Metadata).Replace(one, edited, StringComparison.Ordinal));

        Assert.Contains(one, ProblemAssert.Single(WiringCodes.Tampered, world.Resolve()).Message);
        world.With(WiringWorld.Snapshot, WiringWorld.One);

        Assert.AreEqual(one, world.Resolve().Value.Hash.Hex);
        Assert.AreEqual(one, world.Json(WiringWorld.Metadata).GetProperty("sha256").GetString());
    }
}
