using System.Security.Cryptography;
using System.Text.Json;
using MatterStack.Acceptance.Support;

namespace MatterStack.Acceptance;

/// <summary>What people, scripts and readers of evidence get to see.</summary>
[TestClass]
public sealed class ReportTests
{
    private const string TwoTasks = """
          <ItemGroup>
            <CampaignTask Include="a" Command="echo result > out.txt" Outputs="out.txt" />
            <CampaignTask Include="b" DependsOn="a" Command="cat deps/a/out.txt" />
          </ItemGroup>
        """;

    [TestMethod]
    public void A_script_reads_what_a_target_returns_as_JSON()
    {
        using var campaign = new Campaign(TwoTasks);
        campaign.Build("Loop").Succeeded();

        var run = Returned(campaign, "Status")[0];
        Assert.AreEqual(campaign.Run().Id, run.GetProperty("run_id").GetString());
        Assert.AreEqual("COMPLETED", run.GetProperty("state").GetString());
        Assert.AreEqual("2", run.GetProperty("completed").GetString());
        var attempts = Returned(campaign, "Attempts");
        CollectionAssert.AreEqual((string[])["a", "b"], attempts.Select(a => a.GetProperty("task_id").GetString()).ToArray());
        Assert.AreEqual(run.GetProperty("wiring_sha256").GetString(), attempts[0].GetProperty("wiring_sha256").GetString());
    }

    [TestMethod]
    public void The_store_has_the_public_columns_and_a_history_in_order()
    {
        using var campaign = new Campaign(TwoTasks);
        campaign.Write("operators.yaml", "operators:\n  local.default: { kind: local }\n");
        campaign.Build("Loop").Succeeded();
        var run = campaign.Run();

        foreach (
            var (table, columns) in ((string, string)[])
                [
                    ("runs", "run_id, workspace_slug, state, reason, created_at_utc, definition_sha256"),
                    ("tasks", "task_id, state, reason, operator_key, command, current_attempt_id, iteration"),
                    (
                        "attempts",
                        "attempt_id, task_id, attempt_index, state, reason, operator_key, wiring_sha256, operator_sha256, external_id, "
                            + "exit_code, created_at_utc, submitted_at_utc, ended_at_utc, relative_path, cached_from"
                    ),
                    ("events", "seq, at_utc, kind, task_id, attempt_id, actor, details"),
                    ("run_inputs", "kind, path, sha256, source, snapshot_relpath, recorded_at_utc"),
                ]
        )
        {
            Assert.AreNotEqual(0, run.Rows($"SELECT {columns} FROM {table}").Count, table);
        }

        Assert.HasCount(1, run.Rows("SELECT run_id FROM runs"));
        var attempt = run.Rows(
                "SELECT attempt_id, created_at_utc, submitted_at_utc, ended_at_utc, relative_path, operator_key, "
                    + "exit_code FROM attempts WHERE task_id = 'a'"
            )
            .Single();
        StringAssert.Matches(attempt[0], new System.Text.RegularExpressions.Regex("^[0-9]{8}_[0-9]{6}_[0-9a-f]{8}$"));
        foreach (var time in attempt[1..4])
        {
            StringAssert.Matches(time, new System.Text.RegularExpressions.Regex("^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]+Z$"));
        }

        Assert.IsLessThanOrEqualTo(0, string.CompareOrdinal(attempt[1], attempt[3]));
        Assert.AreEqual("tasks/a@1", attempt[4]);
        Assert.AreEqual("0", attempt[6]);
        Assert.AreEqual(attempt[0], run.Task("a", "current_attempt_id"));
        var wiring = run.Rows("SELECT sha256, source, snapshot_relpath FROM run_inputs WHERE kind = 'operators_config'").Single();
        Assert.AreEqual(Hash(Path.Combine(run.Folder, wiring[2])), wiring[0]);
        Assert.AreEqual("workspace_default", wiring[1]);
        var order = run.Rows("SELECT task_id FROM events WHERE kind LIKE 'ATTEMPT%' AND attempt_id IS NOT NULL ORDER BY seq")
            .Select(r => r[0])
            .ToList();
        Assert.IsLessThan(order.IndexOf("b"), order.LastIndexOf("a"), "a ends before b begins");
    }

    [TestMethod]
    public void A_script_asks_for_the_wiring_without_reading_messages()
    {
        using var campaign = new Campaign(TwoTasks);
        var file = campaign.Write("operators.yaml", "operators:\n  local.default: { kind: local, max_concurrent: 2 }\n");

        Assert.AreEqual(Hash(file), campaign.Build("ResolveOperatorWiring", "-getProperty:WiringHash").Succeeded().Said.Trim());
        using var document = JsonDocument.Parse(
            campaign.Build("ResolveOperatorWiring", "-getProperty:WiringSource", "-getItem:OperatorWiring").Succeeded().Said
        );
        Assert.AreEqual("workspace_default", document.RootElement.GetProperty("Properties").GetProperty("WiringSource").GetString());
        var wired = document.RootElement.GetProperty("Items").GetProperty("OperatorWiring")[0];
        Assert.AreEqual(
            ("local.default", "2"),
            (wired.GetProperty("Identity").GetString(), wired.GetProperty("max_concurrent").GetString())
        );
    }

