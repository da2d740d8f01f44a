using System.Text.Json.Nodes;
using MatterStack.Engine.Caching;
using MatterStack.Engine.Commands;
using MatterStack.Engine.Commands.Hosting;
using MatterStack.Engine.Files;
using MatterStack.Engine.Identity;
using MatterStack.Engine.Lifecycle.Model;
using MatterStack.Engine.Lifecycle.Selections;
using MatterStack.Engine.Problems;
using MatterStack.Engine.Runs;
using MatterStack.Engine.Runs.Checks;
using MatterStack.Engine.Runs.Store;

namespace MatterStack.Engine.Tests.Commands;

/// <summary>A person amends tasks of a run, while a loop runs and while none runs.</summary>
[TestClass]
[OSCondition(ConditionMode.Exclude, OperatingSystems.Windows)]
public sealed partial class AmendCommandTests : IDisposable
{
    private readonly CommandWorld _world = new();

    public void Dispose() => _world.Dispose();

    [TestMethod]
    public void A_failed_task_runs_again_with_the_new_values()
    {
        _world.Task("a", "echo $MATTERSTACK_CORES > cores.txt; [ $MATTERSTACK_CORES = 2 ]", ("Outputs", "cores.txt"));
        Assert.IsFalse(_world.Loop());

        Assert.IsTrue(
            Amend(
                new()
                {
                    TaskId = "a",
                    Cores = "2",
                    Reason = "two cores",
                }
            ),
            Reported()
        );

        Assert.AreEqual("a=FAILED", _world.States());
        AssertSound();
        Assert.IsTrue(Ask(RequestKind.Rerun, new() { TaskId = "a" }), Reported());
        Assert.IsTrue(_world.Loop(), Reported());
        Assert.AreEqual("2\n", File.ReadAllText(_world.Attempt("a@2/work/cores.txt")));
        Assert.AreEqual("two cores", _world.Query("SELECT reason FROM amendments").Single());
        var amended = _world.Query("SELECT details FROM events WHERE kind = 'TASK_AMENDED'").Single()!;
        Assert.Contains("Cores from the default to 2; the result can change: definition ", amended);
        Assert.Contains("(two cores)", amended);
        AssertSound();
    }

    [TestMethod]
    public void An_amendment_reaches_a_running_loop_and_the_attempt_under_way_goes_on()
    {
        DeclareGate();
        Assert.IsTrue(_world.Init());
        using var loop = new LoopOnOtherThread(_world, new RunArguments());
        CommandWorld.Until(() => _world.States().StartsWith("first=RUNNING", StringComparison.Ordinal), "the first task");

        Assert.IsTrue(
            Amend(
                new()
                {
                    Select = Select("first second"),
                    Cores = "2",
                    Confirm = true,
                }
            ),
            Reported()
        );
        OpenGate();
        loop.Join();

        Assert.AreEqual("first=COMPLETED second=COMPLETED", _world.States());
        Assert.AreEqual("1\n", File.ReadAllText(_world.Attempt("first@1/stdout.log")));
        Assert.AreEqual(
            "2\n",
            File.ReadAllText(_world.Attempt($"second@{_world.Query("SELECT CAST(attempts AS TEXT) FROM tasks")[1]}/stdout.log"))
        );
        Assert.Contains("task first is under way with the former values", string.Join('\n', _world.Said));
        AssertSound();
    }

    [TestMethod]
    public void Several_tasks_are_only_shown_until_they_are_confirmed()
    {
        DeclareGate();
        Assert.IsTrue(_world.Init());

        var shown = AmendCommand.Execute(_world.Context(new() { Select = Select("*"), MemoryGb = "0.5" }), CancellationToken.None);

        Assert.IsTrue(shown.Success);
        Assert.HasCount(2, shown.Items);
        var said = string.Join('\n', _world.Said);
        Assert.Contains("  first READY", said);
        Assert.Contains("MemoryGb=0.5 would amend 2 tasks; nothing is changed. -p:Confirm=true does it", said);
        Assert.IsEmpty(_world.Query("SELECT changes FROM amendments"));
        Assert.IsEmpty(_world.Query("SELECT kind FROM events WHERE kind LIKE '%AMEND%'"));

        Assert.IsTrue(
            Amend(
                new()
                {
                    Select = Select("*"),
                    MemoryGb = "0.5",
                    Confirm = true,
                }
            ),
            Reported()
        );
        Assert.HasCount(2, _world.Query("SELECT changes FROM amendments"));
        Assert.HasCount(1, _world.Query("SELECT kind FROM events WHERE kind = 'REQUEST_AMEND'"), "one request for all");
        AssertSound();
    }

