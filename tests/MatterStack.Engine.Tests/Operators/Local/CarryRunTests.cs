using System.Globalization;
using MatterStack.Engine.Caching;
using MatterStack.Engine.Lifecycle.Model;
using MatterStack.Engine.Runs.Checks;
using MatterStack.Engine.Tests.Commands;

namespace MatterStack.Engine.Tests.Operators.Local;

/// <summary>Calculations that go on from the files of their last attempt, as processes of this machine.</summary>
[TestClass]
[Slow]
[OSCondition(ConditionMode.Exclude, OperatingSystems.Windows)]
public sealed class CarryRunTests : IDisposable
{
    // Counts its starts in its checkpoint. It does a part of the work, and is done with the fourth.
    private const string Count = "n=$(($(cat state 2>/dev/null || echo 0) + 1)); echo $n > state; ";

    private readonly CommandWorld _world = new(inMemory: true);

    public void Dispose() => _world.Dispose();

    [TestMethod]
    public void A_program_that_is_cut_by_its_time_limit_goes_on_from_its_checkpoint_until_it_is_done()
    {
        // The trap is the program's: it saves when the signal comes, and not before.
        _world.Task(
            "md",
            "n=$(($(cat state 2>/dev/null || echo 0) + 1)); [ $n = 4 ] && { echo $n > done; exit 0; }; "
                + "trap 'echo $n > state; exit 3' TERM; while [ -d \"$PWD\" ]; do sleep 0.02; done",
            (
                "RestartCommand",
                "echo again >> log; n=$(($(cat state) + 1)); [ $n = 4 ] && { echo $n $MATTERSTACK_PREVIOUS_CAUSE > done; exit 0; }; "
                    + "trap 'echo $n > state; exit 3' TERM; while [ -d \"$PWD\" ]; do sleep 0.02; done"
            ),
            ("Carry", "state;log"),
            ("StopSignal", "TERM@100"),
            ("TimeLimitMinutes", (101 / 60.0).ToString(CultureInfo.InvariantCulture)),
            ("MaxAttempts", "9"),
            ("Outputs", "done")
        );

        Assert.IsTrue(_world.Loop(), string.Join("; ", _world.Reported));

        CollectionAssert.AreEqual((string[])["TIMEOUT", "TIMEOUT", "TIMEOUT", "-"], Causes("md"));
        Assert.AreEqual("4 TIMEOUT\n", File.ReadAllText(_world.Attempt("md@4/work/done")));
        Assert.AreEqual("again\nagain\nagain\n", File.ReadAllText(_world.Attempt("md@4/work/log")));
        CollectionAssert.AreEqual(
            (string[])["2 state 1", "3 log 2", "3 state 2", "4 log 3", "4 state 3"],
            _world.Query(
                "SELECT a.attempt_index || ' ' || c.path || ' ' || o.attempt_index FROM carried_files c JOIN attempts a USING (attempt_id) "
                    + "JOIN attempts o ON o.attempt_id = c.origin_attempt_id ORDER BY 1"
            )
        );
        CollectionAssert.AreEqual(
            (string[])
                [
                    "of attempt 1: state (2 bytes)",
                    "of attempt 2: log (6 bytes), state (2 bytes)",
                    "of attempt 3: log (12 bytes), state (2 bytes)",
                ],
            _world.Query("SELECT details FROM events WHERE kind = 'ATTEMPT_CARRIES' ORDER BY seq")
        );
        StringAssert.Contains(
            _world.Query("SELECT reason FROM attempts WHERE attempt_index = 1").Single(),
            "TIMEOUT: it ended after its stop signal"
        );
    }

    [TestMethod]
    public void A_program_that_ends_well_after_the_signal_has_completed()
    {
        _world.Task(
            "t",
            "trap 'echo whole > out; exit 0' TERM; while [ -d \"$PWD\" ]; do sleep 0.02; done",
            ("StopSignal", "TERM@100"),
            ("TimeLimitMinutes", (101 / 60.0).ToString(CultureInfo.InvariantCulture)),
            ("Outputs", "out")
        );
        _world.Task(
            "u",
            "trap 'exit 0' TERM; while [ -d \"$PWD\" ]; do sleep 0.02; done",
            ("StopSignal", "TERM@100"),
            ("TimeLimitMinutes", (101 / 60.0).ToString(CultureInfo.InvariantCulture)),
            ("Outputs", "out"),
            ("AllowFailure", "true")
        );

        Assert.IsTrue(_world.Loop(), string.Join("; ", _world.Reported));

        Assert.AreEqual("t=COMPLETED u=FAILED", _world.States());
        CollectionAssert.AreEqual((string[])["TIMEOUT"], Causes("u"));
    }

