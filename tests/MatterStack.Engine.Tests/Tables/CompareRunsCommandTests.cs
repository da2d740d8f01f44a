using System.Text.Json;
using MatterStack.Engine.Caching;
using MatterStack.Engine.Commands;
using MatterStack.Engine.Commands.Hosting;
using MatterStack.Engine.Lifecycle.Selections;
using MatterStack.Engine.Tests.Commands;

namespace MatterStack.Engine.Tests.Tables;

/// <summary><c>CompareRuns</c> finds what was changed between two runs, and nothing else.</summary>
[TestClass]
[OSCondition(ConditionMode.Exclude, OperatingSystems.Windows)]
public sealed class CompareRunsCommandTests : IDisposable
{
    private readonly CommandWorld _world = new();

    public void Dispose() => _world.Dispose();

    [TestMethod]
    public void Two_runs_of_one_campaign_are_equal()
    {
        Declare();
        RunTwice();

        var result = Compare(new RunArguments());

        Assert.IsTrue(result.Success, Reported());
        Assert.AreEqual("0 0 0 2", Counts(result));
        Assert.IsEmpty(_world.Reported);
    }

    [TestMethod]
    public void A_number_is_found_with_its_distance_and_the_tolerance_decides()
    {
        Declare();
        RunTwice(() => _world.Execute("UPDATE attempts SET results = replace(results, '-3.2', '-3.2001') WHERE task_id = 'a'"));

        var strict = Compare(new RunArguments());
        Assert.IsFalse(strict.Success);
        Assert.AreEqual("0 0 1 1", Counts(strict));
        Assert.AreEqual("MATTER3096", _world.Reported.Single().Code.Code);
        Assert.Contains(
            "    result fit.energy (eV): -3.2 -> -3.2001 (differs by 0.0001, relative 3.12E-05)",
            string.Join('\n', _world.Said)
        );
        Assert.IsFalse(_world.Said.Any(line => line.Contains("fingerprint, ", StringComparison.Ordinal)), string.Join('\n', _world.Said));

        Assert.IsTrue(Compare(new RunArguments { Tolerance = 1e-4 }).Success);
        Assert.IsFalse(Compare(new RunArguments { Tolerance = 1e-6 }).Success);
        Assert.IsFalse(Compare(new RunArguments { Tolerance = 0 }).Success);
    }

    [TestMethod]
    [DataRow(true)]
    [DataRow(false)]
    public void A_changed_command_is_named_as_the_part_of_the_fingerprint(bool isCached)
    {
        _world.Cache = isCached ? new CacheSettings(_world.In("cache"), CacheMode.ReadWrite) : null;
        Declare();
        RunTwice(between: () =>
            _world.Task("a", Writes("""{"fit": {"energy (eV)": -3.2, "n": 1}}""") + "true", ("Outputs", "results.json"))
        );

        var strict = Compare(new RunArguments());

        Assert.IsFalse(strict.Success);
        var task = strict.Items.Single(item => item.Metadata["item"] == "task");
        Assert.AreEqual("a different command", $"{task.Identity} {task.Metadata["change"]} {task.Metadata["fingerprint"]}");
        Assert.IsFalse(task.Metadata.ContainsKey("results"));
        var tolerant = Compare(new RunArguments { Tolerance = 0 });
        Assert.IsTrue(tolerant.Success, "with a tolerance, numbers count: " + Reported());
        Assert.Contains("  fingerprint, command: differs in 1 task", string.Join('\n', _world.Said));
    }

    [TestMethod]
    public void An_input_file_is_named()
    {
        _world.Write("campaign/in.txt", "1");
        _world.Task("a", "cp in.txt out.txt", ("Files", "in.txt"), ("Outputs", "out.txt"));
        RunTwice(between: () => _world.Write("campaign/in.txt", "2"));

        var strict = Compare(new RunArguments());

        var task = strict.Items.Single(item => item.Metadata["item"] == "task");
        Assert.AreEqual("out.txt | file in.txt", $"{task.Metadata["files"]} | {task.Metadata["fingerprint"]}");
        Assert.IsFalse(Compare(new RunArguments { Tolerance = 1 }).Success, "a task without results has nothing but its files");
    }

    [TestMethod]
    public void A_field_of_the_wiring_is_named()
    {
        Declare();
        _world.Write("campaign/operators.yaml", Wiring(2));
        RunTwice(between: () => _world.Write("campaign/operators.yaml", Wiring(3)));

        var strict = Compare(new RunArguments());

        Assert.IsFalse(strict.Success, string.Join('\n', _world.Said));
        Assert.AreEqual("1", strict.Items[0].Metadata["wiring_differences"]);
        Assert.AreEqual("0 0 0 2", Counts(strict), "the limit changes no task");
        Assert.Contains("wiring, local.default max_concurrent: 2 -> 3", string.Join('\n', _world.Said));
        Assert.IsTrue(Compare(new RunArguments { Tolerance = 0 }).Success);
    }

    [TestMethod]
    public void The_program_is_named()
    {
        Declare();
        RunTwice(() => _world.Execute($"UPDATE runs SET program_path = 'c.dll', program_sha256 = '{new string('a', 64)}'"));

        var strict = Compare(new RunArguments());

        Assert.IsFalse(strict.Success);
        Assert.AreEqual("true 0 0 0 2", $"{strict.Items[0].Metadata["program_differs"]} {Counts(strict)}");
        Assert.Contains("  program: none -> aaaaaaaaaaaa", string.Join('\n', _world.Said));
    }

