using System.Globalization;
using MatterStack.Engine.Commands;
using MatterStack.Engine.Commands.Hosting;
using MatterStack.Engine.Lifecycle.Model;
using MatterStack.Engine.Operators.Processes.Native;
using MatterStack.Engine.Tests.Commands;

namespace MatterStack.Engine.Tests.Operators.Local;

/// <summary>The end of an attempt reaches all that it started, whatever session, group or environment that went to.</summary>
[TestClass]
[Slow]
[OSCondition(OperatingSystems.Linux)]
public sealed class ReachTests : IDisposable
{
    private readonly CommandWorld _world = new();

    private string Pids => _world.In("pids");

    // Writes its number, and goes on as long as the test's folder is there.
    private string Writer => $"sh {_world.In("writer.sh")}";

    [TestInitialize]
    public void WriteWriter() => _world.Write("writer.sh", $"echo $$ >> '{Pids}'\nwhile [ -d '{_world.Folder}' ]; do sleep 0.05; done\n");

    public void Dispose() => _world.Dispose();

    public static IEnumerable<string[]> Ways =>
        [
            ["{0}"],
            ["timeout 300 {0}"],
            ["setsid {0}"],
            ["setsid --fork {0}; while :; do sleep 0.05; done"],
            ["nohup {0} & wait"],
            ["bash -c 'set -m; {0} & wait'"],
            ["bash -c 'set -m; ({0} &) ; while :; do sleep 0.05; done'"],
            ["(setsid sh -c '({0} &)' &) ; while :; do sleep 0.05; done"],
            ["env -i PATH=\"$PATH\" setsid {0}"],
            ["sh -c \"trap '' TERM INT HUP; setsid {0}\""],
            ["setsid setsid setsid timeout 300 {0} & {0}"],
        ];

    [TestMethod]
    [DynamicData(nameof(Ways))]
    public void A_time_limit_ends_all_that_runs_and_no_attempt_begins_before(string way)
    {
        _world.Task("a", Guarded(way), ("TimeLimitMinutes", "0.008"), ("MaxAttempts", "2"), ("RetryOn", "TIMEOUT"));

        Assert.IsFalse(_world.Loop());

        Assert.AreEqual("a=FAILED", _world.States());
        Assert.AreEqual("2", _world.Query("SELECT CAST(count(*) AS TEXT) FROM attempts WHERE reason LIKE 'TIMEOUT%'").Single());
        Assert.IsFalse(File.Exists(_world.In("side-by-side")), "an attempt began while one of the last went on");
        NobodyIsLeft();
    }

    [TestMethod]
    [DynamicData(nameof(Ways))]
    public void Cancel_by_another_command_ends_all_that_runs(string way)
    {
        _world.Task("a", string.Format(CultureInfo.InvariantCulture, way, Writer));
        Assert.IsTrue(_world.Step());
        CommandWorld.Until(() => File.Exists(Pids) && File.ReadAllText(Pids).EndsWith('\n'), "the writer");

        Assert.IsTrue(Ask(RequestKind.Cancel));

        Assert.AreEqual("a=CANCELLED", _world.States());
        NobodyIsLeft();
    }

    [TestMethod]
    public void Cancel_of_one_attempt_ends_its_own_and_nothing_of_another()
    {
        _world.Task("a", "setsid " + Writer).Task("b", "setsid " + Writer);
        Assert.IsTrue(_world.Step());
        CommandWorld.Until(() => File.Exists(Pids) && File.ReadAllLines(Pids).Length == 2, "both writers");

        Assert.IsTrue(
            Ask(
                RequestKind.CancelAttempt,
                new RunArguments { AttemptId = _world.Query("SELECT attempt_id FROM attempts WHERE task_id = 'a'").Single() }
            )
        );

        Assert.AreEqual("a=CANCELLED b=RUNNING", _world.States());
        Assert.HasCount(1, Alive());
        Assert.IsTrue(Ask(RequestKind.Cancel));
        NobodyIsLeft();
    }

    [TestMethod]
    [DataRow("{0} & until [ -s {1} ]; do sleep 0.01; done; exit 3")]
    [DataRow("setsid --fork {0}; until [ -s {1} ]; do sleep 0.01; done; exit 3")]
    [DataRow("setsid --fork {0}; until [ -s {1} ]; do sleep 0.01; done; kill -9 $$")]
    public void What_a_failed_attempt_left_is_gone_before_the_next(string command)
    {
        _world.Task("a", Guarded(string.Format(CultureInfo.InvariantCulture, command, "{0}", Pids)), ("MaxAttempts", "3"));

        Assert.IsFalse(_world.Loop());

        Assert.HasCount(3, _world.Query("SELECT attempt_id FROM attempts"));
        Assert.IsFalse(File.Exists(_world.In("side-by-side")));
        // After the last attempt nothing follows; what an ended command left in the background goes on, unless it was killed.
        foreach (var pid in Alive())
        {
            Assert.DoesNotContain("kill", command);
            Libc.SendSignal(pid, Libc.SigKill);
        }
    }