    [TestMethod]
    [DataRow("")]
    [DataRow("workspace_root: '{disk}', ")]
    public void A_killed_program_goes_on_from_its_last_checkpoint_also_on_another_disk(string place)
    {
        Wire($"operators: {{ local.default: {{ backend: {{ type: local, {place.Replace("{disk}", _world.In("disk"))}}} }} }}");
        _world.Task(
            "t",
            Count + "[ $n = 3 ] || kill -s KILL $$; cp state out",
            ("Carry", "state"),
            ("MaxAttempts", "5"),
            ("Outputs", "out")
        );

        Assert.IsTrue(_world.Loop(), string.Join("; ", _world.Reported));

        CollectionAssert.AreEqual((string[])["SIGNAL", "SIGNAL", "-"], Causes("t"));
        Assert.AreEqual("3\n", File.ReadAllText(_world.Attempt("t@3/work/out")));
    }

    [TestMethod]
    public void An_empty_checkpoint_is_none_and_a_torn_one_is_refused_by_its_check()
    {
        _world.Task(
            "empty",
            "echo $MATTERSTACK_CARRIED >> $TMPDIR/../seen-empty; : > state; [ $MATTERSTACK_ATTEMPT_INDEX = 2 ]",
            ("Carry", "state"),
            ("MaxAttempts", "2")
        );
        _world.Task(
            "torn",
            "echo afresh $MATTERSTACK_CARRIED >> $TMPDIR/../seen-torn; ls; echo half > state; [ $MATTERSTACK_ATTEMPT_INDEX = 2 ]",
            ("Carry", "state"),
            ("CarryIf", "grep whole state"),
            ("RestartCommand", "echo restart >> $TMPDIR/../seen-torn"),
            ("MaxAttempts", "3")
        );

        Assert.IsTrue(_world.Loop(), string.Join("; ", _world.Reported));

        Assert.AreEqual("false\nfalse\n", File.ReadAllText(_world.Attempt("seen-empty")));
        Assert.AreEqual("afresh false\nafresh false\n", File.ReadAllText(_world.Attempt("seen-torn")));
        Assert.AreEqual("", File.ReadAllText(_world.Attempt("torn@2/stdout.log")), "the torn file is removed");
        CollectionAssert.AreEqual(
            (string[])["CarryIf ended with exit code 1"],
            _world.Query("SELECT not_carried FROM attempts WHERE not_carried IS NOT NULL")
        );
        CollectionAssert.AreEqual(
            (string[])["CarryIf ended with exit code 1"],
            _world.Query("SELECT details FROM events WHERE kind = 'ATTEMPT_NOT_CARRIED'")
        );
    }

    [TestMethod]
    [DataRow("gone", "state is gone from")]
    [DataRow("changed", "state has changed since it was recorded")]
    public void A_checkpoint_that_is_not_there_any_more_lets_a_rerun_begin_afresh(string fault, string reason)
    {
        _world.Task("t", Count + "echo $MATTERSTACK_CARRIED; [ -e ../../go ]", ("Carry", "state"));
        Assert.IsFalse(_world.Loop());
        var file = _world.Attempt("t@1/work/state");
        if (fault == "gone")
        {
            File.Delete(file);
        }
        else
        {
            File.WriteAllText(file, "8\n");
        }

        File.WriteAllText(_world.Attempt("go"), "");
        Assert.IsTrue(Rerun(), string.Join("; ", _world.Reported));
        Assert.IsTrue(_world.Loop(), string.Join("; ", _world.Reported));

        Assert.AreEqual("false\n", File.ReadAllText(_world.Attempt("t@2/stdout.log")));
        StringAssert.StartsWith(_world.Query("SELECT not_carried FROM attempts WHERE attempt_index = 2").Single(), reason);
    }

