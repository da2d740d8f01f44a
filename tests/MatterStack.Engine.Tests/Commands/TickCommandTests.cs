using System.Diagnostics;
using System.Globalization;
using MatterStack.Engine.Campaigns;
using MatterStack.Engine.Commands;
using MatterStack.Engine.Operators.Processes;
using MatterStack.Engine.Runs;

namespace MatterStack.Engine.Tests.Commands;

[TestClass]
[OSCondition(ConditionMode.Exclude, OperatingSystems.Windows)]
public sealed class TickCommandTests : IDisposable
{
    private readonly CommandWorld _world = new();

    public void Dispose() => _world.Dispose();

    [TestMethod]
    public void A_loop_runs_a_workflow_to_its_end()
    {
        _world
            .Task("a", "echo 1 > a.txt", ("Outputs", "a.txt"))
            .Task("b", "cat deps/a/a.txt; printf '{\"n\": %s}' $(cat deps/a/a.txt) > results.json", ("DependsOn", "a"));

        Assert.IsTrue(_world.Loop());

        Assert.AreEqual("a=COMPLETED b=COMPLETED", _world.States());
        Assert.AreEqual("{\"n\": 1}", _world.Query("SELECT results FROM attempts WHERE task_id = 'b'").Single());
        Assert.AreEqual("1\n", File.ReadAllText(_world.Attempt("b@1/stdout.log")));
        Assert.StartsWith("0\n", File.ReadAllText(_world.Attempt("b@1/exit_code")));
    }

    [TestMethod]
    public void A_step_returns_while_work_continues_and_the_next_collects_it()
    {
        var gate = _world.In("gate");
        _world
            .Task("a", $"{CommandWorld.WaitFor(gate)}; echo done > a.txt", ("Outputs", "a.txt"))
            .Task("b", "cat deps/a/a.txt", ("DependsOn", "a"));

        Assert.IsTrue(_world.Step());
        Assert.AreEqual("a=RUNNING b=PENDING", _world.States());
        Assert.IsTrue(_world.Step());
        Assert.AreEqual("a=RUNNING b=PENDING", _world.States());

        File.WriteAllText(gate, "");
        _world.UntilExited("a@1");
        Assert.IsTrue(_world.Step());
        StringAssert.StartsWith(_world.States(), "a=COMPLETED b=");
        Assert.IsTrue(_world.Loop());
        Assert.AreEqual("a=COMPLETED b=COMPLETED", _world.States());
    }

    [TestMethod]
    public void A_process_that_was_killed_between_two_steps_is_noticed()
    {
        _world.Task("a", "sleep 100");
        Assert.IsTrue(_world.Step());
        Process.GetProcessById(PidOf("a")).Kill(entireProcessTree: true);
        CommandWorld.Until(() => !IsAlive("a"), "the end of the process");

        Assert.IsTrue(_world.Step());

        Assert.AreEqual("a=READY", _world.States(), "another attempt follows after a pause");
        StringAssert.Contains(_world.Query("SELECT reason FROM attempts").Single(), "left no exit code");
    }

    [TestMethod]
    public void A_pid_that_another_process_has_now_is_not_taken_for_the_attempt()
    {
        var gate = _world.In("gate");
        _world.Task("a", CommandWorld.WaitFor(gate));
        Assert.IsTrue(_world.Step());
        File.WriteAllText(gate, "");
        _world.UntilExited("a@1");
        File.Delete(_world.Attempt("a@1/exit_code"));
        var identity = ProcessIdentity.TryParse(_world.Query("SELECT external_id FROM attempts").Single())!;
        _world.Execute(
            string.Create(
                CultureInfo.InvariantCulture,
                $"UPDATE attempts SET external_id = '{identity with { Pid = Environment.ProcessId }}'"
            )
        );

        Assert.IsTrue(_world.Step());

        Assert.AreEqual("FAILED", _world.Query("SELECT state FROM attempts").Single());
        Assert.IsFalse(Process.GetCurrentProcess().HasExited);
    }

    [TestMethod]
    public void An_attempt_of_another_machine_is_neither_dead_nor_started_again()
    {
        var gate = _world.In("gate");
        _world.Task("a", CommandWorld.WaitFor(gate));
        Assert.IsTrue(_world.Step());
        File.WriteAllText(gate, "");
        _world.UntilExited("a@1");
        File.Move(_world.Attempt("a@1/exit_code"), _world.Attempt("a@1/later"));
        var identity = ProcessIdentity.TryParse(_world.Query("SELECT external_id FROM attempts").Single())!;
        _world.Execute($"UPDATE attempts SET external_id = '{identity with { Host = "elsewhere" }}'");

        Assert.IsTrue(_world.Loop());
        Assert.AreEqual("a=RUNNING", _world.States());

        File.Move(_world.Attempt("a@1/later"), _world.Attempt("a@1/exit_code"));
        Assert.IsTrue(_world.Loop());
        Assert.AreEqual("a=COMPLETED", _world.States());
    }