    [TestMethod]
    public void What_an_ended_command_leaves_in_the_background_continues()
    {
        _world.Task(
            "a",
            $"setsid --fork {Writer}; until [ -s '{Pids}' ]; do sleep 0.01; done",
            ("MaxAttempts", "2"),
            ("TimeLimitMinutes", "5")
        );

        Assert.IsTrue(_world.Loop());

        Assert.AreEqual("a=COMPLETED", _world.States());
        Assert.HasCount(1, Alive());
    }

    [TestMethod]
    public void A_task_that_is_asked_for_again_is_alone_although_its_last_attempt_left_something()
    {
        _world.Task("a", $"{Check()}; setsid --fork {Writer}; until [ -s '{Pids}' ]; do sleep 0.01; done");
        Assert.IsTrue(_world.Loop());
        Assert.HasCount(1, Alive());

        Assert.IsTrue(Ask(RequestKind.Rerun, new RunArguments { TaskId = "a" }));
        Assert.IsTrue(_world.Loop());

        Assert.IsFalse(File.Exists(_world.In("side-by-side")));
        Assert.HasCount(1, Alive());
    }

    [TestMethod]
    public void After_a_crash_the_time_limit_is_kept_by_whoever_comes_next_also_for_what_left_the_session()
    {
        _world.Task("a", $"setsid --fork {Writer}; exec 9>&-; while :; do sleep 0.05; done", ("TimeLimitMinutes", "0.01"));
        Assert.IsTrue(_world.Step());
        CommandWorld.Until(() => File.Exists(Pids) && File.ReadAllText(Pids).EndsWith('\n'), "the writer");

        Assert.IsFalse(_world.Loop());

        StringAssert.StartsWith(_world.Query("SELECT reason FROM attempts").Single(), "TIMEOUT");
        NobodyIsLeft();
    }

    [TestMethod]
    public void After_a_crash_what_a_killed_script_had_started_is_ended_before_the_next_attempt()
    {
        _world
            .WithoutPauses()
            .Task("a", Guarded("setsid --fork {0}; while :; do sleep 0.05; done"), ("MaxAttempts", "2"), ("TimeLimitMinutes", "0.05"));
        Assert.IsTrue(_world.Step());
        CommandWorld.Until(() => File.Exists(Pids) && File.ReadAllText(Pids).EndsWith('\n'), "the writer");
        var leader = MatterStack.Engine.Operators.Processes.ProcessIdentity.TryParse(
            _world.Query("SELECT external_id FROM attempts").Single()
        )!;
        Libc.SendSignal(leader.Pid, Libc.SigKill);
        CommandWorld.Until(() => ProcessTable.ReadProcess(leader.Pid) is not { IsAlive: true }, "the end of the script");

        Assert.IsFalse(_world.Loop());

        Assert.HasCount(2, _world.Query("SELECT attempt_id FROM attempts"));
        Assert.IsFalse(File.Exists(_world.In("side-by-side")));
        NobodyIsLeft();
    }

    [TestMethod]
    public void A_person_who_repeats_the_script_in_a_session_of_their_own_without_its_id_is_left_alone()
    {
        _world.Task("a", $"{Writer}");
        Assert.IsTrue(_world.Step());
        CommandWorld.Until(() => File.Exists(Pids) && File.ReadAllLines(Pids).Length == 1, "the writer");
        using var other = System.Diagnostics.Process.Start("/bin/sh", [_world.In("writer.sh")]);
        CommandWorld.Until(() => File.ReadAllLines(Pids).Length == 2, "the other writer");

        Assert.IsTrue(Ask(RequestKind.Cancel));

        Assert.AreEqual(other.Id, Alive().Single());
        other.Kill();
        other.WaitForExit();
    }

    private bool Ask(RequestKind kind, RunArguments? arguments = null) =>
        RequestCommand.Execute(_world.Context(arguments), kind, CancellationToken.None).Success;

    // Leaves a sign if one of an earlier attempt goes on when this one begins.
    private string Check() =>
        $"[ -e '{Pids}' ] && for p in $(cat '{Pids}'); do grep -q writer.sh /proc/$p/cmdline 2>/dev/null && echo $p >> '"
        + $"{_world.In("side-by-side")}'; done; rm -f '{Pids}'";

    private string Guarded(string way) => Check() + "; " + string.Format(CultureInfo.InvariantCulture, way, Writer);

    private List<int> Alive() =>
        File.ReadAllLines(Pids)
            .Select(line => int.Parse(line, CultureInfo.InvariantCulture))
            .Where(pid => ProcessTable.ReadProcess(pid) is { IsAlive: true })
            .ToList();

    private void NobodyIsLeft() => Assert.IsEmpty(Alive(), string.Join(' ', Alive().Select(ProcessTable.ReadEnvironment)));
}