    [TestMethod]
    public void A_rerun_after_a_failure_carries_and_a_rerun_after_success_does_not()
    {
        _world.Task("t", Count + "echo $n $MATTERSTACK_CARRIED; [ $n = 2 ]", ("Carry", "state"));
        Assert.IsFalse(_world.Loop());
        Assert.IsTrue(Rerun() && _world.Loop(), string.Join("; ", _world.Reported));
        Assert.AreEqual("2 true\n", File.ReadAllText(_world.Attempt("t@2/stdout.log")));

        Assert.IsTrue(Rerun());
        _world.Loop();

        Assert.AreEqual("1 false\n", File.ReadAllText(_world.Attempt("t@3/stdout.log")));
    }

    [TestMethod]
    public void An_old_output_is_not_taken_for_a_new_one_and_a_restart_without_progress_stops()
    {
        _world.Task(
            "dead",
            "echo 1 > energy; exit 1",
            ("RestartCommand", "exit 0"),
            ("Carry", "energy"),
            ("Outputs", "energy"),
            ("MaxAttempts", "9"),
            ("AllowFailure", "true")
        );
        _world.Task(
            "marked",
            "echo 'reached required accuracy' > OUTCAR; exit 1",
            ("RestartCommand", "true"),
            ("Carry", "OUTCAR"),
            ("SucceedWhen", "OUTCAR: reached required accuracy"),
            ("MaxAttempts", "2"),
            ("AllowFailure", "true")
        );

        Assert.IsTrue(_world.Loop(), string.Join("; ", _world.Reported));

        CollectionAssert.AreEqual((string[])["EXIT", "NO_PROGRESS"], Causes("dead"));
        Assert.AreEqual("0", _world.Query("SELECT count(*) || '' FROM outputs").Single());
        Assert.AreEqual("EXIT", Causes("marked")[0]);
        Assert.AreNotEqual("-", Causes("marked")[1]);
    }

    [TestMethod]
    public void Two_chains_do_not_mix_and_a_new_process_finds_what_the_last_one_has_not_seen()
    {
        foreach (var task in new[] { "a", "b" })
        {
            _world.Task(
                task,
                $"[ -e state ] || echo {task}0 > state; echo \"$(cat state){task}\" > state; "
                    + "[ $MATTERSTACK_ATTEMPT_INDEX = 3 ] && cp state out",
                ("Carry", "state"),
                ("MaxAttempts", "3"),
                ("Outputs", "out")
            );
        }

        // Each step is another command: the attempts end while there is none.
        for (var index = 1; index <= 3; index++)
        {
            _world.Step();
            _world.UntilExited($"a@{index}");
            _world.UntilExited($"b@{index}");
        }

        _world.Step();

        Assert.AreEqual("a=COMPLETED b=COMPLETED", _world.States());
        Assert.AreEqual("a0aaa\n", File.ReadAllText(_world.Attempt("a@3/work/out")));
        Assert.AreEqual("b0bbb\n", File.ReadAllText(_world.Attempt("b@3/work/out")));
        Assert.IsEmpty(RunChecker.CheckFolder(_world.Run));
    }

    [TestMethod]
    public void The_commands_use_codes_of_the_wiring_and_one_fingerprint_each()
    {
        _world.Cache = new CacheSettings(_world.In("cache"), CacheMode.ReadWrite);
        Wire("codes: { start: { command: echo start }, again: { command: echo again } }\noperators: { local.default: {} }");
        _world.Task(
            "t",
            "{code:start}; echo 1 > state; exit 1",
            ("RestartCommand", "{code:again} > out"),
            ("Carry", "state"),
            ("Outputs", "out"),
            ("MaxAttempts", "2")
        );

        Assert.IsTrue(_world.Loop(), string.Join("; ", _world.Reported));

        Assert.AreEqual("again\n", File.ReadAllText(_world.Attempt("t@2/work/out")));
        CollectionAssert.AreEqual(
            (string[])["again", "start"],
            _world.Query("SELECT code FROM attempt_codes JOIN attempts USING (attempt_id) WHERE attempt_index = 2 ORDER BY code")
        );
        StringAssert.Contains(_world.Query("SELECT parts FROM fingerprints").First(), "code again");
    }

    private bool Rerun() =>
        MatterStack
            .Engine.Commands.RequestCommand.Execute(_world.Context(new() { TaskId = "t" }), RequestKind.Rerun, CancellationToken.None)
            .Success;

    private string[] Causes(string task) =>
        [.. _world.Query($"SELECT coalesce(end_cause, '-') FROM attempts WHERE task_id = '{task}' ORDER BY attempt_index").Select(c => c!)];

    private void Wire(string text) => _world.Write("campaign/operators.yaml", text + "\n");
}