    [TestMethod]
    public void Added_and_gone_tasks_and_states_are_found()
    {
        Declare();
        _world.Task("old", "true");
        RunTwice(() =>
            _world.Execute("UPDATE tasks SET state = 'FAILED' WHERE task_id = 'b'; UPDATE tasks SET task_id = 'new' WHERE task_id = 'old'")
        );

        var result = Compare(new RunArguments { Tolerance = 1 });

        Assert.IsFalse(result.Success);
        Assert.AreEqual("1 1 1 1", Counts(result));
        CollectionAssert.AreEqual(
            new[] { "b different", "new added", "old gone" },
            result.Items.Skip(1).Select(item => $"{item.Identity} {item.Metadata["change"]}").ToArray()
        );
        Assert.IsTrue(Compare(new RunArguments { Select = TaskSelection.Parse("a").Value }).Success, Reported());
    }

    [TestMethod]
    public void Keys_texts_and_elements_of_arrays_are_compared_too()
    {
        Assert.AreEqual(
            "f[1][0] 2 3; t \"x\" \"y\"; gone (eV) 1 none; deep.b true 1; gone (Ry) none 1",
            string.Join(
                "; ",
                new Engine.Reports.Comparison.ResultComparer(0)
                    .Compare(
                        """{"f": [1, [2.0]], "t": "x", "gone (eV)": 1, "deep": {"b": true}, "same": 1.50, "null": null}""".Replace(
                            "2.0",
                            "2",
                            StringComparison.Ordinal
                        ),
                        """{"f": [1, [3]], "t": "y", "gone (Ry)": 1, "deep": {"b": 1}, "same": 15e-1, "null": null}"""
                    )
                    .Found.Select(one => $"{one.Name} {one.Before ?? "none"} {one.After ?? "none"}")
            )
        );
    }

    [TestMethod]
    public void Documents_have_every_difference()
    {
        Declare();
        RunTwice(() => _world.Execute("UPDATE attempts SET results = replace(results, '-3.2', '0') WHERE task_id = 'a'"));
        var (csv, json) = (_world.In("d.csv"), _world.In("d.json"));

        _ = Compare(new RunArguments { OutputFile = csv });
        _ = Compare(new RunArguments { OutputFile = json });

        Assert.AreEqual(
            "task,change,what,name,before,after,absolute,relative\r\na,different,result,fit.energy (eV),-3.2,0,3.2,1\r\n",
            File.ReadAllText(csv)
        );
        using var document = JsonDocument.Parse(File.ReadAllText(json));
        Assert.IsTrue(document.RootElement.GetProperty("differ").GetBoolean());
        Assert.AreEqual(1, document.RootElement.GetProperty("counts").GetProperty("different").GetInt32());
        Assert.AreEqual(
            "fit.energy (eV)",
            document.RootElement.GetProperty("tasks")[0].GetProperty("results")[0].GetProperty("name").GetString()
        );
    }

    [TestMethod]
    public void Runs_are_named_or_the_run_before_is_taken()
    {
        Declare();
        Assert.IsTrue(_world.Loop(), Reported());
        _world.Reported.Clear();
        Assert.IsFalse(Compare(new RunArguments()).Success);
        Assert.AreEqual("MATTER3010", _world.Reported.Single().Code.Code);
        var id = _world.Run.Id.Value;
        _world.Reported.Clear();
        Assert.IsFalse(Compare(new RunArguments { With = id }).Success);
        Assert.Contains("both name run", _world.Reported.Single().Message);
        Assert.IsTrue(_world.Loop(new RunArguments { NewRun = true }), Reported());

        var result = Compare(new RunArguments { RunId = _world.Run.Id.Value, With = id });

        Assert.AreEqual($"{_world.Run.Id}..{id}", result.Items[0].Identity);
        Assert.AreEqual($"{id}..{_world.Run.Id}", Compare(new RunArguments()).Items[0].Identity);
    }

    private static string Wiring(int limit) => $"operators:\n  local.default: {{ kind: local, max_concurrent: {limit} }}\n";

    private static string Writes(string json) => $"cat > results.json <<'END'\n{json}\nEND\n";

    private static string Counts(CommandResult result) =>
        string.Join(' ', new[] { "added", "gone", "different", "equal" }.Select(name => result.Items[0].Metadata[name]));

    private void Declare() =>
        _world
            .Task("a", Writes("""{"fit": {"energy (eV)": -3.2, "n": 1}}"""), ("Outputs", "results.json"))
            .Task("b", Writes("""{"x": [1, 2]}"""), ("DependsOn", "a"));

    private void RunTwice(Action? after = null, Action? between = null)
    {
        Assert.IsTrue(_world.Loop(), Reported());
        between?.Invoke();
        Assert.IsTrue(_world.Loop(new RunArguments { NewRun = true }), Reported());
        after?.Invoke();
        _world.Reported.Clear();
        _world.Said.Clear();
    }

    private CommandResult Compare(RunArguments arguments) => CompareRunsCommand.Execute(_world.Context(arguments));

    private string Reported() => string.Join('\n', _world.Reported.Select(p => p.Message));
}
