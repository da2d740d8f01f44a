using System.Text.Json;
using MatterStack.Engine.Campaigns;
using MatterStack.Engine.Commands;
using MatterStack.Engine.Commands.Hosting;
using MatterStack.Engine.Evidence;
using MatterStack.Engine.Files;
using MatterStack.Engine.Lifecycle.Model;
using MatterStack.Engine.Runs.Checks;
using MatterStack.Engine.Tests.Commands;

namespace MatterStack.Engine.Tests.Files;

/// <summary>Runs whose tasks leave any bytes as results: what is taken goes everywhere, what is not fails its attempt, and no run is
/// lost.</summary>
[TestClass]
[Slow]
[OSCondition(ConditionMode.Exclude, OperatingSystems.Windows)]
public sealed class PoisonedRunTests : IDisposable
{
    private const int Tasks = 60;
    private readonly CommandWorld _world = new(inMemory: true);

    public void Dispose() => _world.Dispose();

    [TestMethod]
    [DataRow(11)]
    [DataRow(12)]
    public void Whatever_a_task_leaves_the_run_ends_exports_and_verifies(int seed)
    {
        var random = new RandomJson(seed);
        var accepted = new HashSet<string>();
        for (var i = 0; i < Tasks; i++)
        {
            var content = i % 7 == 0 ? System.Text.Encoding.UTF8.GetBytes(random.Whole(1 + i)) : random.Bytes();
            Directory.CreateDirectory(_world.In("campaign"));
            File.WriteAllBytes(_world.In($"campaign/r{i}.json"), content);
            _world
                .Task($"t{i}", $"cp r{i}.json results.json", ("Files", $"r{i}.json"), ("AllowFailure", "true"), ("Outputs", "results.json"))
                .Task($"u{i}", $"cmp deps/t{i}/results.json r{i}.json", ("DependsOn", $"t{i}"), ("Files", $"r{i}.json"));
            if (OutsideJson.FindFault(content, JsonRule.Results) is null)
            {
                accepted.Add($"t{i}");
            }
        }

        Assert.IsTrue(_world.Loop(), string.Join("; ", _world.Reported.Take(3)));

        Assert.IsGreaterThan(10, accepted.Count);
        Assert.IsLessThan(Tasks - 5, accepted.Count);
        CollectionAssert.AreEquivalent(
            accepted.ToList(),
            _world.Query("SELECT task_id FROM tasks WHERE task_id LIKE 't%' AND state = 'COMPLETED'")
        );
        CollectionAssert.AreEquivalent(
            accepted.Select(t => "u" + t[1..]).ToList(),
            _world.Query("SELECT task_id FROM tasks WHERE task_id LIKE 'u%' AND state = 'COMPLETED'"),
            "dependents have it as it was written"
        );
        Assert.IsTrue(
            _world
                .Query("SELECT reason FROM tasks WHERE task_id LIKE 't%' AND state = 'FAILED'")
                .All(r => r!.Contains("results.json is not valid JSON: ", StringComparison.Ordinal))
        );
        GoesEverywhere();
    }

    [TestMethod]
    [DataRow(21)]
    public void Whatever_a_task_leaves_a_campaign_class_is_given(int seed)
    {
        var random = new RandomJson(seed);
        for (var i = 0; i < Tasks; i++)
        {
            Directory.CreateDirectory(_world.In("campaign"));
            File.WriteAllBytes(
                _world.In($"campaign/r{i}.json"),
                i % 7 == 0 ? System.Text.Encoding.UTF8.GetBytes(random.Whole(1 + i)) : random.Bytes()
            );
        }

        var read = 0;
        _world.Class(new CampaignInMemory(() => new Reads(() => read++)));

        Assert.IsTrue(_world.Loop(), string.Join("; ", _world.Reported.Take(3)));

        Assert.IsGreaterThan(10, read);
        Assert.AreEqual("COMPLETED", _world.Query("SELECT state FROM runs").Single());
        GoesEverywhere();
    }

