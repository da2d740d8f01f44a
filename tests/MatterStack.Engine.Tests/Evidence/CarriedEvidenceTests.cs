using System.Text.Json;
using MatterStack.Engine.Caching;
using MatterStack.Engine.Commands;
using MatterStack.Engine.Commands.Hosting;
using MatterStack.Engine.Runs.Store;
using MatterStack.Engine.Tests.Commands;

namespace MatterStack.Engine.Tests.Evidence;

/// <summary>Files that attempts carried on from, as records, the cache and bundles tell them.</summary>
[TestClass]
[OSCondition(ConditionMode.Exclude, OperatingSystems.Windows)]
public sealed class CarriedEvidenceTests : IDisposable
{
    private const string Command = "n=$(cat n 2>/dev/null || echo 0); echo $((n + 1)) > n; [ $n = 2 ] && echo end > out";
    private readonly CommandWorld _world = new();

    public void Dispose() => _world.Dispose();

    [TestMethod]
    public void A_bundle_has_carried_files_as_results_of_one_action_and_objects_of_the_next()
    {
        Run();

        using (var reader = new RunReader(_world.Run))
        {
            var attempts = reader.ReadAttempts().ToList();
            Assert.AreEqual("0 1 2", string.Join(' ', attempts.Select(attempt => attempt.ContinuedAttempts)));
            Assert.AreEqual(attempts[1].AttemptId, attempts[2].Carried.Single().Origin);
        }

        var shown = AttemptsCommand.Execute(_world.Context()).Items.Single(item => item.Metadata["attempt_index"] == "3").Metadata;
        Assert.AreEqual("n", shown["carried"]);
        Assert.AreEqual("2", shown["continued_attempts"]);
        Assert.IsTrue(_world.Said.Exists(line => line.Contains(", with files of earlier attempts: n", StringComparison.Ordinal)));

        var folder = Export();
        using var bundle = JsonDocument.Parse(File.ReadAllText(Path.Combine(folder, "bundle.json")));
        var last = bundle.RootElement.GetProperty("tasks")[0].GetProperty("attempts")[2];
        Assert.AreEqual("n", last.GetProperty("carried")[0].GetProperty("path").GetString());
        Assert.AreEqual(2, last.GetProperty("carried")[0].GetProperty("size").GetInt64());
        Assert.AreEqual(2, last.GetProperty("continued_attempts").GetInt32());

        using var crate = JsonDocument.Parse(File.ReadAllText(Path.Combine(folder, "ro-crate-metadata.json")));
        var graph = crate.RootElement.GetProperty("@graph").EnumerateArray().ToList();
        var id = Ids(Find(graph, "a, attempt 3"), "object").Single(one => one.StartsWith("#carried-", StringComparison.Ordinal));
        CollectionAssert.Contains(Ids(Find(graph, "a, attempt 2"), "result").ToArray(), id);
        var file = graph.Single(entity => entity.GetProperty("@id").ValueEquals(id));
        Assert.AreEqual("n", file.GetProperty("name").GetString());
        Assert.AreEqual(last.GetProperty("carried")[0].GetProperty("sha256").GetString(), file.GetProperty("sha256").GetString());
    }

    [TestMethod]
    public void A_cached_result_says_how_many_attempts_it_continued()
    {
        _world.Cache = new CacheSettings(_world.In("cache"), CacheMode.ReadWrite);
        Run();

        Assert.IsTrue(_world.Loop(new RunArguments { NewRun = true }));

        using var reader = new RunReader(_world.Run);
        var attempt = reader.ReadAttempts().Single();
        Assert.IsNotNull(attempt.CachedFrom);
        Assert.AreEqual(2, attempt.ContinuedAttempts);
        StringAssert.EndsWith(
            reader.ReadEvents().Single(e => e.Details?.StartsWith("not executed", StringComparison.Ordinal) == true).Details,
            ", which continued 2 earlier attempts"
        );
        Export();
    }

    [TestMethod]
    [DataRow("origin_attempt_id = 'att_0000000000000000000000000z'", "which is no attempt of this task")]
    [DataRow("origin_attempt_id = attempt_id", "which is not an earlier one")]
    public void A_carried_file_of_another_origin_contradicts_the_records(string change, string problem)
    {
        Run();
        _world.Execute("UPDATE carried_files SET " + change);

        Assert.IsFalse(CheckRunCommand.Execute(_world.Context()).Success);

        StringAssert.Contains(_world.Reported[0].Message, problem);
    }

    private void Run()
    {
        _world.Task("a", Command, ("Outputs", "out"), ("MaxAttempts", "3"), ("Carry", "n"));
        Assert.IsTrue(_world.Loop(), string.Join("; ", _world.Reported));
    }

    private string Export()
    {
        Assert.IsTrue(ExportEvidenceCommand.Execute(_world.Context()).Success, string.Join("; ", _world.Reported));
        Assert.IsTrue(VerifyEvidenceCommand.Execute(_world.Context()).Success, string.Join("; ", _world.Reported));
        var runs = Path.GetDirectoryName(_world.Run.Path)!;
        return Path.GetDirectoryName(Directory.GetFiles(runs, "bundle.json", SearchOption.AllDirectories)[^1])!;
    }

    private static JsonElement Find(List<JsonElement> graph, string name) =>
        graph.Single(entity => entity.TryGetProperty("name", out var text) && text.ValueEquals(name));

    private static IEnumerable<string> Ids(JsonElement action, string property) =>
        action.GetProperty(property).EnumerateArray().Select(one => one.GetProperty("@id").GetString()!);
}
