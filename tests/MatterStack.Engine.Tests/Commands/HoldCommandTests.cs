using System.Text.Json.Nodes;
using MatterStack.Engine.Commands;
using MatterStack.Engine.Commands.Hosting;
using MatterStack.Engine.Lifecycle.Model;
using MatterStack.Engine.Runs;
using MatterStack.Engine.Runs.Checks;
using MatterStack.Engine.Runs.Store;

namespace MatterStack.Engine.Tests.Commands;

/// <summary>A person answers about a held task, while a loop runs and while none runs.</summary>
[TestClass]
[OSCondition(ConditionMode.Exclude, OperatingSystems.Windows)]
public sealed class HoldCommandTests : IDisposable
{
    private readonly CommandWorld _world = new();

    public void Dispose() => _world.Dispose();

    [TestMethod]
    public void A_loop_leaves_a_held_task_and_shows_its_cause_its_log_and_the_commands_to_type()
    {
        DeclareHeld();

        Assert.IsTrue(_world.Loop());

        Assert.AreEqual("a=WAITING_EXTERNAL b=PENDING c=COMPLETED", _world.States());
        Assert.AreEqual("RUNNING", _world.Query("SELECT state FROM runs").Single());
        var said = string.Join('\n', _world.Said);
        Assert.Contains("a is held after attempt 1: EXIT: exit code 7", said);
        Assert.Contains("| the cycle does not converge", said);
        Assert.Contains("-t:Respond -p:TaskId=a -p:Decision=retry", said);
        Assert.Contains("-t:Respond -p:TaskId=a -p:Decision=give_up", said);
        CollectionAssert.AreEqual(new[] { "TASK_HELD" }, _world.Query("SELECT kind FROM events WHERE kind LIKE 'TASK%'"));
        AssertSound();

        Assert.IsTrue(_world.Loop(), "a second loop leaves it, too");
        Assert.AreEqual("a=WAITING_EXTERNAL b=PENDING c=COMPLETED", _world.States());
    }

    [TestMethod]
    public void Retry_continues_the_task_and_what_depends_on_it()
    {
        DeclareHeld();
        _world.Loop();
        File.WriteAllText(_world.In("mended"), "");

        Assert.IsTrue(Respond("retry", new() { Comment = "more steps" }), Reported());
        Assert.AreEqual("a=READY b=PENDING c=COMPLETED", _world.States());
        Assert.IsTrue(_world.Loop());

        Assert.AreEqual("a=COMPLETED b=COMPLETED c=COMPLETED", _world.States());
        var answered = _world.Query("SELECT actor || ' ' || details FROM events WHERE kind = 'REQUEST_RESPOND'").Single()!;
        Assert.Contains(Environment.MachineName, answered);
        Assert.Contains("more steps", answered);
        AssertSound();
    }

    [TestMethod]
    public void Give_up_fails_the_run()
    {
        DeclareHeld();
        _world.Loop();

        Assert.IsTrue(Respond("give_up"), Reported());
        Assert.IsFalse(_world.Loop());

        Assert.AreEqual("a=FAILED b=SKIPPED c=COMPLETED", _world.States());
        Assert.Contains("exit code 7", _world.Query("SELECT reason FROM tasks WHERE task_id = 'a'").Single()!);
        Assert.AreEqual("EXIT", _world.Query("SELECT end_cause FROM attempts WHERE task_id = 'a'").Single());
        AssertSound();
    }

    [TestMethod]
    public void An_answer_reaches_a_loop_that_waits_for_people()
    {
        DeclareHeld();
        Assert.IsTrue(_world.Init());
        using var other = new LoopOnOtherThread(_world, new RunArguments { Wait = true });
        CommandWorld.Until(() => _world.States() == "a=WAITING_EXTERNAL b=PENDING c=COMPLETED", "the hold");
        File.WriteAllText(_world.In("mended"), "");

        Assert.IsTrue(Respond("retry"), Reported());
        other.Join();

        Assert.AreEqual("a=COMPLETED b=COMPLETED c=COMPLETED", _world.States());
    }

    [TestMethod]
    public void A_second_answer_is_refused_and_names_the_first()
    {
        DeclareHeld();
        _world.Loop();
        Assert.IsTrue(Respond("retry"));

        Assert.IsFalse(Respond("give_up"));

        Assert.AreEqual(RunCodes.NotWaitingForPerson, _world.Reported[^1].Code);
        Assert.Contains("'a' is READY and is not held: answered by", _world.Reported[^1].Message);
        Assert.AreEqual("READY", _world.States().Split(' ')[0][2..]);
    }

