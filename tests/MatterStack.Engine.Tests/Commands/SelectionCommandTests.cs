using MatterStack.Engine.Caching;
using MatterStack.Engine.Campaigns;
using MatterStack.Engine.Commands;
using MatterStack.Engine.Commands.Hosting;
using MatterStack.Engine.Lifecycle.Model;
using MatterStack.Engine.Lifecycle.Selections;
using MatterStack.Engine.Runs;
using MatterStack.Engine.Runs.Checks;

namespace MatterStack.Engine.Tests.Commands;

/// <summary><c>Loop</c> and <c>Step</c> with <c>Select</c>, and what reports say about it.</summary>
[TestClass]
[OSCondition(ConditionMode.Exclude, OperatingSystems.Windows)]
public sealed class SelectionCommandTests : IDisposable
{
    private readonly CommandWorld _world = new();

    public void Dispose() => _world.Dispose();

    [TestMethod]
    public void A_loop_runs_the_selected_tasks_and_a_later_one_the_rest()
    {
        DeclareTree();

        Assert.IsTrue(_world.Loop(Select("b?")), Reported());

        Assert.AreEqual("a=COMPLETED b1=COMPLETED b2=COMPLETED c1=PENDING d=PENDING", _world.States());
        Assert.AreEqual("RUNNING b?", _world.Query("SELECT state || ' ' || selection FROM runs").Single());
        Assert.Contains(
            "c: the selected tasks and those they need have ended (3 COMPLETED); 2 tasks are left: -t:Loop goes on with them",
            _world.Said
        );
        Assert.AreEqual("not selected", _world.Query("SELECT reason FROM tasks WHERE task_id = 'd'").Single());
        Assert.IsEmpty(_world.Query("SELECT attempt_id FROM attempts WHERE task_id IN ('c1', 'd')"));
        AssertSound();

        Assert.IsTrue(_world.Loop(), Reported());

        Assert.AreEqual("a=COMPLETED b1=COMPLETED b2=COMPLETED c1=COMPLETED d=COMPLETED", _world.States());
        Assert.AreEqual("COMPLETED", _world.Query("SELECT state FROM runs").Single());
        Assert.HasCount(5, _world.Query("SELECT attempt_id FROM attempts"), "nothing runs twice");
        CollectionAssert.AreEqual(
            new[] { "b?: 3 tasks with what they need; 2 left out", "all tasks" },
            _world.Query("SELECT details FROM events WHERE kind = 'RUN_SELECTED' ORDER BY seq")
        );
        AssertSound();
    }

    [TestMethod]
    public void A_selection_is_in_no_fingerprint()
    {
        _world.Cache = new CacheSettings(_world.In("cache"), CacheMode.ReadWrite);
        DeclareTree();
        Assert.IsTrue(_world.Loop(Select("b1")) && _world.Loop(Select("d")) && _world.Loop(), Reported());

        Assert.IsTrue(_world.Loop(Select("c1") with { NewRun = true }) && _world.Loop(), Reported());

        Assert.HasCount(5, _world.Query("SELECT cached_from FROM attempts WHERE cached_from IS NOT NULL"), _world.States());
    }

    [TestMethod]
    public void Steps_take_a_selection_too()
    {
        DeclareTree();

        do
        {
            Assert.IsTrue(_world.Step(Select("b1")), Reported());
            UntilNothingRuns();
        } while (!_world.States().Contains("b1=COMPLETED", StringComparison.Ordinal));

        Assert.AreEqual("a=COMPLETED b1=COMPLETED b2=PENDING c1=PENDING d=PENDING", _world.States());
        AssertSound();
    }

    [TestMethod]
    public void A_failed_task_of_the_selection_is_an_error_and_what_depends_on_it_and_is_not_selected_stays_pending()
    {
        _world.Task("a", $"[ -e '{_world.In("mended")}' ]").Task("b", "true", ("DependsOn", "a")).Task("c", "true");

        Assert.IsFalse(_world.Loop(Select("a")));

        Assert.AreEqual("a=FAILED b=PENDING c=PENDING", _world.States());
        Assert.AreEqual("RUNNING", _world.Query("SELECT state FROM runs").Single());
        Assert.IsTrue(
            _world.Reported.Any(static p => p.Code == RunCodes.TaskFailed && p.Message.Contains("'a'", StringComparison.Ordinal))
        );
        Assert.Contains("1 selected task of run", _world.Reported[^1].Message);
        AssertSound();

        Assert.IsTrue(_world.Loop(Select("c")), "a failure that is not selected is no error of this command");
        _world.Write("mended", "");
        Assert.IsTrue(Ask(RequestKind.Rerun, Select("state=FAILED")), Reported());
        Assert.IsTrue(_world.Loop(), Reported());
        Assert.AreEqual("a=COMPLETED b=COMPLETED c=COMPLETED", _world.States());
        AssertSound();
    }

