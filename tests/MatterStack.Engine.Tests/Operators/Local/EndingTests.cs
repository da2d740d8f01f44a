using MatterStack.Engine.Commands;
using MatterStack.Engine.Lifecycle.Model;
using MatterStack.Engine.Tests.Commands;

namespace MatterStack.Engine.Tests.Operators.Local;

/// <summary>What is told of attempts that end badly.</summary>
[TestClass]
[OSCondition(ConditionMode.Exclude, OperatingSystems.Windows)]
public sealed class EndingTests : IDisposable
{
    private readonly CommandWorld _world = new();

    public void Dispose() => _world.Dispose();

    [TestMethod]
    [DataRow(true, "1000")]
    [DataRow(false, "4711")]
    public void What_cannot_be_ended_is_named_and_no_attempt_begins_beside_it(bool isLeader, string pid)
    {
        var processes = new UnendableProcesses(isLeader);
        _world.Host = _world.Host with { Processes = () => processes, Clock = new HurriedClock() };
        _world.Task("a", "true", ("MaxAttempts", "3"), ("TimeLimitMinutes", isLeader ? "0.0001" : "100000"));

        Assert.IsFalse(_world.Loop());

        Assert.AreEqual(1, processes.Starts);
        Assert.AreEqual("a=FAILED", _world.States());
        StringAssert.Contains(_world.Query("SELECT reason FROM attempts").Single(), $"process {pid} (dd) of the attempt cannot be ended");

        Assert.IsTrue(RequestCommand.Execute(_world.Context(), RequestKind.Revive, CancellationToken.None).Success);
        Assert.IsFalse(_world.Loop());
        Assert.AreEqual(1, processes.Starts);
        StringAssert.Contains(_world.Query("SELECT reason FROM attempts WHERE attempt_index = 2").Single(), "MATTER4012");

        processes.LetGo();
        Assert.IsTrue(RequestCommand.Execute(_world.Context(), RequestKind.Revive, CancellationToken.None).Success);
        _world.Loop();
        Assert.IsGreaterThan(1, processes.Starts);
    }

    [TestMethod]
    public void What_cannot_be_ended_is_not_called_cancelled_before_it_is_gone()
    {
        var processes = new UnendableProcesses(isLeader: true);
        var patient = _world.Host;
        _world.Host = patient with { Processes = () => processes, Clock = new HurriedClock() };
        _world.Task("a", "true", ("MaxAttempts", "3"));
        Assert.IsTrue(_world.Init());
        var (context, source) = (_world.Context(), _world.Source());
        var loop = new Thread(() => TickCommand.Loop(context, source, CancellationToken.None)) { IsBackground = true };
        loop.Start();
        CommandWorld.Until(() => _world.States() == "a=RUNNING", "the start");
        _world.Host = patient;

        Assert.IsFalse(RequestCommand.Execute(_world.Context(), RequestKind.Cancel, CancellationToken.None).Success);

        Assert.IsTrue(
            _world.Reported.Any(p =>
                p.Code == Runs.RunCodes.EndRequestFailed
                && p.Message.Contains("process 1000 (dd) of the attempt cannot be ended from here", StringComparison.Ordinal)
            )
        );
        Assert.AreEqual("a=RUNNING", _world.States());
        processes.LetGo();
        Assert.IsTrue(loop.Join(TimeSpan.FromSeconds(30)), "the loop hung");
        Assert.AreEqual("a=CANCELLED", _world.States());
        Assert.AreEqual("CANCELLED", _world.Query("SELECT state FROM runs").Single());
        Assert.AreEqual(1, processes.Starts);
    }

    [TestMethod]
    public void A_fault_after_the_start_is_not_told_as_not_started_and_leaves_nothing_running()
    {
        _world.WithoutRetries();
        _world.Host = _world.Host with { Clock = new TimerlessClock() };
        _world.Task(
            "a",
            $"echo $$ > '{_world.In("pid")}'; {CommandWorld.WaitFor(_world.In("gate"))}",
            ("TimeLimitMinutes", "5"),
            ("MaxAttempts", "2"),
            ("AllowFailure", "true")
        );

        _world.Loop();

        var attempts = _world.Query("SELECT state || ' ' || reason FROM attempts");
        StringAssert.StartsWith(attempts.Single(), "FAILED MATTER9001");

        // A command that was ended before it wrote its id leaves no file, or an empty one.
        Assert.IsFalse(
            File.Exists(_world.In("pid"))
                && int.TryParse(File.ReadAllText(_world.In("pid")), System.Globalization.CultureInfo.InvariantCulture, out var pid)
                && MatterStack.Engine.Operators.Processes.Native.ProcessTable.ReadProcess(pid) is { IsAlive: true }
        );
    }

    [TestMethod]
    [DataRow("sh -c 'kill -9 $$'; exit $?", "exit code 137 (ended by signal 9: killed; perhaps the machine ran out of memory)")]
    [DataRow("kill -9 $$", "ended by signal 9 (killed; perhaps the machine ran out of memory)")]
    [DataRow(
        "bash -c 'bash -c \"kill -9 \\$\\$\"; exit 1'; exit 1",
        "exit code 1 (its stderr.log says that one of its processes was killed; perhaps the machine ran out of memory)"
    )]
    [DataRow(
        "echo 'subprocess.CalledProcessError: died with <Signals.SIGKILL: 9>.' >&2; exit 1",
        "exit code 1 (its stderr.log says that one of its processes was killed; perhaps the machine ran out of memory)"
    )]
    [DataRow(
        "echo 'mpirun noticed that process rank 0 exited on signal 9 (Killed).' >&2; exit 9",
        "exit code 9 (its stderr.log says that one of its processes was killed; perhaps the machine ran out of memory)"
    )]
    [DataRow("echo 'Skilled people' >&2; exit 1", "exit code 1")]
    public void A_kill_that_nobody_asked_for_points_to_memory_also_behind_shells_and_scripts(string command, string reason)
    {
        _world.Task("a", command);

        Assert.IsFalse(_world.Loop());

        // Whatever else this machine lacks meanwhile is told behind it.
        StringAssert.StartsWith(_world.Query("SELECT reason FROM attempts").Single(), reason);
    }

    /// <summary>A clock that runs a thousand times as fast wherever a span is measured.</summary>
    private sealed class HurriedClock : TimeProvider
    {
        private readonly long _began = System.GetTimestamp();

        public override long GetTimestamp() => _began + (System.GetTimestamp() - _began) * 1000;
    }

    /// <summary>A clock that refuses a timer of a time limit, as .NET's does one that is too long.</summary>
    private sealed class TimerlessClock : TimeProvider
    {
        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
            dueTime == Timeout.InfiniteTimeSpan
                ? throw new ArgumentOutOfRangeException(nameof(dueTime))
                : base.CreateTimer(callback, state, dueTime, period);
    }
}
