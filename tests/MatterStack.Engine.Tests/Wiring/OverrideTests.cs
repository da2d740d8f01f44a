using MatterStack.Engine.Identity;
using MatterStack.Engine.Wiring;

namespace MatterStack.Engine.Tests.Wiring;

[TestClass]
public sealed class OverrideTests
{
    private const string Other = "/site/other.yaml";

    private static WiringWorld Wired()
    {
        var world = new WiringWorld().With(WiringWorld.Default, WiringWorld.One).With(Other, WiringWorld.Two);
        world.Resolve().GetValueOrThrow();
        return world;
    }

    [TestMethod]
    public void Another_meaning_is_refused_naming_both_hashes_and_the_flag_and_the_refusal_is_recorded()
    {
        var world = Wired();

        var problem = ProblemAssert.Single(
            WiringCodes.OverrideRefused,
            world.Resolve(static request => request with { OperatorsConfig = Other })
        );

        Assert.Contains(Sha256.ComputeTextHash(WiringWorld.One).Hex, problem.Message);
        Assert.Contains(Sha256.ComputeTextHash(WiringWorld.Two).Hex, problem.Message);
        Assert.Contains("ForceWiringOverride", problem.Remedy);
        Assert.AreEqual(WiringWorld.One, world.Disk.Text(WiringWorld.Snapshot));
        CollectionAssert.AreEqual(new[] { "WIRING_PERSISTED", "WIRING_OVERRIDE_REFUSED" }, world.Events.ToArray());
        Assert.Contains($"\"sha256\":\"{Sha256.ComputeTextHash(WiringWorld.Two)}\"", world.Disk.Text(WiringWorld.History).Split('\n')[1]);
    }

    [TestMethod]
    public void Forced_it_replaces_the_wiring_keeps_the_old_one_and_records_who_and_why()
    {
        var world = Wired();
        var created = world.Json(WiringWorld.Metadata).GetProperty("created_at_utc").GetString();

        var wiring = world.Resolve(static request => request with { OperatorsConfig = Other, IsForced = true, Reason = "moved" }).Value;

        var (one, two) = (Sha256.ComputeTextHash(WiringWorld.One), Sha256.ComputeTextHash(WiringWorld.Two));
        Assert.AreEqual(two, wiring.Hash);
        Assert.AreEqual(WiringWorld.Two, world.Disk.Text(WiringWorld.Snapshot));
        Assert.AreEqual(WiringWorld.One, world.Disk.Text(WiringWorld.BySha(one.Hex)));
        var entry = wiring.Events.Single();
        Assert.AreEqual(
            ("WIRING_OVERRIDE_FORCED", two, one, "ada", "lab1", "moved"),
            (entry.Kind.Text, entry.Sha256, entry.PriorSha256, entry.User, entry.Host, entry.Reason)
        );
        var metadata = world.Json(WiringWorld.Metadata);
        Assert.AreEqual(created, metadata.GetProperty("created_at_utc").GetString());
        Assert.AreNotEqual(created, metadata.GetProperty("updated_at_utc").GetString());
        Assert.AreEqual("cli", metadata.GetProperty("source").GetString());
    }

    [TestMethod]
    public void An_attempts_own_wiring_is_there_after_an_override_also_when_the_key_is_gone()
    {
        var world = new WiringWorld().With(WiringWorld.Default, "operators:\n  hpc.old: { kind: hpc }\n").With(Other, WiringWorld.Two);
        var first = world.Resolve().Value.Hash;
        world.Resolve(static request => request with { OperatorsConfig = Other, IsForced = true }).GetValueOrThrow();

        var kept = world.Keeper.LoadByHash(WiringWorld.Run, first).Value;

        Assert.AreEqual("hpc.old", kept.Operators.Keys.Single().Value);
        var missing = world.Keeper.LoadByHash(WiringWorld.Run, Sha256.ComputeTextHash("never"));
        Assert.StartsWith("There is no copy", ProblemAssert.Single(WiringCodes.SnapshotUnavailable, missing).Message);
        world.With(WiringWorld.BySha(first.Hex), "operators: {}\n");
        var damaged = world.Keeper.LoadByHash(WiringWorld.Run, first);
        Assert.EndsWith("is damaged", ProblemAssert.Single(WiringCodes.SnapshotUnavailable, damaged).Message);
    }

