using MatterStack.Engine.Campaigns;
using MatterStack.Engine.Identity;
using MatterStack.Engine.Lifecycle.Model;
using MatterStack.Engine.Lifecycle.Planning;

namespace MatterStack.Engine.Tests.Lifecycle;

/// <summary>A command runs the selected tasks and those that they need; the others are pending.</summary>
[TestClass]
public sealed class SelectionPlannerTests
{
    private readonly PlannerWorld _world = new();

    [TestMethod]
    public void A_selected_task_runs_with_what_it_needs_and_nothing_else()
    {
        _world.Task("a").Task("b", "a").Task("c", "b").Task("d", "a").Task("e").Select = "b";

        Assert.AreEqual("a", _world.Tick());
        Assert.AreEqual("a=RUNNING b=PENDING c=PENDING d=PENDING e=PENDING", _world.States());
        Assert.AreEqual("not selected", _world.Reason("e"));
        Assert.AreEqual("b", _world.Exits("a").Tick());
        Assert.IsFalse(_world.Model.HasSelectionEnded);
        _world.Exits("b");

        Assert.AreEqual("", _world.Tick());
        Assert.AreEqual("a=COMPLETED b=COMPLETED c=PENDING d=PENDING e=PENDING", _world.States());
        Assert.AreEqual(RunState.Running, _world.Model.State);
        Assert.IsTrue(_world.Model.HasSelectionEnded);
        Assert.AreEqual(3, _world.Model.LeftOutCount);
    }

    [TestMethod]
    public void The_selection_is_recorded_once_with_its_extent()
    {
        _world.Task("a").Task("b").Task("c", "a").Select = "c";

        _world.Tick();
        _world.Tick();

        var selected = _world.Log.OfType<Change.RunSelected>().Single();
        Assert.AreEqual(
            ("c", "c: 2 tasks with what they need; 1 left out", "ada@lab"),
            (selected.Selection, selected.Description, selected.Actor)
        );
        Assert.IsLessThan(
            _world.Log.FindIndex(static change => change is Change.Intended),
            _world.Log.IndexOf(selected),
            "the selection is recorded before anything is intended"
        );
    }

    [TestMethod]
    public void A_command_without_a_selection_records_nothing_about_it()
    {
        _world.Task("a").Task("b", "a");

        _world.Tick();

        Assert.IsEmpty(_world.Log.OfType<Change.RunSelected>());
        Assert.AreEqual(0, _world.Model.LeftOutCount);
    }

    [TestMethod]
    public void A_command_without_a_selection_goes_on_with_what_the_last_one_left_out()
    {
        _world.Task("a").Task("b", "a").Task("c");
        LeaveOut("a", "c");
        _world.Model.Selection = "x";

        Assert.AreEqual("a c", _world.Tick());

        Assert.AreEqual("all tasks", _world.Log.OfType<Change.RunSelected>().Single().Description);
        Assert.IsNull(_world.Model.Selection);
    }

    [TestMethod]
    public void Dependents_of_a_failed_task_that_are_not_selected_stay_pending_until_a_command_includes_them()
    {
        _world.Task("a").Task("b", "a").Task("c", "b").Task("d", "a", allowDependencyFailure: true).Select = "a";
        _world.Tick();
        _world.Exits("a", 1);

        Assert.AreEqual("a=FAILED b=PENDING c=PENDING d=PENDING", _world.States());
        Assert.AreEqual(RunState.Running, _world.Model.State, "the run goes on later");
        Assert.IsTrue(_world.Model.HasSelectionEnded);

        var next = Reload(_world);

        Assert.AreEqual("d", next.Tick());
        Assert.AreEqual("a=FAILED b=SKIPPED c=SKIPPED d=RUNNING", next.States());
        Assert.AreEqual("its dependency a failed", next.Reason("b"));
    }