    [TestMethod]
    [DataRow("{\"n\": \"\\ud800\"}", "'\\ud800' is one half of a surrogate pair")]
    [DataRow("{\"a\": 1, \"a\": 2}", "the name \"a\" occurs twice")]
    [DataRow("{\"a\": 1e99999999999}", "the number 1e99999999999 is out of range")]
    public void What_an_earlier_version_took_is_exported_as_text_and_said(string results, string why)
    {
        _world.Task("old", "printf '{\"n\": 1}' > results.json").Task("other", "printf '{\"n\": 2}' > results.json");
        Assert.IsTrue(_world.Loop());
        _world.Execute($"UPDATE attempts SET results = '{results}' WHERE task_id = 'old'");

        Assert.IsTrue(ExportEvidenceCommand.Execute(_world.Context()).Success, string.Join("; ", _world.Reported));

        var warning = _world.Reported.Single();
        Assert.AreEqual(EvidenceCodes.ResultsAsText, warning.Code);
        Assert.Contains(why, warning.Message);
        Assert.IsTrue(VerifyEvidenceCommand.Execute(_world.Context()).Success, string.Join("; ", _world.Reported));
        using var bundle = JsonDocument.Parse(File.ReadAllText(Path.Combine(_world.Run.EvidenceFolder, "bundle.json")));
        var attempts = bundle.RootElement.GetProperty("tasks").EnumerateArray().Select(t => t.GetProperty("attempts")[0]).ToList();
        Assert.AreEqual(results, attempts[0].GetProperty("results_text").GetString());
        Assert.AreEqual(2, attempts[1].GetProperty("results").GetProperty("n").GetInt32());
        Assert.IsTrue(ReportCommand.Execute(_world.Context()).Success);
    }

    private void GoesEverywhere()
    {
        _world.Reported.Clear();
        Assert.IsTrue(ExportEvidenceCommand.Execute(_world.Context()).Success, string.Join("; ", _world.Reported.Take(3)));
        Assert.IsTrue(VerifyEvidenceCommand.Execute(_world.Context()).Success, string.Join("; ", _world.Reported.Take(3)));
        Assert.IsTrue(ReportCommand.Execute(_world.Context()).Success);
        Assert.IsTrue(CiReportCommand.Execute(_world.Context()).Success);
        Assert.IsTrue(AttemptsCommand.Execute(_world.Context()).Success);
        Assert.IsTrue(ExplainCommand.Execute(_world.Context()).Success);
        Assert.IsTrue(StatusCommand.Execute(_world.Context()).Success);
        Assert.IsEmpty(_world.Reported, string.Join("; ", _world.Reported.Take(3)));
        Assert.IsEmpty(RunChecker.CheckFolder(_world.Run));
        Assert.IsTrue(
            RequestCommand.Execute(_world.Context(new RunArguments { TaskId = "t0" }), RequestKind.Rerun, CancellationToken.None).Success,
            "the run can still be moved"
        );
    }

    /// <summary>Reads all that its tasks left, to the last word.</summary>
    private sealed class Reads(Action read) : Campaign<List<string>>
    {
        public override Workflow? Plan(List<string>? state) =>
            state is not null
                ? null
                :
                [
                    .. Enumerable
                        .Range(0, Tasks)
                        .Select(i => new CampaignTask
                        {
                            Id = $"t{i}",
                            Command = $"cp r{i}.json results.json",
                            Files = [$"r{i}.json"],
                            AllowFailure = true,
                        }),
                ];

        public override List<string> Analyze(List<string>? state, TaskResults results)
        {
            var seen = new List<string>();
            foreach (var result in results.Where(r => r.HasResult))
            {
                read();
                seen.Add(JsonSerializer.Serialize(result.GetResult<JsonElement>()));
                seen.AddRange(result.GetResult<Dictionary<string, object?>>().Select(pair => $"{pair.Key} {pair.Value}"));
            }

            return seen;
        }
    }
}