    [TestMethod]
    public void After_a_crash_an_attempt_whose_process_was_not_recorded_is_found_by_its_id()
    {
        var gate = _world.In("gate");
        _world.Task("a", $"echo start >> '{_world.In("starts")}'; {CommandWorld.WaitFor(gate)}");
        Assert.IsTrue(_world.Step());
        // What a crash between the start and its record leaves.
        _world.Execute(
            "UPDATE attempts SET state = 'CREATED', external_id = NULL, submitted_at_utc = NULL; UPDATE tasks SET state = 'READY'"
        );

        Assert.IsTrue(_world.Step());
        Assert.AreEqual("a=RUNNING", _world.States());
        Assert.IsNotNull(_world.Query("SELECT external_id FROM attempts").Single());

        File.WriteAllText(gate, "");
        Assert.IsTrue(_world.Loop());
        Assert.AreEqual("start\n", File.ReadAllText(_world.In("starts")));
    }

    [TestMethod]
    public void After_a_crash_an_attempt_that_was_only_intended_is_started_once()
    {
        _world.Task("a", $"echo start >> '{_world.In("starts")}'");
        Assert.IsTrue(_world.Init());
        _world.Execute(
            """
            INSERT INTO attempts (attempt_id, task_id, attempt_index, state, operator_key, wiring_sha256, operator_sha256, created_at_utc, relative_path)
            SELECT '20260101_000000_00000001', 'a', 1, 'CREATED', 'local.default', sha256, sha256, '2026-01-01T00:00:00.000Z', 'tasks/a@1' FROM run_inputs WHERE kind = 'operators_config';
            UPDATE tasks SET attempts = 1, current_attempt_id = '20260101_000000_00000001';
            UPDATE runs SET state = 'RUNNING';
            """
        );

        Assert.IsTrue(_world.Loop());

        Assert.AreEqual("start\n", File.ReadAllText(_world.In("starts")));
        Assert.AreEqual("20260101_000000_00000001", _world.Query("SELECT attempt_id FROM attempts").Single());
    }

    [TestMethod]
    public void A_run_that_was_moved_continues()
    {
        var gate = _world.In("gate");
        _world
            .Task("a", $"{CommandWorld.WaitFor(gate)}; echo 1 > a.txt", ("Outputs", "a.txt"))
            .Task("b", "cat deps/a/a.txt", ("DependsOn", "a"));
        Assert.IsTrue(_world.Step());
        File.WriteAllText(gate, "");
        _world.UntilExited("a@1");
        Directory.CreateDirectory(_world.In("other"));
        Directory.Move(_world.Workspace.RunsDirectory, _world.In("other/runs"));

        var elsewhere = _world.Context() with { Workspace = _world.Workspace with { RunsDirectory = _world.In("other/runs") } };
        Assert.IsTrue(TickCommand.Loop(elsewhere, _world.Source(), CancellationToken.None).Success);
    }

    [TestMethod]
    public void A_run_that_is_moved_while_a_command_works_still_learns_how_it_ended()
    {
        var gate = _world.In("gate");
        var working = _world.In("working");
        _world.Task("a", $"echo > '{working}'; {CommandWorld.WaitFor(gate)}; echo 1 > a.txt; cd /; exit 0", ("Outputs", "a.txt"));
        Assert.IsTrue(_world.Step());
        CommandWorld.Until(() => File.Exists(working), "the command to begin");
        Directory.Move(_world.Workspace.RunsDirectory, _world.In("moved"));
        File.WriteAllText(gate, "");

        var elsewhere = _world.Context() with { Workspace = _world.Workspace with { RunsDirectory = _world.In("moved") } };
        Assert.IsTrue(TickCommand.Loop(elsewhere, _world.Source(), CancellationToken.None).Success, string.Join(';', _world.Reported));
    }

