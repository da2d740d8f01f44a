using MatterStack.Build.Tests.Support;

namespace MatterStack.Build.Tests;

/// <summary>Wiring as targets: what they return, and that content decides whether anything is done.</summary>
[TestClass]
public sealed class WiringTargetTests
{
    private const string OneTask = """<ItemGroup><CampaignTask Include="a" Command="true" /></ItemGroup>""";
    private const string Wiring = "operators:\n  local.default: { kind: local, max_concurrent: 2 }\n  human.default: { kind: human }\n";
    private const string Snapshotting = "SnapshotWiring";

    [TestMethod]
    public void Resolving_returns_hash_source_and_operators_and_writes_nothing()
    {
        using var workspace = Workspace();

        var answer = workspace.Build("ResolveOperatorWiring").Succeeded();

        Assert.AreEqual("human.default local.default", string.Join(' ', answer.Items.Select(i => i.ItemSpec)));
        Assert.AreEqual("local", answer.Items[1].GetMetadata("backend"));
        Assert.AreEqual("2", answer.Items[1].GetMetadata("max_concurrent"));
        Assert.AreEqual(64, answer.Items[1].GetMetadata("operator_sha256").Length);
        Assert.IsFalse(Directory.Exists(workspace.Runs));
    }

    [TestMethod]
    public void A_second_step_skips_the_snapshot_and_so_does_one_after_a_touch_or_with_a_file_from_the_future()
    {
        using var workspace = Workspace();
        workspace.Build("Step").Succeeded();

        CollectionAssert.Contains(workspace.Build("Step").Succeeded().UpToDate.ToList(), Snapshotting);
        File.SetLastWriteTimeUtc(Path.Combine(workspace.Folder, "operators.yaml"), DateTime.UtcNow);
        CollectionAssert.Contains(workspace.Build("Step").Succeeded().UpToDate.ToList(), Snapshotting);
        File.SetLastWriteTimeUtc(Path.Combine(workspace.Folder, "operators.yaml"), DateTime.UtcNow.AddYears(10));
        CollectionAssert.Contains(workspace.Build("Step").Succeeded().UpToDate.ToList(), Snapshotting);
        foreach (var file in Directory.GetFiles(Snapshot(workspace), "*", SearchOption.AllDirectories))
        {
            File.SetLastWriteTimeUtc(file, DateTime.UtcNow.AddYears(-10));
        }

        CollectionAssert.Contains(workspace.Build("Step").Succeeded().UpToDate.ToList(), Snapshotting);
    }

    [TestMethod]
    public void A_real_change_is_done_once()
    {
        using var workspace = new TestWorkspace(
            """<ItemGroup><CampaignTask Include="a" Command="while [ ! -e ../../../../../open ] &amp;&amp; [ -d ../../../../.. ]; do sleep 0.02; done" /></ItemGroup>"""
        );
        workspace.Write("operators.yaml", Wiring);
        workspace.Build("Step").Succeeded();
        var other = workspace.Write("other.yaml", Wiring.Replace("2", "3", StringComparison.Ordinal));
        (string, string)[] force = [("OperatorsConfig", other), ("ForceWiringOverride", "true"), ("OverrideReason", "more room")];

        var first = workspace.Build("SnapshotWiring", force).Succeeded();
        CollectionAssert.DoesNotContain(first.UpToDate.ToList(), Snapshotting);
        CollectionAssert.Contains(workspace.Build("SnapshotWiring", force).Succeeded().UpToDate.ToList(), Snapshotting);

        var history = File.ReadAllLines(Path.Combine(Snapshot(workspace), "history.jsonl"));
        Assert.HasCount(2, history);
        StringAssert.Contains(history[1], "\"reason\":\"more room\"");
        workspace.Write("open", "");
        workspace.Build("Loop").Succeeded();
    }

    [TestMethod]
    public void An_override_that_is_not_forced_is_refused_by_the_target_too()
    {
        using var workspace = Workspace();
        workspace.Build("Init").Succeeded();
        var other = workspace.Write("other.yaml", Wiring.Replace("2", "3", StringComparison.Ordinal));

        Assert.AreEqual("MATTER1031", workspace.Build("SnapshotWiring", ("OperatorsConfig", other)).Failed().Error.Code);
        Assert.AreEqual("MATTER1031", workspace.Build("Step", ("OperatorsConfig", other)).Failed().Error.Code);
    }

    [TestMethod]
    public void Every_error_of_a_wiring_file_is_shown_at_its_place_by_a_plain_build()
    {
        using var workspace = new TestWorkspace(OneTask);
        var file = workspace.Write(
            "operators.yaml",
            "operators:\n  local.default: { kind: locl }\n  HPC.x: { kind: hpc }\n  human.default: { kind: human, backend: { type: "
                + "local } }\n"
        );

        var errors = workspace.Build("Build").Failed().Errors;

        Assert.IsGreaterThanOrEqualTo(3, errors.Count);
        Assert.IsTrue(
            errors.All(e =>
                e.File == file
                && e.LineNumber is > 1 and < 5
                && e.ColumnNumber > 0
                && e.Code.StartsWith("MATTER10", StringComparison.Ordinal)
            )
        );
        CollectionAssert.AreEqual(new[] { 2, 3, 4 }, errors.Select(e => e.LineNumber).Distinct().Order().ToArray());
    }

    [TestMethod]
    public void A_tampered_snapshot_stops_every_target_that_would_use_it_and_is_recorded_once()
    {
        using var workspace = Workspace();
        workspace.Build("Init").Succeeded();
        File.AppendAllText(Path.Combine(Snapshot(workspace), "operators.yaml"), "# edited\n");

        Assert.AreEqual("MATTER1033", workspace.Build("Step").Failed().Error.Code);
        Assert.AreEqual("MATTER1033", workspace.Build("Loop").Failed().Error.Code);
        Assert.AreEqual(
            1,
            File.ReadAllLines(Path.Combine(Snapshot(workspace), "history.jsonl"))
                .Count(l => l.Contains("WIRING_TAMPERED", StringComparison.Ordinal))
        );
    }

    [TestMethod]
    public void Differences_come_as_items()
    {
        using var workspace = Workspace();
        workspace.Build("Init").Succeeded();
        workspace.Write("operators.yaml", Wiring.Replace("max_concurrent: 2", "max_concurrent: 5", StringComparison.Ordinal));

        var difference = workspace.Build("WiringDiff").Succeeded().Item;

        Assert.AreEqual(
            ("local.default", "max_concurrent", "2", "5"),
            (
                difference.GetMetadata("operator_key"),
                difference.GetMetadata("field"),
                difference.GetMetadata("before"),
                difference.GetMetadata("after")
            )
        );
    }

    private static TestWorkspace Workspace()
    {
        var workspace = new TestWorkspace(OneTask);
        workspace.Write("operators.yaml", Wiring);
        return workspace;
    }

    private static string Snapshot(TestWorkspace workspace) =>
        Path.Combine(Directory.GetDirectories(workspace.Runs).Single(), "operators_snapshot");
}
