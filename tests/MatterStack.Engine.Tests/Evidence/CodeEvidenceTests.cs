using System.Text.Json;
using MatterStack.Engine.Caching;
using MatterStack.Engine.Commands;
using MatterStack.Engine.Commands.Hosting;
using MatterStack.Engine.Tests.Commands;

namespace MatterStack.Engine.Tests.Evidence;

/// <summary>Which code computed a result, as commands, reports and bundles tell it.</summary>
[TestClass]
[OSCondition(ConditionMode.Exclude, OperatingSystems.Windows)]
public sealed class CodeEvidenceTests : IDisposable
{
    private readonly CommandWorld _world = new(inMemory: true);

    public void Dispose() => _world.Dispose();

    [TestMethod]
    public void Attempts_explain_reports_and_evidence_name_the_code_and_its_version()
    {
        Run();

        var attempt = AttemptsCommand.Execute(_world.Context()).Items.Single(item => item.Identity == Attempt("a"));
        Assert.AreEqual("plain; solver (Solver 2.1)", attempt.Metadata["codes"]);
        StringAssert.StartsWith(attempt.Metadata["code_sha256"], "plain=");
        Assert.IsTrue(_world.Said.Exists(line => line.Contains(", with plain, solver (Solver 2.1)", StringComparison.Ordinal)));

        Assert.IsTrue(ExplainCommand.Execute(_world.Context(new RunArguments { TaskId = "a" })).Success);
        var said = string.Join('\n', _world.Said);
        Assert.MatchesRegex(@"    code solver \(from the operator, sha256 [0-9a-f]{12}\): env env -u X true\n", said);
        Assert.MatchesRegex(@"    code plain \(from the top of the wiring, sha256 [0-9a-f]{12}\): env true\n", said);
        Assert.MatchesRegex(@"    launcher mpi \(from the top of the wiring, sha256 [0-9a-f]{12}\): env", said);

        var folder = Export();
        using var bundle = JsonDocument.Parse(File.ReadAllText(Path.Combine(folder, "bundle.json")));
        var codes = bundle.RootElement.GetProperty("tasks")[0].GetProperty("attempts")[0].GetProperty("codes");
        Assert.AreEqual("Solver 2.1", codes[1].GetProperty("version").GetString());
        Assert.AreEqual("plain", codes[0].GetProperty("code").GetString());
        Assert.IsFalse(codes[0].TryGetProperty("version", out _));
        Assert.IsFalse(bundle.RootElement.GetProperty("tasks")[1].GetProperty("attempts")[0].TryGetProperty("codes", out _));
        StringAssert.Contains(File.ReadAllText(Path.Combine(folder, "report.md")), "| `solver` | Solver 2.1 | `local.default` | `");
        StringAssert.Contains(File.ReadAllText(Path.Combine(folder, "report.html")), "plain, solver (Solver 2.1)");
        CheckCrate(folder, codes[1].GetProperty("code_sha256").GetString()!);
    }

    [TestMethod]
    public void A_cached_result_has_the_version_of_the_attempt_that_computed_it()
    {
        _world.Cache = new CacheSettings(_world.In("cache"), CacheMode.ReadWrite);
        Run();
        Run("broken");

        Assert.AreEqual("a b", string.Join(' ', _world.Query("SELECT task_id FROM attempts WHERE cached_from IS NOT NULL ORDER BY 1")));
        var attempt = AttemptsCommand.Execute(_world.Context()).Items.Single(item => item.Identity == Attempt("a"));
        Assert.AreEqual("plain; solver (Solver 2.1)", attempt.Metadata["codes"]);
        Export();
    }

    private static void CheckCrate(string folder, string hash)
    {
        using var crate = JsonDocument.Parse(File.ReadAllText(Path.Combine(folder, "ro-crate-metadata.json")));
        var graph = crate.RootElement.GetProperty("@graph").EnumerateArray().ToList();
        var code = graph.Single(entity => entity.TryGetProperty("name", out var name) && name.ValueEquals("solver"));

        Assert.AreEqual("SoftwareApplication", code.GetProperty("@type").GetString());
        Assert.AreEqual("Solver 2.1", code.GetProperty("softwareVersion").GetString());
        Assert.AreEqual(hash, code.GetProperty("identifier").GetString());
        var action = graph.Single(entity => entity.TryGetProperty("name", out var name) && name.ValueEquals("a, attempt 1"));
        var instruments = action.GetProperty("instrument").EnumerateArray().Select(one => one.GetProperty("@id").GetString()).ToList();
        Assert.HasCount(3, instruments);
        CollectionAssert.Contains(instruments, code.GetProperty("@id").GetString());
    }

    private string Export()
    {
        Assert.IsTrue(ExportEvidenceCommand.Execute(_world.Context()).Success, string.Join("; ", _world.Reported));
        Assert.IsTrue(VerifyEvidenceCommand.Execute(_world.Context()).Success, string.Join("; ", _world.Reported));
        var runs = Path.GetDirectoryName(_world.Run.Path)!;
        return Path.GetDirectoryName(Directory.GetFiles(runs, "bundle.json", SearchOption.AllDirectories)[^1])!;
    }

    private string Attempt(string task) => _world.Query($"SELECT attempt_id FROM attempts WHERE task_id = '{task}'").Single()!;

    private void Run(string version = "echo Solver 2.1")
    {
        _world.Write(
            "campaign/operators.yaml",
            $$"""
            launchers: { mpi: "env" }
            codes: { plain: { command: "true", launcher: mpi } }
            operators:
              local.default: { codes: { solver: { command: "env -u X true", launcher: mpi, version: "{{version}}" } } }

            """
        );
        _world.Task("a", "{code:solver} && {code:plain} && {launch} touch out", ("Ranks", "2"), ("Outputs", "out"));
        _world.Task("b", "touch out", ("Outputs", "out"));
        Assert.IsTrue(_world.Loop(new RunArguments { NewRun = true }), string.Join("; ", _world.Reported));
    }
}