    [TestMethod]
    [DataRow("exit 7", 7)]
    [DataRow("exec sh -c 'exit 8'", 8)]
    [DataRow("trap 'true' EXIT; exit 9", 9)]
    [DataRow("cd /; false", 1)]
    [DataRow("if true; then", 2)]
    [DataRow("kill -KILL $$", null)]
    public void Exit_codes_come_through_however_a_command_ends_and_whoever_waits_for_it(string command, int? code)
    {
        var gate = _world.In("gate");
        _world
            .Task("watched", command, ("AllowFailure", "true"))
            .Task("unwatched", $"{CommandWorld.WaitFor(gate)}\n{command}", ("AllowFailure", "true"));
        Assert.IsTrue(_world.Step());
        File.WriteAllText(gate, "");
        Assert.IsTrue(_world.Loop());

        var codes = _world.Query("SELECT CAST(exit_code AS TEXT) FROM attempts").Distinct().ToList();
        Assert.AreEqual(code?.ToString(CultureInfo.InvariantCulture), codes.Single());
    }

    [TestMethod]
    public void A_command_runs_also_where_its_exit_code_cannot_be_written()
    {
        _world.Task("a", "echo ran");
        Assert.IsTrue(_world.Init());
        // A folder of that name: the script cannot make the file.
        Directory.CreateDirectory(_world.Attempt("a@1/exit_code"));

        Assert.IsTrue(_world.Loop(), string.Join(';', _world.Reported));
        Assert.AreEqual("ran\n", File.ReadAllText(_world.Attempt("a@1/stdout.log")));
    }

    [TestMethod]
    public void An_edit_of_a_file_after_init_does_not_reach_into_the_run()
    {
        _world.Write("campaign/in.txt", "old");
        _world.Task("a", "cat in.txt", ("Files", "in.txt"));
        Assert.IsTrue(_world.Init());
        _world.Write("campaign/in.txt", "new");

        Assert.IsTrue(_world.Loop());

        Assert.AreEqual("old", File.ReadAllText(_world.Attempt("a@1/stdout.log")));
        Assert.AreEqual(RunCodes.DefinitionChanged, _world.Reported.Single().Code);
    }

    [TestMethod]
    public void A_change_of_the_campaign_in_mid_run_is_reported_once_and_recorded()
    {
        var gate = _world.In("gate");
        _world.Task("a", CommandWorld.WaitFor(gate));
        Assert.IsTrue(_world.Step());
        _world.Task("a", "something else");
        Assert.IsTrue(_world.Step());
        Assert.IsTrue(_world.Step());
        File.WriteAllText(gate, "");

        Assert.IsTrue(_world.Loop());

        Assert.HasCount(1, _world.Reported.Where(p => p.Code == RunCodes.DefinitionChanged).ToList());
        Assert.HasCount(1, _world.Query("SELECT kind FROM events WHERE kind = 'DEFINITION_CHANGED'"));
    }

    [TestMethod]
    public void A_loop_after_the_end_is_up_to_date_until_the_campaign_changes()
    {
        _world.Task("a", "true");
        Assert.IsTrue(_world.Loop());
        var first = _world.Run;
        Assert.IsTrue(_world.Loop());
        Assert.AreEqual(first, _world.Run);
        StringAssert.Contains(_world.Said[^1], "nothing is left to do");

        _world.Task("a", "true again", ("AllowFailure", "true"));
        Assert.IsTrue(_world.Loop());
        Assert.AreNotEqual(first.Path, _world.Run.Path);
    }

    [TestMethod]
    public void A_settled_run_is_not_written_to_by_further_ticks()
    {
        _world.Task("a", "true");
        Assert.IsTrue(_world.Loop());
        var before = File.ReadAllBytes(_world.Run.StoreFile);

        Assert.IsTrue(_world.Step());
        Assert.IsTrue(_world.Loop());

        CollectionAssert.AreEqual(before, File.ReadAllBytes(_world.Run.StoreFile));
    }

    [TestMethod]
    public void A_failed_run_fails_again_and_names_task_reason_and_log()
    {
        _world.Task("a", "echo it broke >&2; exit 3").Task("b", "true", ("DependsOn", "a"));
        Assert.IsFalse(_world.Loop());
        _world.Reported.Clear();
        Assert.IsFalse(_world.Loop());

        Assert.AreEqual("a=FAILED b=SKIPPED", _world.States());
        var failed = _world.Reported.Single(p => p.Code == RunCodes.TaskFailed);
        StringAssert.Contains(failed.Message, "'a' failed: exit code 3; its last lines: it broke");
        StringAssert.EndsWith(failed.Remedy, Path.Combine("a@1", "stderr.log"));
        Assert.HasCount(1, _world.Reported.Where(p => p.Code == RunCodes.RunFailed).ToList());
    }

