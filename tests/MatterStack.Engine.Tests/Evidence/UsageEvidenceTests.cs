using System.Text.Json;
using MatterStack.Engine.Commands;
using MatterStack.Engine.Runs.Checks;
using MatterStack.Engine.Tests.Commands;

namespace MatterStack.Engine.Tests.Evidence;

/// <summary>What attempts used and what a run has published, in bundles.</summary>
[TestClass]
[OSCondition(ConditionMode.Exclude, OperatingSystems.Windows)]
public sealed class UsageEvidenceTests : IDisposable
{
    private readonly CommandWorld _world = new(inMemory: true);

    public void Dispose() => _world.Dispose();

    [TestMethod]
    public void A_bundle_has_what_attempts_used_and_nothing_for_what_is_unknown()
    {
        Run();

        var folder = Export();

        using var bundle = JsonDocument.Parse(File.ReadAllText(Path.Combine(folder, "bundle.json")));
        var (known, unknown) = (GetAttempt(bundle, 0), GetAttempt(bundle, 1));
        Assert.AreEqual(
            ("2026-12-01T08:00:00.000Z", 40, 600.5, 590, 2147483648L, "sacct"),
            (
                known.GetProperty("started_at_utc").GetString(),
                known.GetProperty("queue_seconds").GetDouble(),
                known.GetProperty("wall_seconds").GetDouble(),
                known.GetProperty("cpu_seconds").GetDouble(),
                known.GetProperty("peak_memory_bytes").GetInt64(),
                known.GetProperty("usage_source").GetString()
            )
        );
        Assert.IsFalse(known.TryGetProperty("usage_note", out _));
        Assert.IsFalse(unknown.TryGetProperty("wall_seconds", out _), "unknown is no 0");
        Assert.AreEqual("nothing measured it", unknown.GetProperty("usage_note").GetString());

        using var crate = JsonDocument.Parse(File.ReadAllText(Path.Combine(folder, "ro-crate-metadata.json")));
        var graph = crate.RootElement.GetProperty("@graph").EnumerateArray().ToList();
        var action = graph.Single(entity => entity.TryGetProperty("name", out var name) && name.ValueEquals("a, attempt 1"));
        Assert.AreEqual("2026-12-01T08:00:00.000Z", action.GetProperty("startTime").GetString(), "the begin, not the submission");
        var usage = action
            .GetProperty("resourceUsage")
            .EnumerateArray()
            .Select(reference => graph.Single(entity => entity.GetProperty("@id").ValueEquals(reference.GetProperty("@id").GetString())))
            .ToDictionary(value => value.GetProperty("name").GetString()!);
        Assert.AreEqual("600.5", usage["wall time"].GetProperty("value").GetString());
        Assert.AreEqual("https://qudt.org/vocab/unit/SEC", usage["wall time"].GetProperty("unitCode").GetString());
        Assert.AreEqual("2147483648", usage["peak memory of the largest process"].GetProperty("value").GetString());
        var other = graph.Single(entity => entity.TryGetProperty("name", out var name) && name.ValueEquals("b, attempt 1"));
        Assert.IsFalse(other.TryGetProperty("resourceUsage", out _));
    }

    [TestMethod]
    public void Usage_that_an_accounting_supplies_later_renews_the_bundle()
    {
        Run();
        _world.Execute("UPDATE attempts SET usage_source = 'pending', wall_seconds = NULL WHERE task_id = 'a'");
        Export();

        _world.Execute("UPDATE attempts SET usage_source = 'sacct', wall_seconds = 7 WHERE task_id = 'a'");

        using var bundle = JsonDocument.Parse(File.ReadAllText(Path.Combine(Export(), "bundle.json")));
        Assert.AreEqual(7, GetAttempt(bundle, 0).GetProperty("wall_seconds").GetDouble());
    }

    [TestMethod]
    public void A_bundle_has_the_published_files_and_its_verification_compares_them_with_the_outputs()
    {
        Run();
        using (var bundle = JsonDocument.Parse(File.ReadAllText(Path.Combine(Export(), "bundle.json"))))
        {
            var published = bundle.RootElement.GetProperty("published").EnumerateArray().Single();
            Assert.AreEqual(
                ("results/a.csv", "a", "out.csv", GetAttempt(bundle, 0).GetProperty("outputs")[0].GetProperty("sha256").GetString()),
                (
                    published.GetProperty("path").GetString(),
                    published.GetProperty("task_id").GetString(),
                    published.GetProperty("output").GetString(),
                    published.GetProperty("sha256").GetString()
                )
            );
        }

        _world.Execute("UPDATE published SET size = 5");
        Assert.Contains("published 'out.csv' to 'results/a.csv', with other content", RunChecker.CheckFolder(_world.Run).Single().Message);
        Directory.Delete(_world.Run.EvidenceFolder, recursive: true);
        Assert.IsTrue(ExportEvidenceCommand.Execute(_world.Context()).Success);
        Assert.IsFalse(VerifyEvidenceCommand.Execute(_world.Context()).Success);
        Assert.Contains("published 'out.csv' to 'results/a.csv', with other content", _world.Reported.Single().Message);
    }

    [TestMethod]
    [DataRow("wall_seconds = -1")]
    [DataRow("peak_memory_bytes = -5")]
    public void Impossible_usage_contradicts(string change)
    {
        Run();
        _world.Execute($"UPDATE attempts SET {change} WHERE task_id = 'a'");

        Assert.Contains("has used less than nothing", RunChecker.CheckFolder(_world.Run).Single().Message);
    }

    private static JsonElement GetAttempt(JsonDocument bundle, int task) =>
        bundle.RootElement.GetProperty("tasks")[task].GetProperty("attempts")[0];

    private string Export()
    {
        Assert.IsTrue(ExportEvidenceCommand.Execute(_world.Context()).Success, string.Join("; ", _world.Reported));
        Assert.IsTrue(VerifyEvidenceCommand.Execute(_world.Context()).Success, string.Join("; ", _world.Reported));
        return _world.Run.EvidenceFolder;
    }

    private void Run()
    {
        _world.Task("a", "echo 1 > out.csv", ("Outputs", "out.csv"), ("Publish", "results/a.csv"), ("Cache", "false"));
        _world.Task("b", "true");
        Assert.IsTrue(_world.Loop(), string.Join("; ", _world.Reported));
        _world.Execute(
            "UPDATE attempts SET usage_source = 'sacct', usage_note = NULL, started_at_utc = '2026-12-01T08:00:00.000Z', "
                + "queue_seconds = 40, wall_seconds = 600.5, cpu_seconds = 590, peak_memory_bytes = 2147483648 WHERE task_id = 'a'; "
                + "UPDATE attempts SET usage_source = 'none', usage_note = 'nothing measured it', started_at_utc = NULL, "
                + "queue_seconds = NULL, wall_seconds = NULL, cpu_seconds = NULL, peak_memory_bytes = NULL WHERE task_id = 'b'"
        );
    }
}
