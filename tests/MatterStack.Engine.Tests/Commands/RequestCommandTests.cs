using System.Globalization;
using MatterStack.Engine.Commands;
using MatterStack.Engine.Commands.Hosting;
using MatterStack.Engine.Lifecycle.Model;
using MatterStack.Engine.Operators.Processes;
using MatterStack.Engine.Operators.Processes.Native;
using MatterStack.Engine.Runs;

namespace MatterStack.Engine.Tests.Commands;

[TestClass]
[OSCondition(ConditionMode.Exclude, OperatingSystems.Windows)]
public sealed class RequestCommandTests : IDisposable
{
    private readonly CommandWorld _world = new();

    public void Dispose() => _world.Dispose();

    [TestMethod]
    public void A_paused_run_starts_nothing_and_continues_after_it_is_resumed()
    {
        var gate = Gate();
        _world.Task("a", CommandWorld.WaitFor(gate)).Task("b", "true", ("DependsOn", "a"));
        Assert.IsTrue(_world.Step());

        Assert.IsTrue(Ask(RequestKind.Pause, new RunArguments { Reason = "maintenance" }));
        Open(gate);
        _world.UntilExited("a@1");
        Assert.IsTrue(_world.Step());
        Assert.IsTrue(_world.Loop());
        Assert.AreEqual("a=COMPLETED b=READY", _world.States());
        Assert.AreEqual("PAUSED", _world.Query("SELECT state FROM runs").Single());

        Assert.IsTrue(Ask(RequestKind.Resume));
        Assert.IsTrue(_world.Loop());
        Assert.AreEqual("a=COMPLETED b=COMPLETED", _world.States());
        StringAssert.Contains(_world.Query("SELECT details FROM events WHERE kind = 'REQUEST_PAUSE'").Single(), "maintenance");
        StringAssert.Contains(_world.Query("SELECT actor FROM events WHERE kind = 'REQUEST_PAUSE'").Single(), Environment.MachineName);
    }

    [TestMethod]
    public void Cancelling_ends_the_processes_and_everything_they_started()
    {
        _world.Task("a", "sleep 1000 & echo $! > child; wait").Task("b", "true", ("DependsOn", "a"));
        Assert.IsTrue(_world.Step());
        var child = _world.Attempt("a@1/work/child");
        CommandWorld.Until(() => File.Exists(child) && File.ReadAllText(child).EndsWith('\n'), "the child");

        Assert.IsTrue(Ask(RequestKind.Cancel, new RunArguments { Reason = "wrong input" }), string.Join(';', _world.Reported));

        Assert.AreEqual("a=CANCELLED b=CANCELLED", _world.States());
        Assert.AreEqual("CANCELLED", _world.Query("SELECT state FROM runs").Single());
        Assert.AreEqual("wrong input", _world.Query("SELECT reason FROM attempts").Single());
        var pid = int.Parse(File.ReadAllText(child), CultureInfo.InvariantCulture);
        CommandWorld.Until(() => ProcessTable.ReadProcess(pid) is not { IsAlive: true }, "the end of the child");
        Assert.IsFalse(_world.Loop());
        Assert.AreEqual(RunCodes.RunCancelled, _world.Reported[^1].Code);
    }

    [TestMethod]
    [Slow]
    public void A_process_that_ignores_the_polite_signal_is_ended_all_the_same()
    {
        _world.Task("a", "trap '' TERM; echo ready > ready; while [ -e ready ]; do sleep 0.05; done");
        Assert.IsTrue(_world.Step());
        CommandWorld.Until(() => File.Exists(_world.Attempt("a@1/work/ready")), "the trap");

        Assert.IsTrue(Ask(RequestKind.Cancel));

        Assert.AreEqual("a=CANCELLED", _world.States());
    }

    [TestMethod]
    [DataRow(nameof(RequestKind.Pause), "PAUSED", "a=RUNNING b=PENDING")]
    [DataRow(nameof(RequestKind.Cancel), "CANCELLED", "a=CANCELLED b=CANCELLED")]
    public void A_request_during_a_loop_reaches_it_and_is_not_overwritten(string kind, string runState, string states)
    {
        var gate = Gate();
        _world.Task("a", CommandWorld.WaitFor(gate)).Task("b", "true", ("DependsOn", "a"));
        Assert.IsTrue(_world.Init());
        using var other = new CommandWorldOnOtherThread(_world);

        CommandWorld.Until(() => _world.States().StartsWith("a=RUNNING", StringComparison.Ordinal), "the start");
        Assert.IsTrue(Ask(Enum.Parse<RequestKind>(kind)), string.Join(';', _world.Reported));
        other.Join();

        Assert.AreEqual(runState, _world.Query("SELECT state FROM runs").Single());
        Assert.AreEqual(states, _world.States());
        Open(gate);
    }