    [TestMethod]
    public void A_time_limit_ends_the_whole_process_group()
    {
        _world.Task("a", "sleep 1000 & echo $! > child; wait", ("TimeLimitMinutes", "0.01"));

        Assert.IsFalse(_world.Loop());

        StringAssert.StartsWith(_world.Query("SELECT reason FROM attempts").Single(), "TIMEOUT");
        var child = int.Parse(File.ReadAllText(_world.Attempt("a@1/work/child")), CultureInfo.InvariantCulture);
        CommandWorld.Until(
            () => MatterStack.Engine.Operators.Processes.Native.ProcessTable.ReadProcess(child) is not { IsAlive: true },
            "the end of the child"
        );
    }

    [TestMethod]
    public void A_time_limit_that_passed_between_steps_is_kept_at_the_next()
    {
        _world.Task("a", "sleep 1000", ("TimeLimitMinutes", "0.001"));
        Assert.IsTrue(_world.Step());
        var watch = Stopwatch.StartNew();
        CommandWorld.Until(() => watch.Elapsed.TotalMilliseconds > 70, "the limit");

        Assert.IsFalse(_world.Loop());
        StringAssert.StartsWith(_world.Query("SELECT reason FROM attempts").Single(), "TIMEOUT");
    }

    [TestMethod]
    public void Only_one_may_move_a_run_and_the_loser_is_told_who_does()
    {
        _world.Task("a", "true");
        Assert.IsTrue(_world.Init());
        using (RunLock.Acquire(_world.Run, TimeProvider.System).Value)
        {
            Assert.IsFalse(_world.Step());
        }

        StringAssert.Contains(
            _world.Reported.Single().Message,
            string.Create(CultureInfo.InvariantCulture, $"process {Environment.ProcessId} on {Environment.MachineName} since 2")
        );
        Assert.IsTrue(_world.Loop());
    }

    [TestMethod]
    public void Wiring_is_persisted_and_recorded_with_every_attempt()
    {
        _world.Write(
            "campaign/operators.yaml",
            "operators:\n  local.default: { kind: local, backend: { type: local }, max_concurrent: 1 }\n"
        );
        _world.Task("a", "true");
        Assert.IsTrue(_world.Init());
        File.Delete(_world.In("campaign/operators.yaml"));
        Assert.IsTrue(_world.Loop());

        var snapshot = Path.Combine(_world.Run.WiringSnapshotFolder, "operators.yaml");
        var hash = MatterStack.Engine.Identity.Sha256.ComputeHash(File.ReadAllBytes(snapshot)).Hex;
        Assert.AreEqual(hash, _world.Query("SELECT wiring_sha256 FROM attempts").Single());
        Assert.AreEqual(hash, _world.Query("SELECT sha256 FROM run_inputs WHERE kind = 'operators_config'").Single());
        Assert.AreEqual("workspace_default", _world.Query("SELECT source FROM run_inputs WHERE kind = 'operators_config'").Single());
    }

    [TestMethod]
    [DataRow("max_concurrent: 1", "")]
    [DataRow("", "defaults: { max_concurrent_global: 1 }\n")]
    [DataRow("backend: { type: local, cores: 1 }", "")]
    public void Limits_of_the_wiring_hold(string ofOperator, string ofFile)
    {
        _world.Write(
            "campaign/operators.yaml",
            $"{ofFile}operators:\n  local.default: {{ kind: local, {ofOperator} }}\n".Replace(", }", " }", StringComparison.Ordinal)
        );
        for (var i = 0; i < 6; i++)
        {
            // Fails if another one is between its two lines.
            _world.Task($"t{i}", $"mkdir '{_world.In("alone")}' && sleep 0.01 && rmdir '{_world.In("alone")}'");
        }

        Assert.IsTrue(_world.Loop(), string.Join("; ", _world.Reported));
    }

    [TestMethod]
    public void An_unroutable_key_is_an_error_before_a_run_exists()
    {
        _world.Task("a", "true", ("OperatorKey", "local.defualt"));
        Assert.IsFalse(_world.Loop());

        var problem = _world.Reported.Single();
        Assert.AreEqual(CampaignCodes.UnknownOperator, problem.Code);
        StringAssert.Contains(problem.Remedy, "'local.default'");
        Assert.IsEmpty(new RunsFolder(_world.Workspace.RunsDirectory).ListRuns());
        Assert.IsEmpty(Directory.GetDirectories(_world.Workspace.RunsDirectory));
    }

    private int PidOf(string task) =>
        ProcessIdentity.TryParse(_world.Query($"SELECT external_id FROM attempts WHERE task_id = '{task}'").Single())!.Pid;

    private bool IsAlive(string task) =>
        MatterStack.Engine.Operators.Processes.Native.ProcessTable.ReadProcess(PidOf(task)) is { IsAlive: true };
}