    [TestMethod]
    public void A_later_loop_skips_what_depends_on_a_failed_task_and_the_run_fails()
    {
        _world.Task("a", "false").Task("b", "true", ("DependsOn", "a")).Task("c", "true");
        Assert.IsFalse(_world.Loop(Select("a")));

        Assert.IsFalse(_world.Loop());

        Assert.AreEqual("a=FAILED b=SKIPPED c=COMPLETED", _world.States());
        Assert.AreEqual("FAILED", _world.Query("SELECT state FROM runs").Single());
        AssertSound();
    }

    [TestMethod]
    public void A_selection_without_tasks_creates_no_run()
    {
        DeclareTree();

        Assert.IsFalse(_world.Loop(Select("b_1")));
        Assert.IsFalse(_world.Step(Select("state=FAILED")));
        Assert.IsFalse(_world.Loop(Select("b_1") with { NewRun = true }));

        Assert.IsFalse(Directory.Exists(_world.Workspace.RunsDirectory));
        Assert.IsTrue(_world.Reported.All(static problem => problem.Code.Code == "MATTER3024"), Reported());
        Assert.AreEqual("'b_1' matches nothing; near are b1.", _world.Reported[0].Remedy);
    }

    [TestMethod]
    public void A_selection_without_tasks_changes_no_run()
    {
        DeclareTree();
        Assert.IsTrue(_world.Loop(Select("a")));
        var before = _world.Query("SELECT max(seq) || '' FROM events").Single();

        Assert.IsFalse(_world.Loop(Select("b_1")));
        Assert.IsFalse(_world.Step(Select("b_1")));

        Assert.AreEqual(before, _world.Query("SELECT max(seq) || '' FROM events").Single());
        Assert.AreEqual("a", _world.Query("SELECT selection FROM runs").Single());
    }

    [TestMethod]
    public void A_selection_counts_for_later_iterations_of_a_class()
    {
        _world.Class(new CampaignInMemory(() => new Pairs(3)));

        Assert.IsTrue(_world.Loop(Select("left* iteration=0-1")), Reported());
        Assert.AreEqual("left0=COMPLETED right0=PENDING", _world.States(), "the class is asked when the iteration has ended");
        Assert.IsTrue(_world.Loop(Select("iteration=1")), "its tasks may still be planned");
        Assert.AreEqual("left0=COMPLETED right0=PENDING", _world.States());
        Assert.IsTrue(_world.Loop(Select("right0 left1")), Reported());
        Assert.AreEqual("left0=COMPLETED right0=COMPLETED left1=COMPLETED right1=PENDING", _world.States());
        AssertSound();

        Assert.IsTrue(_world.Loop(), Reported());
        Assert.AreEqual("COMPLETED", _world.Query("SELECT state FROM runs").Single());
        AssertSound();
    }

    [TestMethod]
    public void Work_of_an_earlier_command_goes_on_when_another_one_does_not_select_it()
    {
        var gate = _world.In("gate");
        _world.Task("a", CommandWorld.WaitFor(gate)).Task("b", "true");
        Assert.IsTrue(_world.Step(Select("a")), Reported());

        Assert.IsTrue(_world.Loop(Select("b")), Reported());
        Assert.AreEqual("a=RUNNING b=COMPLETED", _world.States());
        Assert.Contains("1 task is left (1 attempt of them under way)", string.Join('\n', _world.Said));

        File.WriteAllText(gate, "");
        Assert.IsTrue(_world.Loop(), Reported());
        Assert.AreEqual("a=COMPLETED b=COMPLETED", _world.States());
    }

    [TestMethod]
    public void A_loop_with_a_selection_does_not_wait_for_a_held_task_that_it_leaves_out()
    {
        _world.Task("a", "false", ("OnFailure", "hold")).Task("b", "true").Task("c", "true");
        Assert.IsTrue(_world.Loop(Select("a")), Reported());

        Assert.IsTrue(_world.Loop(Select("b") with { Wait = true }), Reported());

        Assert.AreEqual("a=WAITING_EXTERNAL b=COMPLETED c=PENDING", _world.States());
        AssertSound();
    }

    [TestMethod]
    public void Explain_and_status_say_what_is_not_selected_and_how_it_goes_on()
    {
        DeclareTree();
        Assert.IsTrue(_world.Loop(Select("b1")));

        _world.Said.Clear();
        ExplainCommand.Execute(_world.Context());
        var all = string.Join('\n', _world.Said);
        Assert.Contains("d PENDING: is not selected: the last Loop or Step had Select='b1' -> -t:Loop runs all tasks", all);
        Assert.DoesNotContain("c1 ", all, "it waits for another task");

        _world.Said.Clear();
        var one = ExplainCommand.Execute(_world.Context(new RunArguments { TaskId = "c1" }));
        Assert.Contains(
            "is not selected: the last Loop or Step had Select='b1'; it waits for b2 (PENDING)",
            string.Join('\n', _world.Said)
        );
        Assert.HasCount(1, one.Items);

        _world.Said.Clear();
        var status = StatusCommand.Execute(_world.Context());
        Assert.Contains("  selected: b1; 3 tasks are left", _world.Said);
        Assert.AreEqual("b1", status.Items[0].Metadata["selection"]);

        ReportCommand.Execute(_world.Context());
        Assert.Contains("b1; the other tasks wait for a later Loop", File.ReadAllText(Path.Combine(_world.Run.Path, "report.html")));
    }