    [TestMethod]
    public void An_answer_while_another_one_waits_for_the_process_that_drives_the_run_is_refused()
    {
        DeclareHeld();
        _world.Loop();
        var request = new RunRequest(RequestKind.Respond, "a", null, false, "ada@lab", null) { Decision = HoldDecision.Retry };
        RequestTable.AddRequest(_world.Run, request, _world.Host.Disk, DateTimeOffset.UtcNow);

        Assert.IsFalse(Respond("give_up"));

        Assert.AreEqual(RunCodes.NotWaitingForPerson, _world.Reported[^1].Code);
        Assert.Contains("answered already by ada@lab", _world.Reported[^1].Message);
        File.WriteAllText(_world.In("mended"), "");
        Assert.IsTrue(_world.Loop(), "the first answer counts");
        Assert.AreEqual("a=COMPLETED b=COMPLETED c=COMPLETED", _world.States());
    }

    [TestMethod]
    public void Of_two_answers_in_the_queue_the_first_counts_and_the_second_is_refused()
    {
        DeclareHeld();
        _world.Loop();
        foreach (var decision in new[] { HoldDecision.GiveUp, HoldDecision.Retry })
        {
            var request = new RunRequest(RequestKind.Respond, "a", null, false, "ada@lab", null) { Decision = decision };
            RequestTable.AddRequest(_world.Run, request, _world.Host.Disk, DateTimeOffset.UtcNow);
        }

        Assert.IsFalse(_world.Loop());

        Assert.AreEqual("a=FAILED b=SKIPPED c=COMPLETED", _world.States());
        CollectionAssert.AreEqual(new[] { "1", "0" }, _world.Query("SELECT CAST(done AS TEXT) FROM requests ORDER BY seq"));
        AssertSound();
    }

    [TestMethod]
    [DataRow("c", "retry", "'c' is COMPLETED and is not held")]
    [DataRow("b", "give_up", "'b' is PENDING and is not held")]
    [DataRow("a", "approve", "Decision is 'approve'")]
    [DataRow("a", null, "The answer to 'a' has no decision")]
    [DataRow("none", "retry", "no task 'none'")]
    [DataRow(null, "retry", "Respond needs a task")]
    public void An_answer_that_does_not_fit_is_refused(string? task, string? decision, string message)
    {
        DeclareHeld();
        _world.Loop();

        Assert.IsFalse(Respond(decision, new() { TaskId = task }, task));

        Assert.Contains(message, _world.Reported[^1].Message);
        Assert.AreEqual("a=WAITING_EXTERNAL b=PENDING c=COMPLETED", _world.States());
    }

    [TestMethod]
    public void The_answer_to_a_missing_task_names_those_that_are_held()
    {
        DeclareHeld();
        _world.Loop();

        Respond("retry", new(), null);

        Assert.Contains("These are held: a.", _world.Reported[^1].Remedy);
    }

    [TestMethod]
    public void Cancelling_the_last_attempt_of_a_held_task_says_what_to_do_instead()
    {
        DeclareHeld();
        _world.Loop();
        var attempt = _world.Query("SELECT attempt_id FROM attempts WHERE task_id = 'a'").Single();

        Assert.IsFalse(
            RequestCommand
                .Execute(_world.Context(new RunArguments { AttemptId = attempt }), RequestKind.CancelAttempt, CancellationToken.None)
                .Success
        );

        Assert.Contains("-p:TaskId=a -p:Decision=give_up", _world.Reported[^1].Remedy);
    }

