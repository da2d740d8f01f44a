using System.Globalization;
using System.Text.Json;
using MatterStack.Engine.Commands;
using MatterStack.Engine.Commands.Hosting;
using MatterStack.Engine.Lifecycle.Selections;
using MatterStack.Engine.Runs.Store;
using MatterStack.Engine.Runs.Usage;

namespace MatterStack.Engine.Tests.Commands;

/// <summary><c>Usage</c>, and what other commands say about usage.</summary>
[TestClass]
[OSCondition(ConditionMode.Exclude, OperatingSystems.Windows)]
public sealed class UsageCommandTests : IDisposable
{
    private readonly CommandWorld _world = new();

    public void Dispose() => _world.Dispose();

    [TestMethod]
    public void Usage_shows_groups_for_people_and_plain_numbers_for_scripts()
    {
        DeclareAndRun();

        var result = Execute();

        Assert.IsTrue(result.Success);
        Assert.AreEqual($"usage of run {_world.Run.Id}: 4 attempts in 2 groups of tasks", _world.Said[0]);
        Assert.Contains("  fit_* on local.default: 3 tasks, 3 completed", _world.Said);
        Assert.Contains("    memory   asked 8 GiB          used 2 GiB (median), 2 GiB (95 %), 2 GiB (most) (largest process)", _world.Said);
        Assert.Contains("    write    MemoryGb=\"2.5\" TimeLimitMinutes=\"15\"", _world.Said);
        Assert.Contains("    unknown  nothing measured it ×1", _world.Said);
        var item = result.Items[0].Metadata;
        Assert.AreEqual(
            ("fit_*", "3", "600", "2147483648", "8589934592"),
            (
                item["task_group"],
                item["completed"],
                item["wall_seconds_median"],
                item["peak_memory_bytes_max"],
                item["asked_memory_bytes_max"]
            )
        );
        Assert.IsFalse(result.Items[1].Metadata.ContainsKey("wall_seconds_median"), "unknown is not 0");
        Assert.AreEqual("nothing measured it ×1", result.Items[1].Metadata["unknown"]);
    }

    [TestMethod]
    public void Csv_has_an_empty_field_and_json_null_for_what_is_unknown()
    {
        DeclareAndRun();

        Assert.IsTrue(Execute(new RunArguments { Format = "CSV" }).Success);

        Assert.HasCount(3, _world.Said);
        var (names, values) = (_world.Said[0].Split(','), _world.Said[2].Split(','));
        Assert.HasCount(names.Length, values, "no name of this run needs quotes");
        var row = names.Zip(values).ToDictionary();
        Assert.AreEqual(
            (_world.Run.Id.Value, "ask", "1", ""),
            (row["run_id"], row["task_group"], row["completed"], row["wall_seconds_median"])
        );

        var file = _world.In("out/usage.json");
        Assert.IsTrue(Execute(new RunArguments { Format = "json", OutputFile = file }).Success);
        using var json = JsonDocument.Parse(File.ReadAllText(file));
        var groups = json.RootElement.GetProperty("groups");
        Assert.AreEqual(2, groups.GetArrayLength());
        Assert.AreEqual(JsonValueKind.Null, groups[1].GetProperty("wall_seconds_median").ValueKind);
        Assert.AreEqual(600, groups[0].GetProperty("wall_seconds_median").GetDouble());
    }

    [TestMethod]
    public void A_wrong_form_and_a_folder_as_output_are_errors()
    {
        DeclareAndRun();

        Assert.IsFalse(Execute(new RunArguments { Format = "cvs" }).Success);
        Assert.AreEqual(("Format is 'cvs'", "It takes table, csv, json."), (_world.Reported[0].Message, _world.Reported[0].Remedy));
        Assert.IsFalse(Execute(new RunArguments { Format = "csv", OutputFile = _world.In("campaign") }).Success);
        Assert.Contains("which is a folder", _world.Reported[1].Message);
        File.CreateSymbolicLink(_world.In("nowhere"), _world.In("missing/usage.csv"));
        Assert.IsFalse(Execute(new RunArguments { Format = "csv", OutputFile = _world.In("nowhere") }).Success);
        Assert.Contains("a link that leads nowhere", _world.Reported[2].Message);
        Assert.IsFalse(Execute(new RunArguments { Format = "csv", OutputFile = "/dev/null" }).Success);
        Assert.Contains("a character device", _world.Reported[3].Message);
    }