    [TestMethod]
    public void A_pattern_that_matches_one_task_acts_at_once_and_matches_whole_ids()
    {
        _world.Task("add", "true").Task("add_more", "true");
        Assert.IsTrue(_world.Init());

        Assert.IsTrue(Amend(new() { Select = Select("add"), Cores = "2" }), Reported());

        CollectionAssert.AreEqual(new[] { "add" }, _world.Query("SELECT task_id FROM amendments"));
    }

    [TestMethod]
    public void Of_two_amendments_the_later_counts_and_Respond_and_Cancel_go_with_them()
    {
        _world.Task("a", "exit 3", ("OnFailure", "hold")).Task("b", "true", ("DependsOn", "a"));
        _world.Loop();
        Assert.AreEqual("a=WAITING_EXTERNAL b=PENDING", _world.States());
        AddRequest(CreateRequest(("Cores", "2"), "a", "b"));
        AddRequest(CreateRequest(("Cores", "3"), "a", "b"));
        AddRequest(new RunRequest(RequestKind.Respond, "a", null, false, "ada@lab", null) { Decision = HoldDecision.Retry });
        AddRequest(CreateRequest(("MemoryGb", "0.25"), "a"));
        AddRequest(new RunRequest(RequestKind.Cancel, null, null, false, "ada@lab", null));
        AddRequest(CreateRequest(("Cores", "4"), "b"));

        Assert.IsFalse(_world.Loop());

        Assert.AreEqual("a=CANCELLED b=CANCELLED", _world.States());
        Assert.AreEqual("3,4", string.Join(',', _world.Query("SELECT CAST(cores AS TEXT) FROM tasks ORDER BY seq")));
        AssertSound();
    }

    [TestMethod]
    public void A_job_in_a_queue_is_replaced_and_the_next_attempt_has_the_values()
    {
        var queue = new QueueInMemory();
        _world.Host = _world.Host with { Operators = (_, report) => queue.Connect(report) };
        _world.Task("a", "true", ("MaxAttempts", "1"), ("MemoryGb", "0.25"));
        Assert.IsTrue(_world.Step());
        CommandWorld.Until(() => _world.Step() && _world.Query("SELECT state FROM attempts")[0] == "SUBMITTED", "the job");

        Assert.IsTrue(Amend(new() { TaskId = "a", MemoryGb = "0.5" }), Reported());

        Assert.AreEqual("CANCELLED AMENDED", _world.Query("SELECT state || ' ' || end_cause FROM attempts").Single());
        Assert.AreEqual("a=READY", _world.States());
        Assert.IsNull(
            _world.Query("SELECT history FROM tasks").Single() is { } history && history.Contains("own", StringComparison.Ordinal)
                ? history
                : null
        );
        AssertSound();
        queue.Runs = true;
        Assert.IsTrue(_world.Loop(), Reported());
        CollectionAssert.AreEqual(new double?[] { 0.25, 0.5 }, queue.Memory);
        Assert.AreEqual("a=COMPLETED", _world.States());
        AssertSound();
        _world.Said.Clear();
        Assert.IsTrue(ExplainCommand.Execute(_world.Context(new() { TaskId = "a" })).Success);
        Assert.Contains("ATTEMPT_CANCELLED: replaced: ", string.Join('\n', _world.Said));
    }

