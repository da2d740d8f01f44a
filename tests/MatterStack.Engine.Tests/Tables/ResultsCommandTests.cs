using System.Text.Json;
using MatterStack.Engine.Commands;
using MatterStack.Engine.Commands.Hosting;
using MatterStack.Engine.Lifecycle.Selections;
using MatterStack.Engine.Runs;
using MatterStack.Engine.Tests.Commands;

namespace MatterStack.Engine.Tests.Tables;

/// <summary><c>Results</c>: which rows and columns there are, and what their files contain.</summary>
[TestClass]
[OSCondition(ConditionMode.Exclude, OperatingSystems.Windows)]
public sealed class ResultsCommandTests : IDisposable
{
    private readonly CommandWorld _world = new();

    public void Dispose() => _world.Dispose();

    [TestMethod]
    public void A_row_per_task_has_the_named_columns_then_results_in_their_order_then_the_origin()
    {
        _world
            .Task("cu", Writes("""{"energy (eV)": -3.20, "fit": {"a0": 3.61, "ok": true}}"""), ("Columns", "element=Cu;strain=-2"))
            .Task("al", Writes("""{"note": "µ, \"x\"", "energy (eV)": 1e300}"""), ("Columns", "element=Al"));
        Assert.IsTrue(_world.Loop(), Reported());
        var run = _world.Run.Id;
        var wiring = _world.Query("SELECT wiring_sha256 FROM attempts LIMIT 1").Single();

        Assert.AreEqual(
            "run,task,state,element,strain,energy (eV),fit.a0,fit.ok,note,operator_key,wiring_sha256,cached_from\r\n"
                + $"{run},cu,COMPLETED,Cu,-2,-3.20,3.61,true,,local.default,{wiring},\r\n"
                + $"{run},al,COMPLETED,Al,,1e300,,,\"µ, \"\"x\"\"\",local.default,{wiring},\r\n",
            ReadFile("out.csv", new RunArguments())
        );
    }

    [TestMethod]
    public void A_task_that_failed_or_did_not_run_has_a_row_with_its_state()
    {
        _world
            .WithoutRetries()
            .Task("bad", Writes("""{"x": 1}""") + "; exit 3")
            .Task("after", "true", ("DependsOn", "bad"))
            .Task("good", Writes("""{"x": 2}"""));
        Assert.IsFalse(_world.Loop());

        CollectionAssert.AreEqual(
            new[] { "bad FAILED", "after SKIPPED", "good COMPLETED" },
            ReadRows(new RunArguments()).Select(row => $"{row["task"]} {row["state"]}").ToArray()
        );
    }

    [TestMethod]
    public void Same_keys_of_two_stages_stay_in_rows_of_their_own()
    {
        _world.Task("relax", Writes("""{"energy": 1}""")).Task("static", Writes("""{"energy": 2}"""), ("DependsOn", "relax"));
        Assert.IsTrue(_world.Loop(), Reported());

        var rows = ReadRows(new RunArguments());

        CollectionAssert.AreEqual(new[] { "relax 1", "static 2" }, rows.Select(row => $"{row["task"]} {row["energy"]}").ToArray());
    }

    [TestMethod]
    public void Names_that_meet_are_kept_apart()
    {
        _world.Task(
            "t",
            Writes("""{"a.b": 1, "a": {"b": 2, "B": 3}, "state": "x", "element": "y", "": 4, "new\nline": 5, "\ud83d\ude00": 6}"""),
            ("Columns", "element=Cu;task=other")
        );
        Assert.IsTrue(_world.Loop(), Reported());

        var row = ReadRows(new RunArguments()).Single();

        Assert.AreEqual(
            "\"a.b\"=1 a.b=2 a.B=3 state=COMPLETED results.state=x element=Cu results.element=y columns.task=other task=t \"\"=4 😀=6",
            string.Join(
                ' ',
                new[]
                {
                    "\"a.b\"",
                    "a.b",
                    "a.B",
                    "state",
                    "results.state",
                    "element",
                    "results.element",
                    "columns.task",
                    "task",
                    "\"\"",
                    "😀",
                }.Select(name => $"{name}={row[name]}")
            )
        );
        Assert.AreEqual("5", row["new\nline"].ToString());
    }