    [TestMethod]
    public void A_selected_dependent_of_a_failed_task_is_skipped_as_ever()
    {
        _world.Task("a").Task("b", "a").Task("c").Select = "b";
        _world.Tick();

        _world.Exits("a", 1);

        Assert.AreEqual("a=FAILED b=SKIPPED c=PENDING", _world.States());
    }

    [TestMethod]
    public void The_run_ends_if_nothing_is_left_out()
    {
        _world.Task("a").Task("b", "a").Select = "b";
        _world.Tick();
        _world.Exits("a").Tick();

        _world.Exits("b");

        Assert.AreEqual(RunState.Completed, _world.Model.State);
        Assert.IsFalse(_world.Model.HasSelectionEnded);
    }

    [TestMethod]
    public void An_attempt_of_a_task_that_is_not_selected_goes_on_and_its_retry_waits()
    {
        _world.Task("a", maxAttempts: 2).Task("b");
        _world.Tick();

        var next = Reload(_world, "b");
        next.Tick();
        Assert.AreEqual("a=RUNNING b=RUNNING", next.States(), "nothing is cancelled");
        next.Exits("a", 1);

        Assert.AreEqual("a=PENDING b=RUNNING", next.States());
        Assert.AreEqual("attempt 1 of 2 failed: exit code 1; not selected", next.Reason("a"));
        Assert.AreEqual("", next.Tick());
        Assert.AreEqual("a", Reload(next).Tick(), "a later command includes it");
    }

    [TestMethod]
    public void An_attempt_that_is_only_intended_does_not_start_for_a_task_that_is_not_selected()
    {
        _world.Limits = new WiringLimits(null, [new KeyLimit(null, 1, 0, 8)], [100]);
        _world.Task("a").Task("b").Task("c");
        Assert.AreEqual("a", _world.Tick());
        Assert.AreEqual("a=RUNNING b=READY c=READY", _world.States(), "b and c are intended ahead");

        var next = Reload(_world, "c");
        next.Exits("a");

        Assert.AreEqual("c", next.Tick());
        Assert.AreEqual("a=COMPLETED b=READY c=RUNNING", next.States());
        next.Exits("c");
        Assert.IsTrue(next.Model.HasSelectionEnded);
        Assert.AreEqual("b", Reload(next).Tick(), "the same attempt starts later");
        Assert.HasCount(1, next.Log.OfType<Change.RunSelected>());
    }

    [TestMethod]
    public void A_held_task_that_is_not_selected_stays_held_and_its_retry_waits()
    {
        _world.Task("a", policy: new TaskPolicy { OnFailure = FailureAction.Hold }).Task("b");
        _world.Tick();
        _world.Exits("a", 1);
        Assert.AreEqual("WAITING_EXTERNAL", _world.State("a"));

        var next = Reload(_world, "b");
        next.Tick();
        Assert.AreEqual("a=WAITING_EXTERNAL b=RUNNING", next.States());
        var answer = next.Respond("a", HoldDecision.Retry);

        Assert.Contains("it is not selected (b)", answer.Text);
        Assert.AreEqual("PENDING", next.State("a"));
    }

    [TestMethod]
    public void Failures_do_not_pause_a_run_that_has_nothing_selected_to_start()
    {
        var world = new PlannerWorld { MaxFailures = FailureLimit.Parse("1") };
        world.Task("a").Task("b").Select = "a";
        world.Tick();
        world.Exits("a", 1);

        world.Tick();

        Assert.AreEqual(RunState.Running, world.Model.State);
        Assert.IsTrue(world.Model.HasSelectionEnded);
    }

    [TestMethod]
    public void A_first_task_of_its_kind_that_is_left_out_keeps_no_other_waiting()
    {
        var world = new PlannerWorld { StartsCanaries = true };
        world.Task("a", maxAttempts: 2, pattern: 1).Task("b", pattern: 1).Task("c", pattern: 1);
        Assert.AreEqual("a", world.Tick());

        var next = Reload(world, "b c");
        Assert.AreEqual("", next.Tick(), "a is under way, and decides");
        next.Exits("a", 1);

        Assert.AreEqual("PENDING", next.State("a"));
        Assert.AreEqual("b", next.Tick(), "another one is the first");
        Assert.AreEqual("c", next.Exits("b").Tick());
    }