    [TestMethod]
    public void A_selection_counts_its_tasks()
    {
        DeclareAndRun();

        var result = Execute(new RunArguments { Select = TaskSelection.Parse("fit_2").GetValueOrThrow() });

        Assert.AreEqual(("fit_*", "1"), (result.Items.Single().Metadata["task_group"], result.Items[0].Metadata["tasks"]));
    }

    [TestMethod]
    public void A_run_without_attempts_and_a_run_of_an_earlier_version_have_their_words()
    {
        _world.Task("a", "true");
        Assert.IsTrue(_world.Init());
        Assert.IsTrue(Execute().Success);
        Assert.Contains("  a on local.default: 1 task", _world.Said);

        Assert.IsTrue(_world.Loop());
        _world.Execute("UPDATE attempts SET usage_source = NULL, usage_note = NULL, wall_seconds = NULL");
        _world.Said.Clear();
        Assert.IsTrue(Execute().Success);
        Assert.Contains("    unknown  recorded by an earlier version ×1", _world.Said);
        Assert.Contains("    time     asked nothing        used unknown", _world.Said);
    }

    [TestMethod]
    public void What_an_attempt_asked_for_is_its_own_request_and_not_the_present_one()
    {
        _world.Task("fit", "true", ("MemoryGb", "2"));
        Assert.IsTrue(_world.Loop());
        _world.Execute(
            """
            INSERT INTO attempts (attempt_id, task_id, attempt_index, state, operator_key, wiring_sha256, operator_sha256, created_at_utc, ended_at_utc, relative_path, end_cause)
            SELECT 'a2', task_id, 2, 'FAILED', operator_key, wiring_sha256, operator_sha256, created_at_utc, ended_at_utc, 'tasks/fit@2', 'OUT_OF_MEMORY' FROM attempts;
            INSERT INTO attempts (attempt_id, task_id, attempt_index, state, operator_key, wiring_sha256, operator_sha256, created_at_utc, ended_at_utc, relative_path, end_cause, given)
            SELECT 'a3', task_id, 3, 'FAILED', operator_key, wiring_sha256, operator_sha256, created_at_utc, ended_at_utc, 'tasks/fit@3', 'OUT_OF_MEMORY', '{"memory_gb":24}' FROM attempts WHERE attempt_index = 1;
            UPDATE attempts SET definition = json_set((SELECT definition FROM tasks), '$.memory_gb', 4) WHERE attempt_index = 2;
            UPDATE tasks SET definition = json_set(definition, '$.memory_gb', 16);
            """
        );

        using var reader = new RunReader(_world.Run);
        CollectionAssert.AreEqual(
            new double?[] { 24, 4, 4 },
            reader.ReadUsage().Select(static row => row.MemoryGb).ToArray(),
            "the last attempt grew; the first two began before the amendment"
        );
    }

    [TestMethod]
    [DataRow("OUT_OF_MEMORY", "    attempt 1 asked for 2 GiB and used 1.9 GiB (largest process)")]
    [DataRow("TIMEOUT", "    attempt 1 had a limit of 5 min and ran 5 min")]
    public void Explain_says_what_an_attempt_asked_for_and_used_that_lacked_it(string cause, string line)
    {
        _world.Task("fit", "false", ("MemoryGb", "2"), ("TimeLimitMinutes", "5"));
        Assert.IsFalse(_world.Loop());
        _world.Execute(
            $"UPDATE attempts SET end_cause = '{cause}', usage_source = 'sacct', wall_seconds = 300, peak_memory_bytes = 2040109466"
        );
        _world.Said.Clear();

        Assert.IsTrue(ExplainCommand.Execute(_world.Context(new RunArguments { TaskId = "fit" })).Success);

        Assert.Contains(line, _world.Said);
    }