    [TestMethod]
    public void An_amended_retry_runs_with_the_new_values_also_after_the_process_that_took_the_answer_has_ended()
    {
        _world.Task(
            "a",
            $"echo $MATTERSTACK_CORES; [ -e '{_world.In("mended")}' ]",
            ("OnFailure", "hold"),
            ("Outputs", "out.txt"),
            ("Cores", "2")
        );
        _world.Loop();
        File.WriteAllText(_world.In("mended"), "");

        Assert.IsTrue(
            Respond(
                "retry",
                new()
                {
                    Cores = "3",
                    MemoryGb = "0.25",
                    Comment = "needs more",
                }
            ),
            Reported()
        );

        var definition = JsonNode.Parse(_world.Query("SELECT definition FROM tasks").Single()!)!;
        Assert.AreEqual(3, (int)definition["cores"]!);
        Assert.AreEqual("3|memory_mib=256", _world.Query("SELECT cores || '|' || needs FROM tasks").Single());
        Assert.AreEqual("""{"Cores":3,"MemoryGb":0.25}""", _world.Query("SELECT changes FROM amendments").Single());
        Assert.AreEqual("""{"Cores":2,"MemoryGb":null}""", _world.Query("SELECT previous FROM amendments").Single());
        Assert.AreEqual("needs more", _world.Query("SELECT reason FROM amendments").Single());
        Assert.Contains("Cores from 2 to 3", _world.Query("SELECT details FROM events WHERE kind = 'TASK_AMENDED'").Single()!);
        AssertSound();

        _world.Loop();
        Assert.AreEqual("3\n", File.ReadAllText(_world.Attempt("a@2/stdout.log")));
        Assert.AreEqual("2\n", File.ReadAllText(_world.Attempt("a@1/stdout.log")));
        var parts = _world.Query(
            "SELECT parts FROM fingerprints f JOIN attempts a ON a.attempt_id = f.attempt_id ORDER BY a.attempt_index"
        );
        if (parts.Count == 2)
        {
            Assert.AreNotEqual(parts[0], parts[1], "the fingerprint follows the amended definition");
        }
    }

    [TestMethod]
    [DataRow("MemoryGb", "much", "MemoryGb is 'much'")]
    [DataRow("MemoryGb", "-1", "MemoryGb is '-1'")]
    [DataRow("Cores", "0", "Cores is '0'")]
    [DataRow("TimeLimitMinutes", "99999999", "TimeLimitMinutes is '99999999'")]
    [DataRow("GpuType", "a100", "GpuType is 'a100' and Gpus is 0")]
    [DataRow("Cores", "99", "99 cores")]
    public void An_illegal_amendment_is_refused_like_illegal_metadata(string name, string value, string message)
    {
        DeclareHeld();
        _world.Loop();
        var arguments = new RunArguments();
        arguments = name switch
        {
            "MemoryGb" => arguments with { MemoryGb = value },
            "Cores" => arguments with { Cores = value },
            "TimeLimitMinutes" => arguments with { TimeLimitMinutes = value },
            _ => arguments with { GpuType = value },
        };

        Assert.IsFalse(Respond("retry", arguments));

        Assert.Contains(message, string.Join('\n', _world.Reported.Select(p => p.Text)));
        Assert.AreEqual("a=WAITING_EXTERNAL b=PENDING c=COMPLETED", _world.States());
        Assert.IsEmpty(_world.Query("SELECT changes FROM amendments"));
    }

    [TestMethod]
    public void Amended_values_without_a_retry_are_refused()
    {
        DeclareHeld();
        _world.Loop();

        Assert.IsFalse(Respond("give_up", new() { Cores = "2" }));
        Assert.Contains("Decision is give_up, and Cores has a value", _world.Reported[^1].Message);
        Assert.IsFalse(Respond("approve", new() { Cores = "2", TaskId = "c" }, "c"));
        Assert.Contains("Cores amends a held task", _world.Reported[^1].Message);
    }

    [TestMethod]
    public void The_check_of_a_run_finds_a_changed_amendment()
    {
        DeclareHeld();
        _world.Loop();
        Respond("retry", new() { Cores = "2" });
        AssertSound();

        _world.Execute("UPDATE amendments SET changes = '{\"Cores\":4}'");

        var problems = RunChecker.CheckFolder(_world.Run);
        Assert.Contains("Task a was amended to Cores 4, and its definition has 2", problems.Single().Message);
    }

    [TestMethod]
    public void Explain_shows_the_story_of_the_task()
    {
        DeclareHeld();
        _world.Loop();
        Respond("retry", new() { Cores = "2", Comment = "again" });
        _world.Said.Clear();

        Assert.IsTrue(ExplainCommand.Execute(_world.Context(new RunArguments { TaskId = "a" })).Success);

        var said = string.Join('\n', _world.Said);
        Assert.Contains("TASK_HELD: EXIT: exit code 7", said);
        Assert.Contains("TASK_AMENDED by", said);
        Assert.Contains("Cores from the default to 2", said);
        Assert.Contains("REQUEST_RESPOND by", said);
    }