    [TestMethod]
    public void A_job_that_begins_at_that_moment_goes_on_with_the_former_values()
    {
        var queue = new QueueInMemory { BeginsWhenWithdrawn = true };
        _world.Host = _world.Host with { Operators = (_, report) => queue.Connect(report) };
        _world.Task("a", "true", ("MemoryGb", "0.25"));
        Assert.IsTrue(_world.Step());
        CommandWorld.Until(() => _world.Step() && _world.Query("SELECT state FROM attempts")[0] == "SUBMITTED", "the job");

        Assert.IsTrue(Amend(new() { TaskId = "a", MemoryGb = "0.5" }), Reported());

        Assert.AreEqual("RUNNING", _world.Query("SELECT state FROM attempts").Single());
        Assert.IsEmpty(_world.Query("SELECT subject FROM ends"));
        Assert.HasCount(1, _world.Query("SELECT kind FROM events WHERE kind = 'ATTEMPT_NOT_REPLACED'"));
        AssertSound();
        using (var store = RunStore.Open(_world.Run, RealDisk.Instance))
        {
            var model = store.LoadModel();
            Assert.AreEqual(
                0.25,
                store.BuildLiveAttemptRequests(model).Single().Task.MemoryGb,
                "a later process polls it with its own definition"
            );
            Assert.AreEqual(256, model.LiveAttempts.Single().Needs!.MemoryMib);
            Assert.AreEqual(512, model.Tasks[0].Needs!.MemoryMib);
        }

        _world.Said.Clear();
        Assert.IsTrue(AttemptsCommand.Execute(_world.Context()).Success);
        Assert.Contains("MemoryGb was 0.25", string.Join('\n', _world.Said));
    }

    [TestMethod]
    public void A_changed_command_changes_the_fingerprint_and_what_began_before_is_published_under_its_own()
    {
        _world.Cache = new CacheSettings(_world.In("cache"), CacheMode.ReadWrite);
        Declare("old");
        Assert.IsTrue(_world.Step(), Reported());
        CommandWorld.Until(() => _world.States() == "a=RUNNING", "the start");
        var before = _world.Query("SELECT fingerprint FROM fingerprints").Single();

        Assert.IsTrue(
            Amend(
                new()
                {
                    TaskId = "a",
                    Command = "echo new > out.txt",
                    Env = "KIND=new",
                    ChangesResult = true,
                }
            ),
            Reported()
        );
        OpenGate();
        Assert.IsTrue(_world.Loop(), Reported());

        Assert.AreEqual(before, _world.Query("SELECT fingerprint FROM fingerprints").Single());
        Assert.AreEqual("old\n", File.ReadAllText(_world.Attempt("a@1/work/out.txt")));
        AssertSound();
        Assert.IsTrue(Ask(RequestKind.Rerun, new() { TaskId = "a" }), Reported());
        Assert.IsTrue(_world.Loop(), Reported());
        Assert.AreEqual("new\n", File.ReadAllText(_world.Attempt("a@2/work/out.txt")));
        Assert.HasCount(2, _world.Query("SELECT DISTINCT fingerprint FROM fingerprints"));
        AssertSound();

        Assert.IsTrue(_world.Loop(new() { NewRun = true }), Reported());
        Assert.AreEqual("old\n", File.ReadAllText(_world.Attempt("a@1/work/out.txt")), "the project's own command has its own result");
        Assert.IsNotNull(_world.Query("SELECT cached_from FROM attempts").Single());
    }

    [TestMethod]
    public void A_run_with_amended_tasks_does_not_differ_from_its_project()
    {
        DeclareGate();
        Assert.IsTrue(_world.Init());
        Assert.IsTrue(
            Amend(
                new()
                {
                    Select = Select("*"),
                    Cores = "2",
                    Confirm = true,
                }
            ),
            Reported()
        );
        OpenGate();

        Assert.IsTrue(_world.Loop(), Reported());

        Assert.IsEmpty(_world.Reported);
        Assert.IsEmpty(_world.Query("SELECT kind FROM events WHERE kind = 'DEFINITION_CHANGED'"));
    }

