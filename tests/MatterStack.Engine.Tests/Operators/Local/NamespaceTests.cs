using MatterStack.Engine.Commands;
using MatterStack.Engine.Commands.Hosting;
using MatterStack.Engine.Lifecycle.Model;
using MatterStack.Engine.Operators.Processes;
using MatterStack.Engine.Operators.Processes.Native;
using MatterStack.Engine.Runs;
using MatterStack.Engine.Tests.Commands;

namespace MatterStack.Engine.Tests.Operators.Local;

/// <summary>A process of another pid namespace is elsewhere, not gone.</summary>
[TestClass]
[OSCondition(OperatingSystems.Linux)]
public sealed class NamespaceTests : IDisposable
{
    private const string Other = "pid:[4026539999]";
    private readonly CommandWorld _world = new();

    private string Gate => _world.In("gate");

    public void Dispose() => _world.Dispose();

    [TestMethod]
    public void An_attempt_of_another_namespace_is_neither_dead_nor_started_again_and_everybody_says_where_it_is()
    {
        InAnotherNamespace();

        Assert.IsTrue(_world.Step());
        Assert.IsTrue(_world.Loop());
        Assert.AreEqual("a=RUNNING", _world.States());

        Assert.IsTrue(ExplainCommand.Execute(_world.Context()).Success);
        Assert.IsTrue(StatusCommand.Execute(_world.Context()).Success);
        foreach (var said in new[] { "is under way as process", "a RUNNING on local.default" })
        {
            var line = _world.Said.Last(l => l.Contains(said, StringComparison.Ordinal));
            StringAssert.Contains(line, Other);
            StringAssert.Contains(line, Environment.MachineName);
        }

        File.WriteAllText(_world.Attempt("a@1/exit_code"), "0\n");
        Assert.IsTrue(_world.Loop());
        Assert.AreEqual("a=COMPLETED", _world.States());
        Assert.HasCount(1, _world.Query("SELECT attempt_id FROM attempts"));
        File.WriteAllText(Gate, "");
    }

    [TestMethod]
    [DataRow(nameof(RequestKind.Cancel), "a=CANCELLED", "CANCELLED")]
    [DataRow(nameof(RequestKind.CancelAttempt), "a=CANCELLED", "COMPLETED")]
    public void A_request_to_end_says_what_it_did_not_reach_and_a_person_may_give_it_up(string kind, string states, string run)
    {
        InAnotherNamespace();
        var id = _world.Query("SELECT attempt_id FROM attempts").Single();

        Assert.IsFalse(Ask(Enum.Parse<RequestKind>(kind), id));

        foreach (var command in new[] { () => false, () => _world.Step(), () => _world.Loop() })
        {
            Assert.IsFalse(command());
            Assert.AreEqual(RunCodes.EndRequestFailed, _world.Reported[^1].Code);
            StringAssert.Contains(_world.Reported[^1].Message, "NOT REACHED");
            StringAssert.Contains(_world.Reported[^1].Message, Other);
            Assert.AreEqual("a=RUNNING", _world.States(), "nobody has said that it is over");
        }

        Assert.IsTrue(Ask(RequestKind.CleanupOrphans));
        StringAssert.Contains(_world.Said[^1], "NOT REACHED");
        Assert.AreEqual(states, _world.States());
        _world.Step();
        Assert.AreEqual(run, _world.Query("SELECT state FROM runs").Single());
        StringAssert.Contains(_world.Query("SELECT reason FROM attempts").Single(), Other);
        File.WriteAllText(Gate, "");
    }

    [TestMethod]
    public void What_is_given_up_although_nobody_asked_for_its_end_has_failed()
    {
        InAnotherNamespace();

        Assert.IsTrue(Ask(RequestKind.CleanupOrphans));

        StringAssert.Contains(_world.Said[^1], "NOT REACHED");
        Assert.AreEqual("a=FAILED", _world.States());
        File.WriteAllText(Gate, "");
    }

    [TestMethod]
    public void One_that_was_not_reached_ends_by_itself_and_its_run_is_cancelled()
    {
        InAnotherNamespace();
        Assert.IsFalse(Ask(RequestKind.Cancel));

        File.WriteAllText(_world.Attempt("a@1/exit_code"), "0\n");
        Assert.IsFalse(_world.Loop());

        Assert.AreEqual("a=COMPLETED", _world.States());
        Assert.AreEqual(RunCodes.RunCancelled, _world.Reported[^1].Code);
        File.WriteAllText(Gate, "");
    }