    [TestMethod]
    public void A_hook_for_waiting_is_told_of_a_held_task()
    {
        _world.Write(
            "campaign/operators.yaml",
            "defaults: { hooks: { on_waiting: { command: 'cat >> run.txt' } } }\noperators:\n"
                + "  local.default: { kind: local, hooks: { on_waiting: { command: "
                + "'cat >> told.txt' } } }\n"
        );
        DeclareHeld();

        Assert.IsTrue(_world.Loop(), Reported());
        _world.Loop();

        var told = File.ReadAllLines(_world.In("campaign/told.txt")).Select(line => JsonNode.Parse(line)!).Single();
        Assert.AreEqual("a", (string?)told["task_id"]);
        Assert.AreEqual("WAITING_EXTERNAL", (string?)told["state"]);
        var waiting = File.ReadAllLines(_world.In("campaign/run.txt")).Select(line => JsonNode.Parse(line)!).Single();
        Assert.AreEqual("a", (string?)waiting["waiting"]![0]);
    }

    [TestMethod]
    public void Evidence_and_report_show_the_hold_and_the_amendment()
    {
        DeclareHeld();
        _world.Loop();
        Assert.IsTrue(ReportCommand.Execute(_world.Context()).Success, Reported());
        var held = File.ReadAllText(_world.Run.ReportFile);
        Assert.Contains("-p:Decision=retry", held);
        Assert.Contains("the cycle does not converge", held);
        File.WriteAllText(_world.In("mended"), "");
        Respond("retry", new() { Cores = "2", Comment = "try" });
        Assert.IsTrue(_world.Loop());

        Assert.IsTrue(ExportEvidenceCommand.Execute(_world.Context()).Success, Reported());
        Assert.IsTrue(VerifyEvidenceCommand.Execute(_world.Context()).Success, Reported());

        var bundle = JsonNode.Parse(File.ReadAllText(Path.Combine(_world.Run.Path, "evidence", "bundle.json")))!;
        Assert.AreEqual(2, (int)bundle["amendments"]![0]!["changes"]!["Cores"]!);
        Assert.Contains("Cores from the default to 2", File.ReadAllText(Path.Combine(_world.Run.Path, "evidence", "report.md")));
    }

    [TestMethod]
    public void The_limit_of_failures_pauses_a_run_and_resume_goes_on()
    {
        _world.MaxFailures = FailureLimit.Parse("2");
        _world.Write("campaign/operators.yaml", "operators:\n  local.default: { kind: local, max_concurrent: 1 }\n");
        for (var i = 0; i < 6; i++)
        {
            _world.Task($"t{i}", "exit 1");
        }

        Assert.IsTrue(_world.Loop(), Reported());
        Assert.AreEqual("t0=FAILED t1=FAILED t2=READY t3=READY t4=READY t5=READY", _world.States());
        Assert.Contains("MatterStackMaxFailures is 2", _world.Query("SELECT reason FROM runs").Single()!);
        Assert.Contains("MatterStackMaxFailures is 2", string.Join('\n', _world.Said));
        Assert.IsTrue(_world.Loop(), "a paused run stays paused");

        Assert.IsTrue(RequestCommand.Execute(_world.Context(), RequestKind.Resume, CancellationToken.None).Success);
        Assert.IsTrue(_world.Loop(), Reported());

        Assert.AreEqual("t0=FAILED t1=FAILED t2=FAILED t3=FAILED t4=READY t5=READY", _world.States());
        AssertSound();
    }

    private void DeclareHeld() =>
        _world
            .Task("a", $"[ -e '{_world.In("mended")}' ] || {{ echo the cycle does not converge >&2; exit 7; }}", ("OnFailure", "hold"))
            .Task("b", "true", ("DependsOn", "a"))
            .Task("c", "true");

    private bool Respond(string? decision, RunArguments? arguments = null, string? task = "a") =>
        RespondCommand
            .Execute(_world.Context((arguments ?? new RunArguments()) with { Decision = decision, TaskId = task }), CancellationToken.None)
            .Success;

    private string Reported() => string.Join("; ", _world.Reported);

    private void AssertSound() => Assert.IsEmpty(RunChecker.CheckFolder(_world.Run), string.Join("; ", RunChecker.CheckFolder(_world.Run)));
}
