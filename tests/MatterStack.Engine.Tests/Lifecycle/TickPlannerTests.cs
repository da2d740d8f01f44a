using MatterStack.Engine.Lifecycle.Model;
using MatterStack.Engine.Lifecycle.Planning;

namespace MatterStack.Engine.Tests.Lifecycle;

[TestClass]
public sealed class TickPlannerTests
{
    [TestMethod]
    public void A_task_starts_only_after_its_dependencies_have_completed()
    {
        var run = new PlannerWorld().Task("a").Task("b", "a");

        Assert.AreEqual("a", run.Tick());
        Assert.AreEqual("", run.Tick());
        Assert.AreEqual("b", run.Exits("a").Tick());
    }

    [TestMethod]
    public void A_run_completes_when_all_tasks_have()
    {
        var run = new PlannerWorld().Task("a").Task("b", "a");
        run.Tick();
        run.Exits("a").Tick();
        run.Exits("b").Tick();

        Assert.AreEqual(RunState.Completed, run.Model.State);
    }

    [TestMethod]
    public void A_failed_task_skips_all_that_depends_on_it_and_says_why()
    {
        var run = new PlannerWorld().Task("a").Task("b", "a").Task("c", "b").Task("free");
        run.Tick();
        run.Exits("a", code: 3).Exits("free").Tick();

        Assert.AreEqual("a=FAILED b=SKIPPED c=SKIPPED free=COMPLETED", run.States());
        Assert.AreEqual("exit code 3", run.Reason("a"));
        Assert.AreEqual("its dependency a failed", run.Reason("b"));
        Assert.AreEqual("its dependency b was skipped", run.Reason("c"));
        Assert.AreEqual(RunState.Failed, run.Model.State);
        Assert.AreEqual("task a failed", run.Log.OfType<Change.RunMoved>().Last().Reason);
    }

    [TestMethod]
    public void A_run_fails_only_after_everything_that_can_proceed_has()
    {
        var run = new PlannerWorld().Task("bad").Task("long");
        run.Tick();
        run.Exits("bad", code: 1).Tick();
        Assert.AreEqual(RunState.Running, run.Model.State);

        run.Exits("long").Tick();
        Assert.AreEqual(RunState.Failed, run.Model.State);
    }

    [TestMethod]
    public void A_failure_that_is_allowed_does_not_fail_the_run()
    {
        var run = new PlannerWorld().Task("a", allowFailure: true).Task("b", "a");
        run.Tick();
        run.Exits("a", code: 1).Tick();

        Assert.AreEqual("a=FAILED b=SKIPPED", run.States());
        Assert.AreEqual(RunState.Completed, run.Model.State);
    }

    [TestMethod]
    public void A_task_that_tolerates_it_runs_after_a_failed_dependency()
    {
        var run = new PlannerWorld()
            .Task("a", allowFailure: true)
            .Task("skipped", "a")
            .Task("b", "a skipped", allowDependencyFailure: true);
        run.Tick();

        Assert.AreEqual("b", run.Exits("a", code: 1).Tick());
        run.Exits("b").Tick();
        Assert.AreEqual(RunState.Completed, run.Model.State);
    }

    [TestMethod]
    public void A_task_is_tried_as_often_as_it_says()
    {
        var run = new PlannerWorld().Task("a", maxAttempts: 3);
        run.Tick();
        Assert.AreEqual("a", run.Exits("a", code: 1).Tick(starts: false));
        Assert.AreEqual("attempt 1 of 3 failed: exit code 1", run.Log.OfType<Change.TaskMoved>().Last(m => m.To == TaskState.Ready).Reason);
        // A start that fails is not the task's fault: it costs no attempt, but ten seconds.
        Assert.AreEqual("", run.CannotStart("a", "no room on the disk").Tick());
        Assert.AreEqual("a", run.After(10).Tick());
        run.Exits("a").Tick();

        Assert.AreEqual(RunState.Completed, run.Model.State);
        Assert.AreEqual(3, run.Log.OfType<Change.Intended>().Count());
    }