    [TestMethod]
    public void Explain_and_attempts_take_a_selection()
    {
        DeclareTree();
        Assert.IsTrue(_world.Loop(Select("b1")));

        Assert.AreEqual("b1 b2", Ids(ExplainCommand.Execute(_world.Context(Select("b?"))), "task_id"));
        Assert.AreEqual("a b1", Ids(AttemptsCommand.Execute(_world.Context(Select("state=COMPLETED"))), "task_id"));
        Assert.AreEqual("b1", Ids(AttemptsCommand.Execute(_world.Context(Select("b?"))), "task_id"));
        Assert.IsFalse(AttemptsCommand.Execute(_world.Context(Select("b"))).Success);
        Assert.IsFalse(ExplainCommand.Execute(_world.Context(Select("b?") with { TaskId = "a" })).Success);
        Assert.AreEqual("Both Select and TaskId are given", _world.Reported[^1].Message);
    }

    [TestMethod]
    public void A_plan_of_all_tasks_has_those_that_the_last_loop_left_out()
    {
        DeclareTree();
        Assert.IsTrue(_world.Loop(Select("b1")));

        var plan = _world.Plan();

        var actions = plan.Items.Where(static item => item.Metadata.ContainsKey("action") && item.Metadata.ContainsKey("task_id"));
        Assert.AreEqual(
            "a=known b1=known b2=run c1=unknown d=run",
            string.Join(' ', actions.Select(static item => $"{item.Metadata["task_id"]}={item.Metadata["action"]}"))
        );
    }

    [TestMethod]
    public void A_class_that_plans_once_makes_a_selection_without_tasks_an_error()
    {
        _world.Class(new CampaignInMemory(static () => new Once()));

        Assert.IsFalse(_world.Loop(Select("none")));

        Assert.AreEqual("MATTER3024", _world.Reported[^1].Code.Code);
        Assert.IsEmpty(new RunsFolder(_world.Workspace.RunsDirectory).ListRuns());
    }

    [TestMethod]
    public void Evidence_of_a_run_with_a_selection_is_sound_and_has_it()
    {
        DeclareTree();
        Assert.IsTrue(_world.Loop(Select("b1")));

        Assert.IsTrue(ExportEvidenceCommand.Execute(_world.Context()).Success, Reported());

        Assert.IsTrue(VerifyEvidenceCommand.Execute(_world.Context()).Success, Reported());
        var bundle = Path.Combine(_world.Run.Path, "evidence");
        Assert.Contains("\"selection\": \"b1\"", File.ReadAllText(Path.Combine(bundle, "bundle.json")));
        Assert.Contains("RUN_SELECTED", File.ReadAllText(Path.Combine(bundle, "events.jsonl")));
    }

    private static RunArguments Select(string text) => new() { Select = TaskSelection.Parse(text).Value };

    private static string Ids(CommandResult result, string name) => string.Join(' ', result.Items.Select(item => item.Metadata[name]));

    private void DeclareTree()
    {
        _world.Task("a", "echo 1 > out", ("Outputs", "out"));
        _world.Task("b1", "echo 2 > out", ("Outputs", "out"), ("DependsOn", "a"));
        _world.Task("b2", "echo 3 > out", ("Outputs", "out"), ("DependsOn", "a"));
        _world.Task("c1", "echo 4 > out", ("Outputs", "out"), ("DependsOn", "b2"));
        _world.Task("d", "echo 5 > out", ("Outputs", "out"));
    }

    private void UntilNothingRuns()
    {
        foreach (var attempt in _world.Query("SELECT relative_path FROM attempts WHERE ended_at_utc IS NULL"))
        {
            _world.UntilExited(Path.GetFileName(attempt!));
        }
    }

    private bool Ask(RequestKind kind, RunArguments arguments) =>
        RequestCommand.Execute(_world.Context(arguments), kind, CancellationToken.None).Success;

    private string Reported() => string.Join("; ", _world.Reported.Select(static problem => problem.Text));

    private void AssertSound() => Assert.IsEmpty(RunChecker.CheckFolder(_world.Run));

    /// <summary>One workflow and no analysis.</summary>
    private sealed class Once : Campaign
    {
        public override Workflow Plan() => [new() { Id = "only", Command = "true" }];
    }

    /// <summary>Two independent tasks in each iteration.</summary>
    private sealed class Pairs(int count) : Campaign<List<int>>
    {
        public override Workflow? Plan(List<int>? state)
        {
            var iteration = state?.Count ?? 0;
            return iteration >= count
                ? null
                :
                [
                    new() { Id = FormattableString.Invariant($"left{iteration}"), Command = "true" },
                    new() { Id = FormattableString.Invariant($"right{iteration}"), Command = "true" },
                ];
        }

        public override List<int> Analyze(List<int>? state, TaskResults results) => [.. state ?? [], 1];
    }
}