    [TestMethod]
    public void A_cancelled_attempt_cancels_its_task_and_skips_what_depends_on_it()
    {
        var gate = Gate();
        _world.Task("a", CommandWorld.WaitFor(gate)).Task("b", "true", ("DependsOn", "a")).Task("c", "true");
        Assert.IsTrue(_world.Step());
        var attempt = _world.Query("SELECT attempt_id FROM attempts WHERE task_id = 'a'").Single();

        Assert.IsTrue(Ask(RequestKind.CancelAttempt, new RunArguments { AttemptId = attempt }));
        Assert.IsFalse(_world.Loop());

        Assert.AreEqual("a=CANCELLED b=SKIPPED c=COMPLETED", _world.States());
        Assert.AreEqual("task a was cancelled", _world.Query("SELECT reason FROM runs").Single());
        Assert.IsFalse(Ask(RequestKind.CancelAttempt, new RunArguments { AttemptId = attempt }), "ended attempts never change");
    }

    [TestMethod]
    public void A_failed_run_that_is_revived_tries_what_failed_again_and_keeps_the_first_attempt()
    {
        _world.Task("a", $"[ -e '{_world.In("mended")}' ]").Task("b", "true", ("DependsOn", "a")).Task("c", "true");
        Assert.IsFalse(_world.Loop());
        File.WriteAllText(_world.In("mended"), "");

        Assert.IsTrue(Ask(RequestKind.Revive));
        Assert.IsTrue(_world.Loop());

        Assert.AreEqual("a=COMPLETED b=COMPLETED c=COMPLETED", _world.States());
        Assert.AreEqual(
            "1 FAILED 2 COMPLETED",
            string.Join(' ', _world.Query("SELECT attempt_index || ' ' || state FROM attempts WHERE task_id = 'a' ORDER BY seq"))
        );
        Assert.AreEqual("1", _world.Query("SELECT CAST(count(*) AS TEXT) FROM attempts WHERE task_id = 'c'").Single());
        Assert.IsTrue(Directory.Exists(_world.Attempt("a@1")));
    }

    [TestMethod]
    public void A_cancelled_run_can_be_revived()
    {
        var gate = Gate();
        _world.Task("a", CommandWorld.WaitFor(gate)).Task("b", "true", ("DependsOn", "a"));
        Assert.IsTrue(_world.Step());
        Assert.IsTrue(Ask(RequestKind.Cancel));
        Open(gate);

        Assert.IsTrue(Ask(RequestKind.Revive));
        Assert.IsTrue(_world.Loop());
        Assert.AreEqual("a=COMPLETED b=COMPLETED", _world.States());
    }

    [TestMethod]
    [DataRow(false, "a=2 b=1 c=1")]
    [DataRow(true, "a=2 b=2 c=2")]
    public void A_task_is_run_again_alone_or_with_all_that_depends_on_it(bool downstream, string attempts)
    {
        _world.Task("a", "true").Task("b", "true", ("DependsOn", "a")).Task("c", "true", ("DependsOn", "b")).Task("d", "true");
        Assert.IsTrue(_world.Loop());

        Assert.IsTrue(Ask(RequestKind.Rerun, new RunArguments { TaskId = "a", Downstream = downstream }));
        Assert.IsTrue(_world.Loop());

        Assert.AreEqual(
            attempts + " d=1",
            string.Join(' ', _world.Query("SELECT task_id || '=' || count(*) FROM attempts GROUP BY task_id ORDER BY task_id"))
        );
        Assert.AreEqual("COMPLETED", _world.Query("SELECT state FROM runs").Single());
    }

    [TestMethod]
    public void A_rerun_that_mends_a_failure_lets_what_was_skipped_run()
    {
        _world.Task("a", $"[ -e '{_world.In("mended")}' ]").Task("b", "true", ("DependsOn", "a"));
        Assert.IsFalse(_world.Loop());
        File.WriteAllText(_world.In("mended"), "");

        Assert.IsTrue(Ask(RequestKind.Rerun, new RunArguments { TaskId = "a" }));
        Assert.IsTrue(_world.Loop());
        Assert.AreEqual("a=COMPLETED b=COMPLETED", _world.States());
    }

