using MatterStack.Engine.Lifecycle.Model;
using MatterStack.Engine.Operators;
using MatterStack.Engine.Runs.Conducting;

namespace MatterStack.Engine.Tests.Operators.Own;

/// <summary>Time limits hold whatever an operator does or fails to do, in a loop and from step to step.</summary>
[TestClass]
[Slow]
[OSCondition(ConditionMode.Exclude, OperatingSystems.Windows)]
public sealed class TimeLimitTests
{
    [TestMethod]
    public void An_attempt_is_cancelled_at_its_limit_and_has_failed_for_that_reason()
    {
        using var own = new OwnWorld { Start = Started, Cancel = Confirm };
        own.Task("heat", ("TimeLimitMinutes", "0.002"), ("MaxAttempts", "2"), ("RetryOn", "TIMEOUT"));

        Assert.IsFalse(own.World.Loop());

        Assert.AreEqual("FAILED FAILED", own.Attempts(), "it is tried again, as its task asks for");
        Assert.AreEqual("TIMEOUT: it ran longer than its time limit of 0.002 min", own.Reason());
    }

    [TestMethod]
    [DataRow("ignores")]
    [DataRow("throws")]
    [DataRow("hangs")]
    public void One_whose_operator_does_not_end_it_is_over_and_says_so(string cancel)
    {
        using var own = new OwnWorld { Start = Started };
        own.Cancel = (_, _, _) => Do(own, cancel);
        own.Task("heat", ("TimeLimitMinutes", "0.002"), ("MaxAttempts", "2")).World.Task("a", "true");

        Assert.IsFalse(own.World.Loop());

        Assert.AreEqual("heat=FAILED a=COMPLETED", own.World.States());
        Assert.AreEqual(
            1,
            own.World.Query("SELECT attempt_id FROM attempts WHERE task_id = 'heat'").Count,
            "no other is started beside what may live on"
        );
        StringAssert.StartsWith(
            own.Reason(),
            "TIMEOUT: it ran longer than its time limit of 0.002 min; the engine requested the end and its operator has not reported it: "
                + "processes of the attempt may still run"
        );
    }

    [TestMethod]
    [DataRow("ignores")]
    [DataRow("throws")]
    [DataRow("hangs")]
    public void Steps_alone_keep_it_too(string way)
    {
        using var own = new OwnWorld { Start = Started };
        own.Task("heat", ("TimeLimitMinutes", "10"));
        Assert.IsTrue(own.World.Step());
        own.Clock.Leap(TimeSpan.FromMinutes(9));
        own.Observe = (context, live) => Started(context, live[0]);
        Assert.IsTrue(own.World.Step());
        Assert.AreEqual("RUNNING", own.Attempts());

        own.Clock.Leap(TimeSpan.FromMinutes(2));
        (own.Observe, own.Cancel) = ((_, _) => Do(own, way), (_, _, _) => Do(own, way));
        own.World.Step();

        Assert.AreEqual("FAILED", own.Attempts());
        StringAssert.StartsWith(own.Reason(), "TIMEOUT: it ran longer than its time limit of 10 min");
    }

    [TestMethod]
    public void An_end_that_came_in_time_counts_however_late_the_next_tick_is()
    {
        using var own = new OwnWorld { Start = Started };
        own.Task("heat", ("TimeLimitMinutes", "10"));
        Assert.IsTrue(own.World.Step());
        own.Clock.Leap(TimeSpan.FromDays(2));
        own.Observe = (context, live) =>
            context.Report(new Observation.Exited(live[0].Attempt, context.Clock.GetUtcNow(), new AttemptEnd()));

        Assert.IsTrue(own.World.Step());

        Assert.AreEqual("COMPLETED", own.Attempts());
    }

    [TestMethod]
    public void Time_in_a_queue_does_not_count_also_in_a_later_process()
    {
        using var own = new OwnWorld();
        Observation Say(OperatorContext context, AttemptRequest request, bool runs) =>
            runs
                ? new Observation.Started(request.Attempt, context.Clock.GetUtcNow(), "job 1")
                : new Observation.Submitted(request.Attempt, context.Clock.GetUtcNow(), "job 1", "PRIORITY");
        own.Start = (context, request) => context.Report(Say(context, request, runs: false));
        own.Observe = (context, live) => context.Report(Say(context, live[0], runs: false));
        own.Task("heat", ("TimeLimitMinutes", "10"));
        own.World.Step();
        own.Clock.Leap(TimeSpan.FromDays(1));
        own.World.Step();
        Assert.AreEqual("SUBMITTED", own.Attempts());

        own.Observe = (context, live) => context.Report(Say(context, live[0], runs: true));
        own.World.Step();
        own.Clock.Leap(TimeSpan.FromMinutes(9));
        own.World.Step();
        Assert.AreEqual("RUNNING", own.Attempts());

        own.Clock.Leap(TimeSpan.FromMinutes(2));
        own.Cancel = Confirm;
        own.World.Step();
        Assert.AreEqual("FAILED", own.Attempts());
    }