    [TestMethod]
    public void Exit_code_0_without_a_declared_output_is_a_failure()
    {
        var run = new PlannerWorld().Task("a");
        run.Tick();
        run.Exits("a", code: 0, missing: ["out.txt"]).Tick();

        Assert.AreEqual("declared outputs were not produced: out.txt", run.Reason("a"));
    }

    [TestMethod]
    public void Cores_are_budgeted()
    {
        var run = new PlannerWorld { Limits = new WiringLimits(null, [new KeyLimit(null, null, 0, 0)], [4]) }
            .Task("a", cores: 3)
            .Task("b", cores: 2)
            .Task("c", cores: 1);

        Assert.AreEqual("a", run.Tick(), "b does not fit beside a, and c does not overtake it");
        Assert.AreEqual("b c", run.Exits("a").Tick());
    }

    [TestMethod]
    public void A_task_larger_than_its_operator_fails_at_once_instead_of_waiting_for_ever()
    {
        var run = new PlannerWorld { Limits = new WiringLimits(null, [new KeyLimit(null, null, 0, 0)], [2]) }
            .Task("a", cores: 3)
            .Task("b", "a");
        run.Tick();

        Assert.AreEqual("a=FAILED b=SKIPPED", run.States());
        StringAssert.Contains(run.Reason("a"), "needs 3 cores, its operator has 2");
        Assert.AreEqual(RunState.Failed, run.Model.State);
    }

    [TestMethod]
    [DataRow(null, 2, 0)]
    [DataRow(2, null, 0)]
    [DataRow(2, null, 16)]
    [DataRow(null, 2, 16)]
    public void Limits_hold_for_the_key_and_for_all_keys_also_with_attempts_intended_ahead(int? global, int? key, int ahead)
    {
        var run = new PlannerWorld { Limits = new WiringLimits(global, [new KeyLimit(null, key, 0, ahead)], [100]) }
            .Task("a")
            .Task("b")
            .Task("c")
            .Task("d");

        Assert.AreEqual("a b", run.Tick());
        Assert.AreEqual("", run.Tick());
        Assert.AreEqual("c", run.Exits("b").Tick());
    }

    [TestMethod]
    public void Nothing_is_let_go_before_its_intent_is_durable()
    {
        var run = new PlannerWorld { Limits = new WiringLimits(null, [new KeyLimit(null, null, 0, 8)], [100]) }.Task("a");
        var plan = run.Plan(new TickFacts());

        Assert.IsTrue(plan.NeedsCommit);
        Assert.IsEmpty(plan.Released.AttemptsToStart);
        Assert.IsEmpty(run.Planner.ReleaseDurable([], run.Limits, maxLookups: 0).AttemptsToStart);
        var intended = plan.Changes.OfType<Change.Intended>().Single().Attempt;
        Assert.AreSame(intended, run.Planner.ReleaseDurable([intended], run.Limits, maxLookups: 0).AttemptsToStart.Single());
    }

    [TestMethod]
    public void What_ended_never_changes_however_late_a_fact_comes()
    {
        var run = new PlannerWorld().Task("a").Task("b");
        run.Tick();
        run.Exits("a", code: 1);
        var before = run.Log.Count;

        run.Exits("a", code: 0);

        Assert.AreEqual("FAILED", run.State("a"));
        Assert.HasCount(before, run.Log);
    }

    [TestMethod]
    public void A_key_that_nothing_can_serve_fails_its_tasks_with_the_reason()
    {
        var run = new PlannerWorld { Limits = new WiringLimits(null, [new KeyLimit("no such operator", null, null, 0)], [1]) }
            .Task("a")
            .Task("b", "a");
        run.Tick();

        Assert.AreEqual("a=FAILED b=SKIPPED", run.States());
        Assert.AreEqual("no such operator", run.Reason("a"));
    }

    [TestMethod]
    public void A_chain_of_20_000_is_skipped_without_recursion()
    {
        var run = new PlannerWorld().Task("t0");
        for (var i = 1; i < 20_000; i++)
        {
            run.TaskAfterLast($"t{i}");
        }

        run.Tick();
        run.Exits("t0", code: 1).Tick();

        Assert.AreEqual("SKIPPED", run.State("t19999"));
        Assert.AreEqual(RunState.Failed, run.Model.State);
    }
}
