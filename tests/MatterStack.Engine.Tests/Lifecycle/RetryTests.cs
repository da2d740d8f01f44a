using MatterStack.Engine.Identity;
using MatterStack.Engine.Lifecycle.Model;
using MatterStack.Engine.Lifecycle.Planning;

namespace MatterStack.Engine.Tests.Lifecycle;

/// <summary>What the planner does with the decisions of the retry policy: it records, waits and requests.</summary>
[TestClass]
public sealed class RetryTests
{
    private static readonly TaskPolicy Growing = new()
    {
        MemoryGb = 4,
        TimeLimitMinutes = 60,
        RetryMemoryFactor = 2,
        RetryTimeFactor = 1.5,
    };

    [TestMethod]
    public void A_bad_node_does_not_get_all_attempts_at_once()
    {
        var run = new PlannerWorld().Task("a").Task("b");
        run.Tick();
        run.Exits("b");
        var waits = new List<double>();
        for (var i = 0; i < 5; i++)
        {
            Assert.AreEqual("", run.Ends("a", EndCause.NodeFailure).Tick());
            Assert.AreEqual("READY", run.State("a"));
            var wait = (run.Model.Tasks[0].History!.NotBefore!.Value - PlannerWorld.Noon - run.Elapsed).TotalSeconds;
            waits.Add(wait);
            Assert.AreEqual("", run.After(wait - 1).Tick(), "it waits until its time has come");
            Assert.AreEqual("a", run.After(1).Tick());
        }

        CollectionAssert.AreEqual(new double[] { 10, 20, 40, 80, 160 }, waits);
        run.Ends("a", EndCause.NodeFailure).Tick();
        Assert.AreEqual("FAILED", run.State("a"));
        Assert.AreEqual(RunState.Failed, run.Model.State);
    }

    [TestMethod]
    public void A_delayed_task_keeps_no_other_task_waiting_and_the_run_open()
    {
        var run = new PlannerWorld { Limits = new WiringLimits(1, [new KeyLimit(null, null, 0, 0)], [1]) }
            .Task("a")
            .Task("b");
        Assert.AreEqual("a", run.Tick());
        Assert.AreEqual("b", run.Ends("a", EndCause.Preempted).Tick());
        run.Exits("b").Tick();
        Assert.AreEqual(RunState.Running, run.Model.State);
        Assert.AreEqual("a", run.After(10).Tick());
    }

    [TestMethod]
    public void A_clock_that_is_set_back_prolongs_no_delay()
    {
        var run = new PlannerWorld().Task("a");
        run.Tick();
        run.Ends("a", EndCause.NodeFailure).Tick();
        run.After(10);
        // The clock of the machine now shows the day before.
        var plan = run.Planner.Plan(new TickFacts { Elapsed = run.Elapsed }, run.Limits, PlannerWorld.Noon.AddDays(-1));
        Assert.ContainsSingle(plan.Changes.OfType<Change.Intended>());
    }

    [TestMethod]
    public void The_history_is_recorded_with_the_end_and_a_new_process_goes_on_with_it()
    {
        var run = new PlannerWorld().Task("a", maxAttempts: 9, policy: Growing);
        run.Tick();
        var plan = run.Plan(
            new TickFacts
            {
                Scope = PlanScope.FactsOnly,
                Observations =
                [
                    new Observation.Exited(run.AttemptOf("a"), PlannerWorld.Noon, new AttemptEnd { Cause = EndCause.TimeLimit }),
                ],
            }
        );
        Assert.ContainsSingle(plan.Changes.OfType<Change.AttemptMoved>());
        Assert.ContainsSingle(plan.Changes.OfType<Change.HistoryChanged>());
        var stored = run.Model.Tasks[0].History!.ToJson()!;
        Assert.AreEqual(run.Model.Tasks[0].History, TaskHistory.Parse(stored));
        Assert.Contains("time limit grows from 60 min to 90 min", run.Reason("a")!);
        run.Tick();
        Assert.AreEqual(TimeSpan.FromMinutes(90), run.Attempt("a").Given!.TimeLimit);
        Assert.IsTrue(
            run.Log.OfType<Change.ResourcesGiven>().Last().Reason is var why && why.Contains("grown from 60 min after TIMEOUT"),
            why
        );
    }

    [TestMethod]
    public void A_completed_attempt_forgets_the_last_cause_and_keeps_the_growth()
    {
        var run = new PlannerWorld().Task("a", maxAttempts: 9, policy: Growing);
        run.Tick();
        run.Ends("a", EndCause.OutOfMemory).Tick();
        run.Exits("a").Tick();
        var history = run.Model.Tasks[0].History!;
        Assert.AreEqual((null, 1, 1), (history.LastCause, history.MemoryGrowths, history.OwnFailures));
    }

    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public void A_persons_retry_starts_the_counts_anew_and_keeps_the_growth(bool revives)
    {
        var run = new PlannerWorld().Task("a", maxAttempts: 2, policy: Growing);
        run.Tick();
        run.Ends("a", EndCause.OutOfMemory).Tick();
        run.Ends("a", EndCause.OutOfMemory).Tick();
        Assert.AreEqual("FAILED", run.State("a"));
        Ask(run, revives ? RequestKind.Revive : RequestKind.Rerun);
        Assert.AreEqual((0, 1), (run.Model.Tasks[0].History!.OwnFailures, run.Model.Tasks[0].History!.MemoryGrowths));
        Assert.AreEqual("a", run.Tick());
        Assert.AreEqual(8, run.Attempt("a").Given!.MemoryGb);
        Assert.AreEqual("a", run.Ends("a", EndCause.OutOfMemory).Tick(), "two attempts again");
        Assert.AreEqual(16, run.Attempt("a").Given!.MemoryGb);
    }