    [TestMethod]
    [DataRow("operators:\n  local.default: { kind: local, max_concurrent: 1 }\n", DisplayName = "the same bytes")]
    [DataRow("operators:\r\n  local.default: { kind: local, max_concurrent: 1 }\r\n", DisplayName = "other line ends")]
    [DataRow(
        "# a comment\noperators:\n  local.default:\n    max_concurrent: 1\n    backend: { type: local }\n",
        DisplayName = "comments, order, defaults written out"
    )]
    public void The_same_meaning_is_accepted_and_changes_nothing(string text)
    {
        var world = Wired().With(Other, text);
        var writes = world.Disk.Writes;

        var wiring = world.Resolve(static request => request with { OperatorsConfig = Other }, ended: true).Value;

        Assert.AreEqual(Sha256.ComputeTextHash(WiringWorld.One), wiring.Hash);
        Assert.AreEqual(WiringSource.CommandLine, wiring.Source);
        Assert.AreEqual(WiringSource.WorkspaceDefault, wiring.Origin);
        Assert.AreEqual(writes, world.Disk.Writes);
    }

    [TestMethod]
    public void A_run_that_has_ended_keeps_its_wiring_even_against_force()
    {
        var world = Wired();

        var problem = ProblemAssert.Single(
            WiringCodes.OverrideOfEndedRun,
            world.Resolve(static request => request with { OperatorsConfig = Other, IsForced = true }, ended: true)
        );

        Assert.Contains("Revive", problem.Remedy);
        Assert.AreEqual(WiringWorld.One, world.Disk.Text(WiringWorld.Snapshot));
        CollectionAssert.AreEqual(new[] { "WIRING_PERSISTED", "WIRING_OVERRIDE_REFUSED" }, world.Events.ToArray());
        Assert.Contains("the run has ended", world.Disk.Text(WiringWorld.History));
    }

    [TestMethod]
    public void A_forced_file_with_an_error_leaves_the_run_untouched()
    {
        var world = Wired().With(Other, "operators:\n  local.default: { kind: hpc }\n");
        var files = world.Disk.Files.ToDictionary();

        Assert.IsFalse(world.Resolve(static request => request with { OperatorsConfig = Other, IsForced = true }).IsSuccess);

        CollectionAssert.AreEquivalent(files, world.Disk.Files.ToDictionary());
    }

    [TestMethod]
    public void Force_without_a_file_changes_nothing()
    {
        var world = Wired();

        Assert.AreEqual(
            Sha256.ComputeTextHash(WiringWorld.One),
            world.Resolve(static request => request with { IsForced = true, Reason = "why not" }).Value.Hash
        );
        Assert.HasCount(1, world.Events);
    }

    [TestMethod]
    public void Of_two_resolvers_one_wires_the_run_and_the_other_is_refused()
    {
        var world = new WiringWorld().With("/a.yaml", WiringWorld.One).With("/b.yaml", WiringWorld.Two);
        var runLock = new Lock();
        var wired = 0;

        Parallel.ForEach(Enumerable.Range(0, 8), index =>
        {
            // The caller's lock on the run.
            lock (runLock)
            {
                var result = world.Resolve(request => request with { OperatorsConfig = index % 2 == 0 ? "/a.yaml" : "/b.yaml" });
                wired += result.IsSuccess ? 1 : 0;
            }
        });

        Assert.AreEqual(4, wired);
        Assert.AreEqual(4, world.Events.Count(static name => name == "WIRING_OVERRIDE_REFUSED"));
        Assert.AreEqual(1, world.Events.Count(static name => name == "WIRING_PERSISTED"));
        Assert.AreEqual(
            Sha256.ComputeTextHash(world.Disk.Text(WiringWorld.Snapshot)).Hex,
            world.Json(WiringWorld.Metadata).GetProperty("sha256").GetString()
        );
    }
}