    [TestMethod]
    public void Arrays_are_lists_in_json_and_their_text_in_csv_and_null_is_unknown()
    {
        _world.Task("t", Writes("""{"forces": [ [1.0, "a b"], null ], "n": null, "empty": {}, "big": 12345678901234567890}"""));
        Assert.IsTrue(_world.Loop(), Reported());

        var row = ReadRows(new RunArguments()).Single();

        Assert.AreEqual("""[[1.0,"a b"],null]""", row["forces"].GetRawText());
        Assert.AreEqual("12345678901234567890", row["big"].GetRawText());
        Assert.IsFalse(row.ContainsKey("n") || row.ContainsKey("empty"));
        Assert.Contains("\"[[1.0,\"\"a b\"\"],null]\"", ReadFile("out.csv", new RunArguments()));
    }

    [TestMethod]
    public void All_runs_are_one_table_and_one_that_cannot_be_read_is_a_warning()
    {
        _world.Task("t", Writes("""{"x": 1}"""));
        Assert.IsTrue(_world.Loop() && _world.Loop(new RunArguments { NewRun = true }) && _world.Loop(new RunArguments { NewRun = true }));
        var ids = new RunsFolder(_world.Workspace.RunsDirectory).ListRuns();
        File.WriteAllText(ids[1].StoreFile, "no store");

        var rows = ReadRows(new RunArguments { Runs = "all" });

        CollectionAssert.AreEqual(new[] { ids[0].Id.Value, ids[2].Id.Value }, rows.Select(row => row["run"].GetString()).ToArray());
        Assert.AreEqual("MATTER3005", _world.Reported.Single().Code.Code);
        _world.Reported.Clear();
        Assert.HasCount(2, ReadRows(new RunArguments { Runs = $"{ids[2].Id}, {ids[0].Id}" }));
        Assert.HasCount(2, ReadRows(new RunArguments { Runs = $"{ids[2].Id};{ids[0].Id};current" }));
        Assert.IsFalse(Execute(new RunArguments { Runs = ids[1].Id.Value }).Success, "a run that is named must be readable");
    }

    [TestMethod]
    public void Selected_tasks_only()
    {
        _world.Task("a1", Writes("""{"x": 1}""")).Task("a2", "true").Task("b", Writes("""{"y": 1}"""));
        Assert.IsTrue(_world.Loop(), Reported());

        var rows = ReadRows(new RunArguments { Select = TaskSelection.Parse("a*").Value });

        Assert.AreEqual("a1 a2", string.Join(' ', rows.Select(row => row["task"])));
        Assert.IsFalse(rows[0].ContainsKey("y"), "a column of a task that is not selected");
        Assert.IsFalse(Execute(new RunArguments { Select = TaskSelection.Parse("c*").Value }).Success);
    }

    [TestMethod]
    public void A_table_for_people_shows_what_differs_and_names_the_rest_once()
    {
        _world.Host = _world.Host with { ReadLineWidth = static () => 44 };
        _world
            .Task("cu", Writes("""{"code": "emt", "e (eV)": -3.2, "long name of a quantity": 1, "k": [1]}"""))
            .Task("al", Writes("""{"code": "emt", "e (eV)": -11.25, "long name of a quantity": 2}"""));
        Assert.IsTrue(_world.Loop(), Reported());
        _world.Said.Clear();

        var result = Execute(new RunArguments());

        Assert.IsTrue(result.Success, Reported());
        CollectionAssert.AreEqual(
            new[]
            {
                "  task  e (eV)  long name of a quantity",
                "  cu      -3.2                        1",
                "  al    -11.25                        2",
            },
            _world.Said.Take(3).ToArray()
        );
        Assert.Contains("code=emt", _world.Said[3]);
        Assert.Contains("state=COMPLETED", _world.Said[3]);
        Assert.AreEqual("  not shown, since the line is full: k", _world.Said[4]);
        Assert.AreEqual("results cu al", string.Join(' ', result.Items.Select(item => item.Identity)));
        Assert.AreEqual("2", result.Items[0].Metadata["rows"]);
        Assert.Contains("\"e (eV)\":-3.2", result.Items[1].Metadata["row"]);
    }