    [TestMethod]
    public void A_rerun_of_a_task_that_is_not_selected_waits_and_says_so()
    {
        _world.Task("a").Task("b").Task("c");
        _world.Tick();
        _world.Exits("a");
        var next = Reload(_world, "b c");
        next.Tick();

        var answer = next.Ask(new RunRequest(RequestKind.Rerun, "a", null, false, "ada@lab", null));

        Assert.Contains("task a runs again; 1 of them is not selected (b c): a -t:Loop without Select runs all tasks", answer.Text);
        Assert.AreEqual("PENDING", next.State("a"));
    }

    [TestMethod]
    public void Tasks_of_a_later_iteration_are_selected_by_the_same_selection()
    {
        var world = new PlannerWorld { Iteration = 0 };
        world.Task("a_0").Task("b_0").Select = "a_*";
        world.Tick();
        world.Exits("a_0");
        Assert.IsTrue(world.Model.HasSelectionEnded, "b_0 is left, so the class is not asked");

        var next = Reload(world, "b_0 a_1", iteration: 0);
        next.Tick();
        var over = next.Exits("b_0").Plan(new TickFacts());
        Assert.IsTrue(over.HasIterationEnded);
        PlannedTask[] planned = [Plan("a_1", "c_1"), Plan("b_1"), Plan("c_1")];
        next.Plan(new TickFacts { Scope = PlanScope.FactsOnly, NextIteration = new NextIteration(null, planned) });

        Assert.AreEqual("c_1", next.Tick());
        Assert.AreEqual("a_0=COMPLETED b_0=COMPLETED a_1=PENDING b_1=PENDING c_1=RUNNING", next.States());
    }

    [TestMethod]
    public void A_selection_of_a_later_iteration_leaves_out_everything_until_it_is_there()
    {
        var world = new PlannerWorld { Iteration = 0 };
        world.Task("a").Task("b").Select = "iteration=1";

        Assert.AreEqual("", world.Tick());
        Assert.AreEqual("a=PENDING b=PENDING", world.States());
        Assert.IsTrue(world.Model.HasSelectionEnded);
    }

    [TestMethod]
    public void A_request_keeps_the_selection_of_the_last_loop_and_the_state_of_what_it_leaves_out()
    {
        _world.Task("a").Task("b", "a").Task("c").Select = "a";
        _world.Tick();

        var pause = Reload(_world, "a", isRequest: true);
        pause.Exits("a", 1);
        Assert.IsTrue(pause.Ask(new RunRequest(RequestKind.Pause, null, null, false, "ada@lab", null)).IsGranted);

        Assert.AreEqual("a=FAILED b=PENDING c=PENDING", pause.States());
        Assert.AreEqual(RunState.Paused, pause.Model.State);
        Assert.IsEmpty(pause.Log.OfType<Change.RunSelected>().Skip(1));
    }

    [TestMethod]
    public void Cancel_ends_tasks_that_are_not_selected_too()
    {
        _world.Task("a").Task("b").Select = "a";
        _world.Tick();

        _world.Ask(new RunRequest(RequestKind.Cancel, null, null, false, "ada@lab", null));

        Assert.AreEqual("CANCELLED", _world.State("b"));
    }

    private static PlannedTask Plan(string id, params TaskId[] dependsOn) => new(new CampaignTask { Id = id, DependsOn = dependsOn }, []);

    private void LeaveOut(params string[] tasks)
    {
        foreach (var task in tasks)
        {
            _world.Model.MoveTask(_world.Model.FindTask(task)!, TaskState.Pending);
        }
    }

    private static PlannerWorld Reload(PlannerWorld world, string? select = null, int? iteration = null, bool isRequest = false) =>
        world.Reload(select, iteration, isRequest);
}