    [TestMethod]
    public void Explain_says_nothing_about_the_usage_of_a_completed_task()
    {
        DeclareAndRun();

        Assert.IsTrue(ExplainCommand.Execute(_world.Context(new RunArguments { TaskId = "fit_1" })).Success);

        Assert.IsFalse(_world.Said.Exists(static line => line.Contains("asked for 8 GiB and", StringComparison.Ordinal)));
    }

    [TestMethod]
    public void Plan_expects_the_time_that_was_measured_and_not_the_time_in_the_queue()
    {
        _world.Task("fit", "true", ("Cache", "false"));
        Assert.IsTrue(_world.Loop());
        _world.Execute(
            "DELETE FROM events WHERE kind = 'ATTEMPT_RUNNING'; "
                + "UPDATE attempts SET submitted_at_utc = '2026-12-01T00:00:00.000Z', ended_at_utc = '2026-12-01T11:00:00.000Z', "
                + "usage_source = 'sacct', queue_seconds = 36000, wall_seconds = 3600"
        );

        using var reader = new RunReader(_world.Run);
        Assert.AreEqual(TimeSpan.FromHours(1), reader.ReadDurations().Single().Time);
        _world.Execute("UPDATE attempts SET wall_seconds = NULL");
        using var again = new RunReader(_world.Run);
        Assert.AreEqual(TimeSpan.FromHours(11), again.ReadDurations().Single().Time);
    }

    [TestMethod]
    [Slow]
    public void A_run_of_100_000_tasks_is_read_in_one_pass()
    {
        _world.Task("fit_0", "true", ("MemoryGb", "8"));
        Assert.IsTrue(_world.Loop());
        _world.Execute(
            """
            WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 99999)
            INSERT INTO tasks (seq, task_id, state, operator_key, command, cores, max_attempts, allow_failure, allow_dependency_failure, definition, pattern)
            SELECT i, 'fit_' || i, state, operator_key, command, cores, max_attempts, allow_failure, allow_dependency_failure, definition, pattern FROM tasks, n;
            INSERT INTO attempts (attempt_id, task_id, attempt_index, state, operator_key, wiring_sha256, operator_sha256, created_at_utc, ended_at_utc, relative_path, usage_source, wall_seconds, cpu_seconds, peak_memory_bytes)
            SELECT 'x' || t.seq, t.task_id, 1, 'COMPLETED', a.operator_key, wiring_sha256, operator_sha256, created_at_utc, ended_at_utc, 'tasks/' || t.task_id || '@1', 'sacct', t.seq, t.seq / 2.0, 1000 * t.seq
            FROM tasks t, attempts a WHERE t.seq > 0;
            """
        );

        using var reader = new RunReader(_world.Run);
        var before = MatterStack.Engine.Runs.Store.Sqlite.SqlStatement.ExecutedByThisThread;
        var usage = RunUsage.SumUp(reader.ReadUsage()).Single();

        Assert.AreEqual(1, MatterStack.Engine.Runs.Store.Sqlite.SqlStatement.ExecutedByThisThread - before);
        Assert.AreEqual(("fit_*", 100_000, 100_000), (usage.Group.Name, usage.Tasks, usage.Completed));
        Assert.AreEqual(99_999.0, usage.WallTime.Max);
    }

    private CommandResult Execute(RunArguments? arguments = null)
    {
        _world.Said.Clear();
        return UsageCommand.Execute(_world.Context(arguments));
    }

    private void DeclareAndRun()
    {
        for (var i = 1; i <= 3; i++)
        {
            _world.Task(string.Create(CultureInfo.InvariantCulture, $"fit_{i}"), "true", ("MemoryGb", "8"));
        }

        _world.Task("ask", "echo asked");
        Assert.IsTrue(_world.Loop(), string.Join('\n', _world.Reported));
        _world.Execute(
            "UPDATE attempts SET usage_source = 'sacct', usage_note = NULL, queue_seconds = 5, wall_seconds = 600, cpu_seconds = 590, "
                + "peak_memory_bytes = 2147483648 WHERE task_id LIKE 'fit%'; "
                + "UPDATE attempts SET usage_source = 'none', usage_note = 'nothing measured it', queue_seconds = NULL, "
                + "wall_seconds = NULL, cpu_seconds = NULL, peak_memory_bytes = NULL WHERE task_id = 'ask'"
        );
        _world.Said.Clear();
    }
}
