using MatterStack.Engine.Identity;
using MatterStack.Engine.Lifecycle.Model;
using MatterStack.Engine.Lifecycle.Planning;

namespace MatterStack.Engine.Tests.Lifecycle;

/// <summary>The table of transitions is the rule for planners.</summary>
[TestClass]
public sealed class TransitionsTests
{
    [TestMethod]
    public void An_ended_attempt_never_changes()
    {
        foreach (var from in Enum.GetValues<AttemptStatus>().Where(s => s.IsEnd()))
        {
            Assert.IsFalse(Enum.GetValues<AttemptStatus>().Any(to => Transitions.Allows(from, to)), from.ToText());
        }
    }

    [TestMethod]
    public void Only_a_new_attempt_begins_and_it_begins_once()
    {
        Assert.IsTrue(
            Enum.GetValues<AttemptStatus>().All(to => Transitions.Allows((AttemptStatus?)null, to) == (to == AttemptStatus.Created))
        );
        Assert.IsFalse(Enum.GetValues<AttemptStatus>().Any(from => Transitions.Allows(from, AttemptStatus.Created)));
    }

    [TestMethod]
    public void An_ended_task_only_becomes_pending_and_an_ended_run_only_runs()
    {
        foreach (var from in Enum.GetValues<TaskState>().Where(s => s.IsEnd()))
        {
            Assert.IsTrue(Enum.GetValues<TaskState>().All(to => Transitions.Allows(from, to) == (to == TaskState.Pending)), from.ToText());
        }

        foreach (var from in Enum.GetValues<RunState>().Where(s => s.IsEnd()))
        {
            Assert.IsTrue(Enum.GetValues<RunState>().All(to => Transitions.Allows(from, to) == (to == RunState.Running)), from.ToText());
        }
    }

    [TestMethod]
    public void A_planner_makes_no_change_that_the_table_lacks()
    {
        var world = new PlannerWorld().Task("a");
        world.Tick();
        world.Exits("a");
        world.Tick();
        Assert.AreEqual("a=COMPLETED", world.States());
        var transitions = new RunTransitions(world.Model, new AttemptIdGenerator(), InfrastructureRules.Default);

        Assert.ThrowsExactly<InvalidOperationException>(() =>
            transitions.MoveTask(world.Model.Tasks[0], TaskState.Running, null, PlannerWorld.Noon)
        );
        Assert.ThrowsExactly<InvalidOperationException>(() => transitions.MoveRun(RunState.Paused, null, PlannerWorld.Noon));
        Assert.AreEqual("a=COMPLETED", world.States());
    }

    [TestMethod]
    public void A_live_attempt_is_not_skipped_when_a_rerun_dependency_fails()
    {
        var world = new PlannerWorld().Task("a").Task("b", dependsOn: "a");
        world.Tick();
        world.Exits("a");
        Assert.AreEqual("b", world.Tick());
        var rerun = new RunRequest(RequestKind.Rerun, world.Model.Tasks[0].Id, null, false, "ada", null);
        Assert.IsTrue(world.Plan(new TickFacts { Scope = PlanScope.FactsOnly, Request = rerun }).Answer!.IsGranted);

        Assert.AreEqual("a", world.Tick());
        world.Exits("a", code: 1);
        Assert.AreEqual("a=FAILED b=RUNNING", world.States());
        world.Exits("b");
        Assert.AreEqual("a=FAILED b=COMPLETED", world.States());
    }
}