    [TestMethod]
    public void Completed_tasks_of_a_selection_are_left_out_and_one_alone_is_refused()
    {
        _world.Task("a", "true").Task("b", "exit 1");
        Assert.IsFalse(_world.Loop());

        Assert.IsFalse(Amend(new() { TaskId = "a", Cores = "2" }));
        Assert.AreEqual(RunCodes.RequestRefused, _world.Reported[^1].Code);
        Assert.Contains("-t:Rerun", _world.Reported[^1].Remedy);
        Assert.IsTrue(Amend(new() { Select = Select("*"), Cores = "2" }), Reported());
        CollectionAssert.AreEqual(new[] { "b" }, _world.Query("SELECT task_id FROM amendments"));
        Assert.Contains("1 selected task is COMPLETED and left out", string.Join('\n', _world.Said));
    }

    [TestMethod]
    public void Evidence_report_and_checks_understand_amendments_of_several_tasks()
    {
        DeclareGate();
        Assert.IsTrue(_world.Init());
        Assert.IsTrue(
            Amend(
                new()
                {
                    Select = Select("*"),
                    Cores = "2",
                    Reason = "two at a time",
                    Confirm = true,
                }
            ),
            Reported()
        );
        Assert.IsTrue(Amend(new() { TaskId = "first", Cores = "3" }), Reported());
        OpenGate();
        Assert.IsTrue(_world.Loop(), Reported());

        Assert.IsTrue(ReportCommand.Execute(_world.Context()).Success, Reported());
        Assert.Contains("two at a time", File.ReadAllText(_world.Run.ReportFile));
        Assert.IsTrue(ExportEvidenceCommand.Execute(_world.Context()).Success, Reported());
        Assert.IsTrue(VerifyEvidenceCommand.Execute(_world.Context()).Success, Reported());
        var bundle = JsonNode.Parse(File.ReadAllText(Path.Combine(_world.Run.Path, "evidence", "bundle.json")))!;
        Assert.HasCount(3, bundle["amendments"]!.AsArray());
        var crate = File.ReadAllText(Path.Combine(_world.Run.Path, "evidence", "ro-crate-metadata.json"));
        Assert.Contains("UpdateAction", crate);
        Assert.Contains("Cores from 2 to 3", crate);

        _world.Execute("UPDATE amendments SET changes = '{\"Cores\":7}' WHERE task_id = 'second'");
        var problem = RunChecker.CheckFolder(_world.Run).Single();
        Assert.Contains("Task second was amended to Cores 7, and its definition has 2", problem.Message);
    }

    private static TaskSelection Select(string text) =>
        TaskSelection.Parse(text).TryGet(out var selection, out var problems) ? selection : throw new ProblemException(problems[0]);

    private static RunRequest CreateRequest((string Name, string Value) change, params string[] tasks) =>
        new(RequestKind.Amend, null, null, false, "ada@lab", null)
        {
            Tasks = [.. tasks.Select(TaskId.FromTrusted)],
            Changes = [KeyValuePair.Create(change.Name, change.Value)],
        };

    private void AddRequest(RunRequest request) => RequestTable.AddRequest(_world.Run, request, _world.Host.Disk, DateTimeOffset.UtcNow);

    private bool Amend(RunArguments arguments) => AmendCommand.Execute(_world.Context(arguments), CancellationToken.None).Success;

    private bool Ask(RequestKind kind, RunArguments arguments) =>
        RequestCommand.Execute(_world.Context(arguments), kind, CancellationToken.None).Success;

    private void DeclareGate()
    {
        _world.Write("campaign/operators.yaml", "operators:\n  local.default: { kind: local, max_concurrent: 1 }\n");
        _world
            .Task("first", $"{CommandWorld.WaitFor(_world.In("gate"))}; echo $MATTERSTACK_CORES")
            .Task("second", "echo $MATTERSTACK_CORES");
    }

    private void Declare(string word) =>
        _world.Task("a", $"{CommandWorld.WaitFor(_world.In("gate"))}; echo {word} > out.txt", ("Outputs", "out.txt"));

    private void OpenGate() => File.WriteAllText(_world.In("gate"), "");

    private string Reported() => string.Join("; ", _world.Reported);

    private void AssertSound() => Assert.IsEmpty(RunChecker.CheckFolder(_world.Run), string.Join("; ", RunChecker.CheckFolder(_world.Run)));
}