    [TestMethod]
    [DataRow("525600")]
    [DataRow("5256000")]
    public void A_limit_that_is_as_good_as_none_ends_nothing(string minutes)
    {
        using var own = new OwnWorld { Start = Started };
        own.Observe = (context, live) =>
            context.Report(new Observation.Exited(live[0].Attempt, context.Clock.GetUtcNow(), new AttemptEnd()));
        own.Task("heat", ("TimeLimitMinutes", minutes));

        Assert.IsTrue(own.World.Step());
        own.Clock.Leap(TimeSpan.FromDays(100));

        Assert.IsTrue(own.World.Step());
        Assert.AreEqual("COMPLETED", own.Attempts());
    }

    [TestMethod]
    public void One_that_reports_a_start_in_the_future_gains_nothing()
    {
        using var own = new OwnWorld { Cancel = Confirm };
        own.Start = (context, request) => context.Report(new Observation.Started(request.Attempt, DateTimeOffset.MaxValue, "tube"));
        own.Task("heat", ("TimeLimitMinutes", "0.002"));

        Assert.IsFalse(own.World.Loop());

        Assert.AreEqual("FAILED", own.Attempts());
    }

    [TestMethod]
    [DataRow("human.default", true)]
    [DataRow("experiment.coater", true)]
    [DataRow("manual_hpc.default", true)]
    [DataRow("local.default", false)]
    [DataRow("hpc.default", false)]
    public void Built_in_operators_that_do_not_see_what_they_wait_for_are_seconded_a_minute_later(string key, bool seconded)
    {
        using var people = new PeopleWorld(
            """
            operators:
              local.default: { kind: local, backend: { type: local } }
              human.default: { kind: human }
              experiment.coater: { kind: experiment }
              manual_hpc.default: { kind: manual_hpc }
              hpc.default: { kind: hpc, backend: { type: slurm } }
            """
        );
        var clock = new LeapingClock();
        people.World.Host = people.World.Host with
        {
            Clock = clock,
            Conducting = new ConductorOptions { OverdueEndTimeout = TimeSpan.FromMilliseconds(100) },
            // In the place of one whose thread has died.
            Operators = (_, report) =>
                new Dead(request =>
                    report(
                        key.StartsWith("local", StringComparison.Ordinal) || key.StartsWith("hpc", StringComparison.Ordinal)
                            ? new Observation.Started(request.Attempt, clock.GetUtcNow(), "1")
                            : new Observation.WaitingExternally(request.Attempt, clock.GetUtcNow(), "somebody")
                    )
                ),
        };
        people.World.Task("a", "true", ("OperatorKey", key), ("TimeLimitMinutes", "10"));
        Assert.IsTrue(people.World.Step());
        clock.Leap(TimeSpan.FromMinutes(10.5));
        Assert.IsTrue(people.World.Step());
        Assert.DoesNotContain("FAILED", people.World.States(), "it is the operator's own to keep");

        clock.Leap(TimeSpan.FromMinutes(1));
        people.World.Step();

        Assert.AreEqual(seconded ? "a=FAILED" : "a=RUNNING", people.World.States());
        if (seconded)
        {
            StringAssert.StartsWith(people.Reason("a"), "TIMEOUT: no answer within its time limit of 10 min; the engine requested the end");
        }
    }

    private static void Started(OperatorContext context, AttemptRequest request) =>
        context.Report(new Observation.Started(request.Attempt, context.Clock.GetUtcNow(), "tube"));

    private static void Confirm(OperatorContext context, AttemptRequest request, string reason) =>
        context.Report(
            new Observation.Exited(request.Attempt, context.Clock.GetUtcNow(), new AttemptEnd { IsCancelled = true, EndedBy = reason })
        );

    private static void Do(OwnWorld own, string way)
    {
        switch (way)
        {
            case "throws":
                throw new InvalidOperationException("on purpose");
            case "hangs":
                own.Hang();
                break;
            default:
                break;
        }
    }

    private sealed class Dead(Action<AttemptRequest> started) : AttemptOperator
    {
        public override void Observe(IReadOnlyList<AttemptRequest> live) { }

        public override void Start(AttemptRequest request) => started(request);

        public override void Cancel(AttemptRequest request, string reason) { }
    }
}
