using MatterStack.Engine.Runs;
using MatterStack.Engine.Runs.Checks;
using MatterStack.Engine.Tests.Commands;

namespace MatterStack.Engine.Tests.Faults;

/// <summary>A checker that finds nothing proves nothing: each invariant is broken by hand once.</summary>
[TestClass]
[OSCondition(ConditionMode.Exclude, OperatingSystems.Windows)]
public sealed class RunCheckerTests : IDisposable
{
    private readonly CommandWorld _world = new();

    public RunCheckerTests()
    {
        _world
            .Task("a", "echo 1 > out.txt", ("Outputs", "out.txt"))
            .Task("b", "exit 1", ("AllowFailure", "true"), ("MaxAttempts", "2"))
            .Task("c", "true", ("DependsOn", "b"))
            .Task("d", "true", ("DependsOn", "a"));
        _world.Loop();
    }

    public void Dispose() => _world.Dispose();

    [TestMethod]
    public void A_run_that_nobody_touched_is_sound() =>
        Assert.IsEmpty(RunChecker.CheckFolder(_world.Run), string.Join("; ", RunChecker.CheckFolder(_world.Run)));

    [TestMethod]
    [DataRow("UPDATE attempts SET ended_at_utc = NULL, state = 'RUNNING' WHERE task_id = 'b'", "2 attempts under way", "Task b")]
    [DataRow("UPDATE attempts SET attempt_index = 3 WHERE task_id = 'b' AND attempt_index = 2", "numbered 1, 3", "task b")]
    [DataRow("UPDATE attempts SET ended_at_utc = NULL WHERE task_id = 'a'", "has no end", "task a")]
    [DataRow("UPDATE attempts SET relative_path = 'tasks/x' WHERE task_id = 'a'", "has the folder tasks/x", "task a")]
    [DataRow("UPDATE attempts SET state = 'FAILED' WHERE task_id = 'a'", "its last event says COMPLETED", "task a")]
    [DataRow("UPDATE attempts SET wiring_sha256 = '" + Zeros + "' WHERE task_id = 'a'", "was not in force", "task a")]
    [DataRow("UPDATE attempts SET task_id = 'x' WHERE task_id = 'a'", "which the run does not have", "task 'x'")]
    [DataRow("UPDATE tasks SET current_attempt_id = NULL WHERE task_id = 'a'", "names no attempt", "Task a")]
    [DataRow("UPDATE tasks SET state = 'PENDING' WHERE task_id = 'd'", "all its dependencies have ended", "Task d")]
    [DataRow("UPDATE tasks SET state = 'COMPLETED' WHERE task_id = 'c'", "was never made", "Task c")]
    [DataRow(
        "UPDATE tasks SET state = CASE task_id WHEN 'a' THEN 'PENDING' ELSE 'READY' END WHERE task_id IN ('a', 'd')",
        "although 1 dependency has not ended",
        null
    )]
    [DataRow("UPDATE tasks SET state = 'SKIPPED' WHERE task_id = 'd'", "all its dependencies completed", "Task d")]
    [DataRow("UPDATE runs SET state = 'FAILED'", "no task failed that was not allowed to", null)]
    [DataRow("UPDATE runs SET state = 'RUNNING'", "its last event says COMPLETED", null)]
    [DataRow("UPDATE runs SET state = 'PENDING'", "attempts were made", null)]
    [DataRow("UPDATE tasks SET allow_failure = 0", "COMPLETED although 1 task failed", null)]
    [DataRow("DELETE FROM outputs", "without its declared output 'out.txt'", "task a")]
    [DataRow("UPDATE outputs SET sha256 = '" + Zeros + "'", "is not what was recorded", "task a")]
    [DataRow(
        "INSERT INTO events (at_utc, kind, task_id, attempt_id) SELECT at_utc, 'ATTEMPT_RUNNING', task_id, "
            + "attempt_id FROM events WHERE kind = 'ATTEMPT_COMPLETED'",
        "from COMPLETED to RUNNING",
        "task a"
    )]
    [DataRow("INSERT INTO events (at_utc, kind) VALUES ('2026-01-01T00:00:00.000Z', 'RUN_RUNNING')", "from COMPLETED to RUNNING", null)]
    [DataRow("UPDATE run_inputs SET sha256 = '" + Zeros + "' WHERE kind = 'operators_config'", "The store records the wiring 0000", null)]
    public void What_contradicts_itself_in_the_store_is_named(string sql, string finding, string? who)
    {
        _world.Execute(sql);

        var problems = RunChecker.CheckFolder(_world.Run);

        Assert.IsTrue(
            problems.Any(p =>
                p.Code == RunCodes.RecordsContradict
                && p.Message.Contains(finding, StringComparison.Ordinal)
                && p.Message.Contains(who ?? "", StringComparison.Ordinal)
            ),
            string.Join(Environment.NewLine, problems)
        );
    }

    [TestMethod]
    public void An_output_that_was_changed_removed_or_linked_away_is_named()
    {
        var output = _world.Attempt("a@1/work/out.txt");
        File.WriteAllText(output, "2\n");
        StringAssert.Contains(RunChecker.CheckFolder(_world.Run).Single().Message, "is not what was recorded");
        File.Delete(output);
        StringAssert.Contains(RunChecker.CheckFolder(_world.Run).Single().Message, "is gone");
        File.CreateSymbolicLink(output, _world.Write("outside.txt", "1\n"));
        StringAssert.Contains(RunChecker.CheckFolder(_world.Run).Single().Message, "is gone");
    }

    [TestMethod]
    public void A_wiring_that_was_changed_by_hand_is_named()
    {
        File.AppendAllText(Path.Combine(_world.Run.WiringSnapshotFolder, "operators.yaml"), "# changed\n");

        Assert.IsNotEmpty(RunChecker.CheckFolder(_world.Run));
    }

    private const string Zeros = "0000000000000000000000000000000000000000000000000000000000000000";
}
