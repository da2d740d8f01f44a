using MatterStack.Engine.Tests.Commands;

namespace MatterStack.Engine.Tests.Operators.Local;

/// <summary>Attempts that a monitor ends, as processes of this machine: their cause, their reason, and what follows.</summary>
[TestClass]
[Slow]
[OSCondition(ConditionMode.Exclude, OperatingSystems.Windows)]
public sealed class MonitorRunTests : IDisposable
{
    private const string Endless = "while [ -d \"$PWD\" ]; do sleep 0.02; done";

    private readonly CommandWorld _world = new(inMemory: true);

    public void Dispose() => _world.Dispose();

    [TestMethod]
    public void A_monitored_stop_is_a_failure_with_its_own_name_unless_the_success_is_there()
    {
        Watch("plain", "echo E > energy; " + Endless, "[ ! -e energy ] || { echo 'energy exploded'; false; }", ("Outputs", "energy"));
        Watch(
            "enough",
            "echo E > energy; echo 'temperature reached'; " + Endless,
            "[ ! -e energy ] || { echo 'it is hot enough'; false; }",
            ("Outputs", "energy"),
            ("SucceedWhen", "stdout: reached")
        );
        Watch("unmarked", "echo E > energy; " + Endless, "[ ! -e energy ]", ("Outputs", "energy"), ("SucceedWhen", "stdout: reached"));
        Watch("unwritten", "echo reached; " + Endless, "false", ("Outputs", "energy"), ("SucceedWhen", "stdout: reached"));
        // A program that ends well at the signal was stopped all the same.
        Watch("polite", "trap 'exit 0' TERM; " + Endless, "false");

        Assert.IsTrue(_world.Loop(), string.Join("; ", _world.Reported));

        Assert.AreEqual("plain=FAILED enough=COMPLETED unmarked=FAILED unwritten=FAILED polite=FAILED", _world.States());
        CollectionAssert.AreEqual(
            (string[])
                [
                    "enough - - -",
                    "plain STOPPED 143 stopped by its monitor: energy exploded",
                    "polite STOPPED 0 stopped by its monitor (exit code 1)",
                    "unmarked STOPPED 143 stopped by its monitor (exit code 1); NO_SUCCESS_MARK: no line of stdout matches 'reached' of "
                        + "SucceedWhen",
                    "unwritten STOPPED 143 stopped by its monitor (exit code 1); declared outputs were not produced: energy",
                ],
            _world.Query(
                "SELECT task_id || ' ' || coalesce(end_cause, '-') || ' ' || coalesce(exit_code, '-') || ' ' || coalesce(reason, '-') "
                    + "FROM attempts ORDER BY task_id"
            )
        );
        CollectionAssert.AreEqual(
            (string[])["it was stopped by its monitor: it is hot enough"],
            _world.Query("SELECT details FROM events WHERE kind = 'ATTEMPT_WARNED' AND task_id = 'enough'")
        );
        CollectionAssert.AreEqual(
            (string[])["energy"],
            _world.Query("SELECT o.path FROM outputs o JOIN attempts a USING (attempt_id) WHERE a.task_id = 'enough'")
        );
    }

    [TestMethod]
    public void A_stop_is_a_cause_of_its_own_and_the_next_attempt_goes_on_from_what_is_left()
    {
        _world.Task(
            "md",
            "echo 1 > state; " + Endless,
            ("Monitor", "[ ! -e state ] || { echo 'time step too long'; false; }"),
            ("MonitorEvery", "00:00:01"),
            ("RestartCommand", "echo $MATTERSTACK_PREVIOUS_CAUSE from $(cat state) > out"),
            ("Carry", "state"),
            ("RetryOn", "STOPPED"),
            ("MaxAttempts", "2"),
            ("Outputs", "out")
        );
        Watch("other", "exit 4", "false", ("RetryOn", "STOPPED"), ("MaxAttempts", "2"));
        Watch("held", Endless, "false", ("OnFailure", "hold"));

        _world.Loop();

        Assert.AreEqual("md=COMPLETED other=FAILED held=WAITING_EXTERNAL", _world.States());
        Assert.AreEqual("STOPPED from 1\n", File.ReadAllText(_world.Attempt("md@2/work/out")));
        Assert.AreEqual("1", _world.Query("SELECT count(*) FROM attempts WHERE task_id = 'other'").Single());
    }

    [TestMethod]
    public void A_monitor_that_breaks_is_a_warning()
    {
        Watch("t", "until [ -e ../monitor_failed ]; do sleep 0.02; done; echo 1 > out", "no-such-monitor", ("Outputs", "out"));
        Watch("u", "until [ -e ../monitor_failed ]; do sleep 0.02; done; echo 1 > out", "if", ("Outputs", "out"));

        Assert.IsTrue(_world.Loop(), string.Join("; ", _world.Reported));

        var warnings = _world.Query("SELECT details FROM events WHERE kind = 'ATTEMPT_WARNED' ORDER BY task_id");
        Assert.HasCount(2, warnings);
        Assert.StartsWith("its monitor failed itself in ", warnings[0]);
        Assert.Contains(", and changed nothing; last: exit code 127: ", warnings[0]!);
        Assert.StartsWith("its monitor never ran, and changed nothing: it is no shell text: ", warnings[1]);
    }

    private void Watch(string id, string command, string monitor, params (string, string)[] more) =>
        _world.Task(id, command, [("Monitor", monitor), ("MonitorEvery", "00:00:01"), ("AllowFailure", "true"), .. more]);
}
