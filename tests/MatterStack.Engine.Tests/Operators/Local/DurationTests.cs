using MatterStack.Engine.Campaigns;
using MatterStack.Engine.Commands.Hosting;
using MatterStack.Engine.Operators.Hpc.GridEngine;
using MatterStack.Engine.Operators.Hpc.Slurm;
using MatterStack.Engine.Operators.Processes;
using MatterStack.Engine.Tests.Commands;
using MatterStack.Engine.Tests.Wiring;

namespace MatterStack.Engine.Tests.Operators.Local;

/// <summary>A time limit is kept, however long it is, or is refused when the campaign is read.</summary>
[TestClass]
public sealed class DurationTests : IDisposable
{
    private readonly CommandWorld _world = new();

    public void Dispose() => _world.Dispose();

    [TestMethod]
    [OSCondition(ConditionMode.Exclude, OperatingSystems.Windows)]
    [DataRow("71582.79")]
    [DataRow("80000")]
    [DataRow("525600")]
    [DataRow("5256000")]
    public void A_limit_of_months_or_years_is_taken_and_the_task_completes(string minutes)
    {
        _world.Task("a", "echo x > x", ("TimeLimitMinutes", minutes), ("Outputs", "x"));

        Assert.IsTrue(_world.Loop(new RunArguments { LoopTimeout = TimeSpan.MaxValue }), string.Join(';', _world.Reported));

        Assert.AreEqual("a=COMPLETED", _world.States());
    }

    [TestMethod]
    [DataRow("5256001")]
    [DataRow("1e300")]
    [DataRow("1e10")]
    [DataRow("0")]
    [DataRow("-0")]
    [DataRow("-1")]
    [DataRow("NaN")]
    [DataRow("Infinity")]
    [DataRow("∞")]
    [DataRow("1,5")]
    [DataRow("1e400")]
    [DataRow("00:10:00")]
    [DataRow("10 min")]
    public void A_limit_that_no_clock_can_keep_is_refused_when_the_campaign_is_read(string minutes)
    {
        _world.Task("a", "true", ("TimeLimitMinutes", minutes));

        Assert.IsFalse(_world.Init());

        var problem = _world.Reported.Single();
        Assert.AreEqual(CampaignCodes.IllegalMetadata.Code, problem.Code.Code);
        StringAssert.Contains(problem.Text, minutes);
        StringAssert.Contains(problem.Remedy, "leave it out");
    }

    [TestMethod]
    [OSCondition(ConditionMode.Exclude, OperatingSystems.Windows)]
    [DataRow("1e-300")]
    [DataRow("0.0001")]
    public void A_limit_of_less_than_a_moment_is_kept(string minutes)
    {
        _world.Task("a", "sleep 100", ("TimeLimitMinutes", minutes));

        Assert.IsFalse(_world.Loop());

        StringAssert.StartsWith(_world.Query("SELECT reason FROM attempts").Single(), "TIMEOUT");
    }

    [TestMethod]
    public void What_a_run_of_an_earlier_version_holds_is_counted_as_the_longest_limit()
    {
        var task = new CampaignTask { Id = "a", TimeLimitMinutes = 1e300 };

        Assert.AreEqual(TimeSpan.FromDays(3650), task.TimeLimit);
        Assert.AreEqual("3650-00:00:00", SlurmParser.FormatTime(task.TimeLimit!.Value));
    }

    [TestMethod]
    public void A_timer_of_years_goes_off_when_its_time_has_come_and_not_before()
    {
        var clock = new SteppedClock();
        var times = 0;
        using var timer = new LongTimer(clock, TimeSpan.FromDays(3650), () => times++, Problems.Background.IgnoreException);

        clock.Advance(TimeSpan.FromDays(3650) - TimeSpan.FromMilliseconds(1));
        Assert.AreEqual(0, times);
        clock.Advance(TimeSpan.FromMilliseconds(1));
        Assert.AreEqual(1, times);
        clock.Advance(TimeSpan.FromDays(5000));
        Assert.AreEqual(1, times);
    }

    [TestMethod]
    [DataRow("3650-00:00:00", true)]
    [DataRow("87600:00:00", true)]
    [DataRow("3650-00:00:01", false)]
    [DataRow("87600:00:01", false)]
    [DataRow("99999999999999999999", false)]
    [DataRow("9223372036854775807-00", false)]
    public void A_clusters_time_limit_is_taken_up_to_ten_years(string limit, bool taken)
    {
        foreach (var type in new[] { "slurm", "sge" })
        {
            var yaml =
                $"operators:\n  hpc.default: {{ kind: hpc, backend: {{ type: {type}, ssh: {{ host: h }}, workspace_root: /w, {type}: {{\n"
                + $"    time: '{limit}' }} }} }}\n";
            var resolved = new WiringWorld().With(WiringWorld.Default, yaml).Resolve();
            Assert.AreEqual(taken, resolved.IsSuccess, string.Join(';', resolved.Problems));
            if (!taken)
            {
                StringAssert.Contains(resolved.Problems[0].Message, "longer than ten years");
                Assert.AreEqual(3, resolved.Problems[0].Position!.Line);
            }
        }
    }

    [TestMethod]
    [DataRow("90", "5400")]
    [DataRow("1:30", "90")]
    [DataRow("01:00:00", "3600")]
    [DataRow("2-12", "216000")]
    [DataRow("3650-00:00:00", "315360000")]
    [DataRow("soon", "soon")]
    public void Grid_Engine_is_told_seconds(string limit, string seconds) =>
        Assert.AreEqual(seconds, GridEngineOptions.FormatSeconds(limit));

    /// <summary>A clock whose timers go off, in order, as it is moved; none takes more than those of .NET.</summary>
    private sealed class SteppedClock : TimeProvider
    {
        private readonly List<SteppedTimer> _timers = [];
        private TimeSpan _now;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => _now.Ticks;

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            var timer = new SteppedTimer(this, () => callback(state));
            _timers.Add(timer);
            timer.Change(dueTime, period);
            return timer;
        }

        public void Advance(TimeSpan span)
        {
            var end = _now + span;
            while (_timers.Where(t => t.Due <= end).MinBy(t => t.Due) is { Due: { } due } next)
            {
                _now = due;
                next.GoOff();
            }

            _now = end;
        }

        private sealed class SteppedTimer(SteppedClock clock, Action action) : ITimer
        {
            public TimeSpan? Due { get; private set; }

            public bool Change(TimeSpan dueTime, TimeSpan period)
            {
                Assert.IsLessThan(uint.MaxValue, dueTime.TotalMilliseconds);
                Due = dueTime == Timeout.InfiniteTimeSpan ? null : clock._now + dueTime;
                return true;
            }

            public void GoOff()
            {
                Due = null;
                action();
            }

            public void Dispose() => Due = null;

            public ValueTask DisposeAsync() => ValueTask.CompletedTask;
        }
    }
}