    [TestMethod]
    public void A_person_need_not_wait_for_a_delay()
    {
        var run = new PlannerWorld().Task("a", policy: new TaskPolicy { RetryDelay = TimeSpan.FromHours(1) }, maxAttempts: 2);
        run.Tick();
        run.Exits("a", code: 1).Tick();
        Assert.IsNotNull(run.Model.Tasks[0].History!.NotBefore);
        run.After(1800);
        Ask(run, RequestKind.Rerun);
        Assert.AreEqual("a", run.Tick());
        // The old time comes while the next delay runs.
        run.Exits("a", code: 1);
        Assert.AreEqual("", run.After(1800).Tick());
        Assert.AreEqual("a", run.After(1800).Tick());
    }

    private static void Ask(PlannerWorld run, RequestKind kind) =>
        Assert.IsTrue(
            run.Plan(
                new TickFacts
                {
                    Scope = PlanScope.FactsOnly,
                    Request = new RunRequest(kind, TaskId.FromTrusted("a"), null, false, "ada", null),
                }
            ).Answer!.IsGranted
        );

    [TestMethod]
    public void A_start_that_can_never_succeed_fails_at_once()
    {
        var run = new PlannerWorld().Task("a", maxAttempts: 3);
        run.Tick(starts: false);
        run.CannotStart("a", "its input is gone", isPermanent: true).Tick();
        Assert.AreEqual(("FAILED", "its input is gone"), (run.State("a"), run.Reason("a")));
    }

    [TestMethod]
    public void A_grown_request_that_is_refused_goes_on_without_the_growth()
    {
        var run = new PlannerWorld().Task("a", maxAttempts: 5, policy: Growing);
        run.Tick();
        Assert.AreEqual("a", run.Ends("a", EndCause.TimeLimit).Tick(starts: false));
        Assert.AreEqual("a", run.CannotStart("a", "Requested time limit is invalid", isPermanent: true).Tick());
        Assert.IsNull(run.Attempt("a").Given);
        run.Exits("a").Tick();
        Assert.AreEqual(RunState.Completed, run.Model.State);
    }

    [TestMethod]
    public void A_request_above_the_ceiling_is_cut_when_it_is_intended()
    {
        var limits = new RequestLimits { MaxMemoryGb = 3, MaxTimeLimit = TimeSpan.FromMinutes(10) };
        var run = new PlannerWorld { Limits = new WiringLimits(null, [new KeyLimit(null, null, 0, 0) { Requests = limits }], [1]) }.Task(
            "a",
            policy: new TaskPolicy { MemoryGb = 4, TimeLimitMinutes = 60 }
        );
        run.Tick();
        Assert.AreEqual((3.0, TimeSpan.FromMinutes(10)), (run.Attempt("a").Given!.MemoryGb, run.Attempt("a").Given!.TimeLimit));
        Assert.Contains("cut from 60 min", run.Log.OfType<Change.ResourcesGiven>().Single().Reason);
    }

    [TestMethod]
    public void Files_that_are_left_as_they_were_end_the_task_with_their_own_cause()
    {
        var file = new LeftFile(
            "restart",
            "restart",
            Sha256.ComputeTextHash("1"),
            1,
            new AttemptIdGenerator().CreateNext(PlannerWorld.Noon),
            ""
        );
        var run = new PlannerWorld().Task("a", maxAttempts: 9, policy: new TaskPolicy { Carries = true });
        run.Tick();
        Assert.AreEqual("a", run.Ends("a", EndCause.TimeLimit, file).Tick());
        run.Attempt("a").CarriedHash = LeftFile.ComputeDigest([file]);
        // A node failure is no lack of progress, and an attempt that left nothing leaves what it began with.
        run.Ends("a", EndCause.NodeFailure).After(10).Tick();
        Assert.AreEqual(LeftFile.ComputeDigest([file]), run.Model.Tasks[0].History!.LeftHash);
        run.Attempt("a").CarriedHash = LeftFile.ComputeDigest([file]);
        run.Ends("a", EndCause.TimeLimit, file).Tick();
        var ended = (AttemptState.Ended)run.Attempt("a").State;
        Assert.AreEqual((EndCause.NoProgress, "FAILED"), (ended.Cause, run.State("a")));
        Assert.StartsWith("NO_PROGRESS: ", ended.Reason!);
        Assert.Contains("TIMEOUT", ended.Reason!);
    }
}
