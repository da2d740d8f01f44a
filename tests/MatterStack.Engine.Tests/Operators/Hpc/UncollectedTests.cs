using MatterStack.Engine.Commands;
using MatterStack.Engine.Commands.Hosting;
using MatterStack.Engine.Lifecycle.Model;
using MatterStack.Engine.Runs;
using MatterStack.Engine.Runs.Checks;
using MatterStack.Engine.Tests.Commands;
using MatterStack.Engine.Tests.Transports;

namespace MatterStack.Engine.Tests.Operators.Hpc;

/// <summary>What people can ask of a run with an attempt whose job has ended and cannot be brought home: nothing is lost by it, and there
/// is a way out.</summary>
[TestClass]
[OSCondition(ConditionMode.Exclude, OperatingSystems.Windows)]
public sealed class UncollectedTests : IDisposable
{
    private readonly ClusterWorld _cluster = new(staged: true);
    private readonly CommandWorld _world = new(inMemory: true);

    public UncollectedTests()
    {
        _world.Write("campaign/operators.yaml", "operators:\n  hpc.default: { kind: hpc, backend: { type: slurm } }\n");
        _world.Host = _world.Host with
        {
            Operators = (_, report) => _cluster.Open(report),
            Conducting = _world.Host.Conducting with { RequestedEndTimeout = TimeSpan.FromSeconds(2) },
        };
        _world.Task("a", "echo s > secret", ("OperatorKey", "hpc.default"), ("Outputs", "secret"), ("MaxAttempts", "2"));
        Assert.IsTrue(_world.Step());
        _cluster.Run("1");
    }

    public void Dispose()
    {
        _world.Dispose();
        _cluster.Dispose();
    }

    [TestMethod]
    [DataRow(Trouble.Denied, "has ended; output 'secret' cannot be read")]
    [DataRow(Trouble.NotFetched, "has ended; its files cannot be fetched yet (Connection refused)")]
    [DataRow(Trouble.OutOfReach, "does not report the state of job 1 (Connection refused)")]
    [DataRow(Trouble.NeverReachedAgain, "does not report the state of job 1 (Connection refused)")]
    public void Cleaning_up_and_resetting_leave_it_alone_say_what_it_waits_for_and_it_comes_home_later(object trouble, string words)
    {
        Begin((Trouble)trouble);

        Assert.IsTrue(Ask(RequestKind.CleanupOrphans));
        StringAssert.Contains(_world.Said[^1], "there is no orphan; live attempts: a (");
        StringAssert.Contains(_world.Said[^1], words);
        StringAssert.Contains(_world.Said[^1], "-t:CancelAttempt");
        Assert.IsFalse(Reset());
        Assert.AreEqual(RunCodes.RequestRefused, _world.Reported[^1].Code);
        StringAssert.Contains(_world.Reported[^1].Message, words);
        StringAssert.Contains(_world.Reported[^1].Remedy, "-t:Cancel");

        _cluster.GiveSecret();
        _cluster.Line = _ => null;
        Assert.IsFalse(_world.Query("SELECT state FROM attempts").Single() is "CANCELLED" or "FAILED");
        CommandWorld.Until(() => _world.Step() && _world.States() == "a=COMPLETED", "its outputs");
        Assert.AreEqual("1", _world.Query("SELECT CAST(count(*) AS TEXT) FROM attempts").Single());
        Assert.IsEmpty(RunChecker.CheckFolder(_world.Run));
    }

    [TestMethod]
    [DataRow(Trouble.Denied, "; its job had ended by itself, and output 'secret' cannot be read: this machine says Permission denied")]
    [DataRow(Trouble.NotFetched, "; its job had ended by itself, and its files could not be fetched: Connection refused")]
    public void What_is_known_to_have_ended_is_cancelled_at_once_and_then_reset(object trouble, string words)
    {
        Begin((Trouble)trouble);

        Assert.IsTrue(Ask(RequestKind.Cancel));

        Assert.AreEqual("CANCELLED", _world.Query("SELECT state FROM attempts").Single());
        StringAssert.EndsWith(_world.Query("SELECT reason FROM attempts").Single(), words);
        Assert.AreEqual("CANCELLED", _world.Query("SELECT state FROM runs").Single());
        Assert.IsEmpty(RunChecker.CheckFolder(_world.Run));
        Assert.IsTrue(Reset());
        Assert.IsEmpty(new RunsFolder(_world.Workspace.RunsDirectory).ListRuns());
    }

    [TestMethod]
    [DataRow(Trouble.OutOfReach)]
    [DataRow(Trouble.NeverReachedAgain)]
    public void What_can_never_be_reached_is_asked_to_end_given_up_and_then_reset(object trouble)
    {
        Begin((Trouble)trouble);

        Assert.IsFalse(Ask(RequestKind.Cancel));
        Assert.AreEqual(RunCodes.EndRequestFailed, _world.Reported[^1].Code);
        StringAssert.Contains(_world.Reported[^1].Remedy, "-t:CleanupOrphans");
        Assert.IsFalse(Reset());
        StringAssert.Contains(_world.Reported[^1].Remedy, "-t:CleanupOrphans");

        Assert.IsTrue(Ask(RequestKind.CleanupOrphans));
        StringAssert.Contains(_world.Said[^1], "NOT REACHED from here, may continue");
        StringAssert.StartsWith(
            _world.Query("SELECT reason FROM attempts").Single(),
            "given up (cleaned up), its end was requested and it may continue: this machine cannot be reached"
        );
        Assert.AreEqual("CANCELLED", _world.Query("SELECT state FROM runs").Single());
        Assert.IsEmpty(RunChecker.CheckFolder(_world.Run));
        Assert.IsTrue(Reset());
    }

    private void Begin(Trouble trouble)
    {
        switch (trouble)
        {
            case Trouble.Denied:
                _cluster.KeepSecret();
                break;
            case Trouble.NotFetched:
                _cluster.Line = call => call.Output is null ? null : new Fault.Refused();
                break;
            case Trouble.OutOfReach:
                _cluster.Line = call => call.Output is null ? null : new Fault.Refused();
                _world.Step();
                _cluster.Line = _ => new Fault.Refused();
                break;
            default:
                _cluster.Line = _ => new Fault.Refused();
                break;
        }

        _world.Step();
    }

    private bool Reset() => ResetCommand.Execute(_world.Context(new RunArguments { Confirm = true })).Success;

    private bool Ask(RequestKind kind) => RequestCommand.Execute(_world.Context(), kind, default).Success;

    private enum Trouble
    {
        Denied,
        NotFetched,
        OutOfReach,
        NeverReachedAgain,
    }
}