    [TestMethod]
    public void An_attempt_of_an_earlier_version_continues_as_before()
    {
        _world.Task("a", CommandWorld.WaitFor(Gate));
        Assert.IsTrue(_world.Step());
        var identity = Identity();
        _world.Execute($"UPDATE attempts SET external_id = '{identity with { Namespace = null }}'");
        Assert.AreEqual(3, _world.Query("SELECT external_id FROM attempts").Single()!.Split('/').Length);

        Assert.IsTrue(_world.Step());
        Assert.AreEqual("a=RUNNING", _world.States());
        File.WriteAllText(Gate, "");
        Assert.IsTrue(_world.Loop());
        Assert.AreEqual("a=COMPLETED", _world.States());
    }

    [TestMethod]
    public void An_attempt_whose_process_was_not_recorded_is_not_looked_for_in_the_wrong_namespace()
    {
        InAnotherNamespace();
        Forget();
        var script = _world.Attempt("a@1/run.sh");
        File.WriteAllText(script, File.ReadAllText(script).Replace(ProcessTable.Namespace!, Other, StringComparison.Ordinal));

        Assert.IsTrue(_world.Loop());

        Assert.AreEqual("start\n", File.ReadAllText(_world.In("starts")));
        Assert.AreEqual("a=RUNNING", _world.States());
        StringAssert.Contains(_world.Query("SELECT details FROM events WHERE kind = 'ATTEMPT_UNKNOWN'").Single(), Other);
        Assert.IsTrue(_world.Loop());

        // Where it was started it is found.
        File.WriteAllText(script, File.ReadAllText(script).Replace(Other, ProcessTable.Namespace!, StringComparison.Ordinal));
        _world.Execute($"UPDATE attempts SET external_id = replace(external_id, '{Other}', '{ProcessTable.Namespace}')");
        File.WriteAllText(_world.Attempt("a@1/exit_code"), "0\n");
        Assert.IsTrue(_world.Loop());
        Assert.AreEqual("a=COMPLETED", _world.States());
    }

    [TestMethod]
    public void An_attempt_that_was_killed_before_its_script_began_is_started_by_the_next_command()
    {
        InAnotherNamespace();
        Forget();

        File.WriteAllText(Gate, "");
        Assert.IsTrue(_world.Loop());

        Assert.AreEqual("start\nstart\n", File.ReadAllText(_world.In("starts")));
        Assert.HasCount(1, _world.Query("SELECT attempt_id FROM attempts"));
    }

    [TestMethod]
    [DataRow("7@h/1/b", null)]
    [DataRow("7@h/1/b/pid:[1]", "pid:[1]")]
    [DataRow("7@h/1/b/pid:[1],time:[2]", "pid:[1],time:[2]")]
    public void An_identity_is_read_as_it_was_written(string text, string? space)
    {
        var identity = ProcessIdentity.TryParse(text)!;

        Assert.AreEqual(space, identity.Namespace);
        Assert.AreEqual(text, identity.ToString());
    }

    private bool Ask(RequestKind kind, string? attempt = null) =>
        RequestCommand.Execute(_world.Context(new RunArguments { AttemptId = attempt }), kind, CancellationToken.None).Success;

    private ProcessIdentity Identity() => ProcessIdentity.TryParse(_world.Query("SELECT external_id FROM attempts").Single())!;

    // Its process has ended here, as seen from there: the number says nothing.
    private void InAnotherNamespace()
    {
        _world.Task(
            "a",
            $"echo start >> '{_world.In("starts")}'; {CommandWorld.WaitFor(Gate)}",
            ("MaxAttempts", "2"),
            ("AllowFailure", "true")
        );
        Assert.IsTrue(_world.Step());
        CommandWorld.Until(() => File.Exists(_world.In("starts")), "the start");
        var identity = Identity();
        Libc.SendSignal(identity.Pid, Libc.SigKill);
        CommandWorld.Until(() => ProcessTable.ReadProcess(identity.Pid) is not { IsAlive: true }, "the end of the process");
        _world.Execute($"UPDATE attempts SET external_id = '{identity with { Namespace = Other }}'");
    }

    // What a crash leaves between the start of a process and its record, if the script had not begun.
    private void Forget()
    {
        _world.Execute(
            "UPDATE attempts SET state = 'CREATED', external_id = NULL, submitted_at_utc = NULL; UPDATE tasks SET state = 'READY'"
        );
        File.Delete(_world.Attempt("a@1/exit_code"));
    }
}