    [TestMethod]
    public void An_attempt_of_a_machine_that_is_gone_is_given_up_when_asked_for()
    {
        var gate = Gate();
        _world.Task("a", CommandWorld.WaitFor(gate), ("AllowFailure", "true"));
        Assert.IsTrue(_world.Step());
        Open(gate);
        _world.UntilExited("a@1");
        File.Delete(_world.Attempt("a@1/exit_code"));
        var identity = ProcessIdentity.TryParse(_world.Query("SELECT external_id FROM attempts").Single())!;
        _world.Execute($"UPDATE attempts SET external_id = '{identity with { Host = "gone" }}'");
        Assert.IsTrue(_world.Loop());
        Assert.AreEqual("a=RUNNING", _world.States());

        Assert.IsTrue(Ask(RequestKind.CleanupOrphans));
        Assert.IsTrue(_world.Loop());
        Assert.AreEqual("a=FAILED", _world.States());
    }

    [TestMethod]
    public void What_cannot_be_granted_is_refused_with_the_way_out()
    {
        _world.Task("a", "true");
        Assert.IsTrue(_world.Loop());

        Assert.IsFalse(Ask(RequestKind.Revive));
        StringAssert.Contains(_world.Reported[^1].Message, "-t:Rerun");
        Assert.IsFalse(Ask(RequestKind.Cancel));
        Assert.IsFalse(Ask(RequestKind.Rerun, new RunArguments { TaskId = "nope" }));
        Assert.IsFalse(Ask(RequestKind.Rerun));
        Assert.AreEqual("COMPLETED", _world.Query("SELECT state FROM runs").Single());
    }

    [TestMethod]
    public void A_run_is_deleted_only_when_confirmed_and_never_with_live_attempts()
    {
        var gate = Gate();
        _world.Task("a", CommandWorld.WaitFor(gate));
        Assert.IsTrue(_world.Step());
        Assert.IsFalse(ResetCommand.Execute(_world.Context(new RunArguments { Confirm = true })).Success);
        Open(gate);
        Assert.IsTrue(_world.Loop());
        var run = _world.Run.Path;

        Assert.IsTrue(ResetCommand.Execute(_world.Context()).Success);
        Assert.IsTrue(Directory.Exists(run));
        Assert.IsTrue(ResetCommand.Execute(_world.Context(new RunArguments { Confirm = true })).Success);
        Assert.IsEmpty(Directory.GetDirectories(_world.Workspace.RunsDirectory));
    }

    [TestMethod]
    public void A_request_of_a_later_version_is_shown_with_its_kind_and_stays()
    {
        _world.Task("a", "true");
        Assert.IsTrue(_world.Loop());
        _world.Execute("INSERT INTO requests (at_utc, kind, downstream, actor) VALUES ('2026-01-01T00:00:00.000Z', 'Archive', 0, 'ada')");

        Assert.IsTrue(_world.Loop());
        _world.Said.Clear();
        Assert.IsTrue(StatusCommand.Execute(_world.Context()).Success);

        Assert.Contains("  Archive by ada at 2026-01-01T00:00:00.000Z waits", string.Join('\n', _world.Said));
        Assert.AreEqual("0", _world.Query("SELECT count(*) FROM requests WHERE answered_at_utc IS NOT NULL").Single());
    }

    private bool Ask(RequestKind kind, RunArguments? arguments = null) =>
        RequestCommand.Execute(_world.Context(arguments), kind, CancellationToken.None).Success;

    private string Gate() => _world.In("gate");

    private static void Open(string gate) => File.WriteAllText(gate, "");

    /// <summary>A loop on a thread of its own, as another process would run it.</summary>
    private sealed class CommandWorldOnOtherThread : IDisposable
    {
        private readonly Thread _thread;

        public CommandWorldOnOtherThread(CommandWorld world)
        {
            var (context, source) = (world.Context(), world.Source());
            _thread = new Thread(() => TickCommand.Loop(context, source, CancellationToken.None)) { IsBackground = true };
            _thread.Start();
        }

        public void Join() => Assert.IsTrue(_thread.Join(TimeSpan.FromSeconds(30)), "the loop hung");

        public void Dispose() => _thread.Join(TimeSpan.FromSeconds(30));
    }
}
