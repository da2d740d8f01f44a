using MatterStack.Engine.Commands;

namespace MatterStack.Engine.Tests.Commands;

/// <summary>A report that somebody asked for follows the run; one that nobody asked for is not written.</summary>
[TestClass]
[OSCondition(ConditionMode.Exclude, OperatingSystems.Windows)]
public sealed class LiveReportTests
{
    [TestMethod]
    public void A_report_that_was_asked_for_is_kept_fresh_by_whoever_moves_the_run()
    {
        using var world = new CommandWorld(inMemory: true).Task("a", "true");
        world.Init();
        Assert.IsTrue(ReportCommand.Execute(world.Context()).Success);
        StringAssert.Contains(File.ReadAllText(world.Run.ReportFile), "<title>PENDING");

        Assert.IsTrue(world.Loop());

        StringAssert.Contains(File.ReadAllText(world.Run.ReportFile), "<title>COMPLETED");
        Assert.IsEmpty(Directory.GetFiles(world.Run.Path, "*.tmp"));
    }

    [TestMethod]
    public void A_loop_writes_it_while_it_continues()
    {
        var clock = new RingingClock();
        using var world = new CommandWorld(inMemory: true);
        var gate = world.In("gate");
        world.Task("a", CommandWorld.WaitFor(gate)).Task("b", "true", ("DependsOn", "a"));
        world.Host = world.Host with { Clock = clock };
        world.Init();
        ReportCommand.Execute(world.Context());

        var loop = new Thread(() => world.Loop()) { IsBackground = true };
        loop.Start();
        CommandWorld.Until(() => world.Query("SELECT state FROM attempts").SequenceEqual(["RUNNING"]), "the attempt");
        clock.Ring();
        var meanwhile = File.ReadAllText(world.Run.ReportFile);
        File.WriteAllText(gate, "");
        loop.Join();

        StringAssert.Contains(meanwhile, "<title>RUNNING");
    }

    [TestMethod]
    public void Without_being_asked_nobody_writes_one()
    {
        using var world = new CommandWorld(inMemory: true).Task("a", "true");

        Assert.IsTrue(world.Loop());

        Assert.IsFalse(File.Exists(world.Run.ReportFile));
    }

    [TestMethod]
    public void A_report_that_cannot_be_written_is_a_warning_and_the_run_continues()
    {
        using var world = new CommandWorld(inMemory: true).Task("a", "true");
        world.Init();
        ReportCommand.Execute(world.Context());
        // In the way of the file that is to be renamed.
        Directory.CreateDirectory(FormattableString.Invariant($"{world.Run.ReportFile}.{Environment.ProcessId}.tmp"));

        Assert.IsTrue(world.Loop(), string.Join("; ", world.Reported));

        Assert.AreEqual("MATTER5005", world.Reported.Single().Code.ToString());
        Assert.AreEqual("a=COMPLETED", world.States());
    }

    // Timers go off when the test says so.
    private sealed class RingingClock : TimeProvider
    {
        private readonly List<Action> _timers = [];

        public void Ring() => _timers.ToList().ForEach(timer => timer());

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            _timers.Add(() => callback(state));
            return TimeProvider.System.CreateTimer(static _ => { }, null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        }
    }
}