    [TestMethod]
    public void Evidence_says_what_ran_where_with_which_wiring_and_is_written_once()
    {
        using var campaign = new Campaign(TwoTasks.Replace("cat deps", "false || cat deps", StringComparison.Ordinal));
        campaign.Write("operators.yaml", "# ours\noperators:\n  local.default: { kind: local }\n");
        campaign.Build("Loop").Succeeded();
        var run = campaign.Run();

        campaign.Build("ExportEvidence").Succeeded().Says("evidence");

        var evidence = Path.Combine(run.Folder, "evidence");
        using var document = JsonDocument.Parse(File.ReadAllText(Path.Combine(evidence, "bundle.json")));
        var bundle = document.RootElement;
        Assert.AreEqual(run.Id, bundle.GetProperty("run").GetProperty("run_id").GetString());
        Assert.AreEqual("COMPLETED", bundle.GetProperty("run").GetProperty("state").GetString());
        Assert.AreEqual(2, bundle.GetProperty("counts").GetProperty("COMPLETED").GetInt32());
        var wiring = bundle.GetProperty("operator_wiring");
        Assert.AreEqual("workspace_default", wiring.GetProperty("source").GetString());
        Assert.AreEqual(
            Hash(Path.Combine(evidence, wiring.GetProperty("snapshot_relpath").GetString()!)),
            wiring.GetProperty("sha256").GetString()
        );
        foreach (var attempt in bundle.GetProperty("tasks").EnumerateArray().Select(t => t.GetProperty("attempts")[0]))
        {
            Assert.AreEqual("local.default", attempt.GetProperty("operator_key").GetString());
            Assert.AreEqual(
                attempt.GetProperty("wiring_sha256").GetString(),
                Hash(Path.Combine(evidence, attempt.GetProperty("wiring_relpath").GetString()!))
            );
        }

        var output = bundle.GetProperty("tasks")[0].GetProperty("attempts")[0].GetProperty("outputs")[0];
        Assert.AreEqual(Hash(run.PathOf("a", "work/out.txt")), output.GetProperty("sha256").GetString());
        var report = File.ReadAllText(Path.Combine(evidence, "report.md"));
        StringAssert.Contains(report, run.Id);
        StringAssert.Contains(report, wiring.GetProperty("sha256").GetString()!);
        Assert.DoesNotContain(campaign.Folder, File.ReadAllText(Path.Combine(evidence, "bundle.json")), "an absolute path");

        var written = File.GetLastWriteTimeUtc(Path.Combine(evidence, "bundle.json"));
        campaign.Build("ExportEvidence").Succeeded().Says("up to date");
        Assert.AreEqual(written, File.GetLastWriteTimeUtc(Path.Combine(evidence, "bundle.json")));
    }

    [TestMethod]
    public void Progress_is_reported_while_the_Loop_runs()
    {
        using var campaign = new Campaign(
            $"""
              <ItemGroup>
                <CampaignTask Include="a" Command="true" />
                <CampaignTask Include="b" DependsOn="a" Command="{Campaign.WaitFor("go")}" />
              </ItemGroup>
            """
        );
        using var loop = campaign.Start("Loop");

        Wait.Until(
            () =>
                loop.Said.Contains("[1/2] a completed", StringComparison.Ordinal)
                && loop.Said.Contains("b started", StringComparison.Ordinal),
            "the end of a and the start of b to be told"
        );
        Assert.IsFalse(loop.HasEnded);
        campaign.Give("go");

        loop.Wait().Succeeded().Says("[2/2] b completed", "2 of 2 done", "COMPLETED");
    }

    [TestMethod]
    public void The_self_test_passes_and_leaves_nothing_in_the_workspace()
    {
        using var campaign = new Campaign(TwoTasks);

        campaign.Build("SelfTest").Succeeded().Says("Self-test passed");

        Assert.IsFalse(Directory.Exists(campaign.Runs));
    }

    private static List<JsonElement> Returned(Campaign campaign, string target)
    {
        var outcome = campaign.Build(target, "-getTargetResult:" + target).Succeeded();
        using var document = JsonDocument.Parse(outcome.Said);
        var result = document.RootElement.GetProperty("TargetResults").GetProperty(target);
        Assert.AreEqual("Success", result.GetProperty("Result").GetString());
        return [.. result.GetProperty("Items").EnumerateArray().Select(i => i.Clone())];
    }

    private static string Hash(string file) => Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(file)));
}