    [TestMethod]
    public void The_ending_of_the_file_is_its_format_and_bad_arguments_are_errors()
    {
        _world.Task("t", Writes("""{"x": 1}"""));
        Assert.IsTrue(_world.Loop(), Reported());
        var folder = _world.In("folder");
        Directory.CreateDirectory(folder);

        foreach (
            var (arguments, message) in new[]
            {
                (new RunArguments { Format = "parquet" }, "Format is 'parquet', and OutputFile is not given"),
                (new RunArguments { Format = "cvs" }, "Format is 'cvs'"),
                (new RunArguments { Format = "csv", OutputFile = _world.In("x.json") }, "Format is 'csv', and OutputFile ends with .json"),
                (new RunArguments { OutputFile = folder }, $"OutputFile is '{folder}', which is a folder"),
                (new RunArguments { OutputFile = "/dev/null" }, "OutputFile is '/dev/null', which is a character device"),
                (new RunArguments { Runs = "current", RunId = "2" }, "Both Runs and RunId are given"),
                (new RunArguments { Runs = "all 2" }, "Runs is 'all 2'"),
            }
        )
        {
            _world.Reported.Clear();
            Assert.IsFalse(Execute(arguments).Success, message);
            Assert.AreEqual("MATTER3010 " + message, $"{_world.Reported.Single().Code.Code} {_world.Reported.Single().Message}");
        }

        var parquet = _world.In("new folder/t.parquet");
        Assert.IsTrue(Execute(new RunArguments { OutputFile = parquet }).Success, Reported());
        Assert.AreEqual("PAR1", System.Text.Encoding.ASCII.GetString(File.ReadAllBytes(parquet)[..4]));
        Assert.HasCount(1, Directory.GetFiles(_world.In("new folder")), "nothing is left beside the file");
    }

    [TestMethod]
    public void Without_a_file_the_lines_of_a_document_are_all_that_is_printed()
    {
        _world.Task("t", Writes("""{"x": 1}"""));
        Assert.IsTrue(_world.Loop(), Reported());
        _world.Said.Clear();

        Assert.IsTrue(Execute(new RunArguments { Format = "json" }).Success, Reported());

        using var json = JsonDocument.Parse(string.Join('\n', _world.Said));
        Assert.AreEqual(1, json.RootElement[0].GetProperty("x").GetInt32());
    }

    [TestMethod]
    public void A_task_that_runs_again_has_no_results_meanwhile()
    {
        _world.Task("t", Writes("""{"x": 1}"""));
        Assert.IsTrue(_world.Loop(), Reported());
        _world.Execute("UPDATE tasks SET state = 'READY'");

        var row = ReadRows(new RunArguments()).Single();

        Assert.AreEqual("READY", row["state"].GetString());
        Assert.IsFalse(row.ContainsKey("x"));
    }

    private static string Writes(string json) => $"cat > results.json <<'END'\n{json}\nEND\n";

    private CommandResult Execute(RunArguments arguments) => ResultsCommand.Execute(_world.Context(arguments));

    private string ReadFile(string name, RunArguments arguments)
    {
        var file = _world.In(name);
        Assert.IsTrue(Execute(arguments with { OutputFile = file }).Success, Reported());
        return File.ReadAllText(file);
    }

    private List<Dictionary<string, JsonElement>> ReadRows(RunArguments arguments) =>
        JsonSerializer.Deserialize<List<Dictionary<string, JsonElement>>>(ReadFile("out.json", arguments))!;

    private string Reported() => string.Join('\n', _world.Reported.Select(p => p.Message));
}
