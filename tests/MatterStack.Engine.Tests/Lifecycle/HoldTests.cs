using MatterStack.Engine.Campaigns;
using MatterStack.Engine.Campaigns.Declarations;
using MatterStack.Engine.Identity;
using MatterStack.Engine.Lifecycle.Model;

namespace MatterStack.Engine.Tests.Lifecycle;

/// <summary>A task with <c>OnFailure=hold</c> waits for a person instead of failing.</summary>
[TestClass]
public sealed class HoldTests
{
    private static readonly TaskPolicy Hold = new() { OnFailure = FailureAction.Hold };

    [TestMethod]
    public void A_task_without_attempts_left_is_held_and_its_dependents_wait()
    {
        var world = Held();

        Assert.AreEqual("a=WAITING_EXTERNAL b=PENDING c=READY", world.States());
        Assert.AreEqual(1, world.Model.HeldCount);
        Assert.Contains("is held after attempt 1: EXIT: exit code 3", world.Reason("a")!);
        var held = world.Log.OfType<Change.EventRecorded>().Single(e => e.Kind == EventKinds.TaskHeld);
        Assert.AreEqual(world.AttemptOf("a"), held.Attempt);
        Assert.Contains("EXIT", held.Details);
    }

    [TestMethod]
    public void The_other_tasks_continue_and_the_run_does_not_end_while_a_task_is_held()
    {
        var world = Held();
        Assert.AreEqual("c", world.Tick());
        world.Exits("c");
        world.Tick();

        Assert.AreEqual("a=WAITING_EXTERNAL b=PENDING c=COMPLETED", world.States());
        Assert.AreEqual(RunState.Running, world.Model.State);
    }

    [TestMethod]
    public void Retry_gives_the_task_another_attempt()
    {
        var world = Held();

        var answer = world.Respond("a", HoldDecision.Retry);

        Assert.IsTrue(answer.IsGranted, answer.Text);
        Assert.AreEqual("READY", world.State("a"));
        Assert.AreEqual(0, world.Model.HeldCount);
        Assert.Contains("ada@lab", world.Reason("a")!);
        world.Tick();
        world.Exits("a");
        Assert.AreEqual("COMPLETED", world.State("a"));
        Assert.AreEqual(2, world.Attempt("a").Index);
    }

    [TestMethod]
    public void Give_up_fails_the_task_with_the_reason_of_its_attempt_and_skips_its_dependents()
    {
        var world = Held();

        var answer = world.Respond("a", HoldDecision.GiveUp);

        Assert.IsTrue(answer.IsGranted);
        Assert.Contains("1 dependent task is skipped", answer.Text);
        Assert.AreEqual("a=FAILED b=SKIPPED c=READY", world.States());
        Assert.AreEqual("given up by ada@lab: exit code 3", world.Reason("a"));
    }

    [TestMethod]
    public void Giving_up_a_task_that_may_fail_lets_the_run_complete()
    {
        var world = new PlannerWorld().Task("a", allowFailure: true, policy: Hold);
        world.Tick();
        world.Exits("a", 3);
        world.Respond("a", HoldDecision.GiveUp);
        world.Tick();

        Assert.AreEqual("FAILED", world.State("a"));
        Assert.AreEqual(RunState.Completed, world.Model.State);
    }

    [TestMethod]
    public void A_second_answer_is_refused()
    {
        var world = Held();
        Assert.IsTrue(world.Respond("a", HoldDecision.Retry).IsGranted);

        var second = world.Respond("a", HoldDecision.GiveUp);

        Assert.IsFalse(second.IsGranted);
        Assert.Contains("task a is READY and is not held", second.Text);
        Assert.AreEqual("READY", world.State("a"));
    }

    [TestMethod]
    public void An_answer_to_a_task_that_the_run_does_not_have_or_does_not_hold_is_refused()
    {
        var world = Held();

        Assert.Contains("no task 'x'", world.Respond("x", HoldDecision.Retry).Text);
        Assert.Contains("c is READY and is not held", world.Respond("c", HoldDecision.Retry).Text);
    }

    [TestMethod]
    public void Cancelling_the_run_cancels_a_held_task()
    {
        var world = Held();

        Assert.IsTrue(world.Ask(Request(RequestKind.Cancel)).IsGranted);
        world.Tick();

        Assert.AreEqual("a=CANCELLED b=CANCELLED c=CANCELLED", world.States());
        Assert.AreEqual(0, world.Model.HeldCount);
        Assert.AreEqual(RunState.Cancelled, world.Model.State);
        Assert.IsFalse(world.Respond("a", HoldDecision.Retry).IsGranted);
    }

    [TestMethod]
    public void In_a_paused_run_the_answer_counts_and_the_attempt_starts_after_the_resume()
    {
        var world = Held();
        world.Ask(Request(RequestKind.Pause));

        var answer = world.Respond("a", HoldDecision.Retry);

        Assert.IsTrue(answer.IsGranted);
        Assert.Contains("-t:Resume", answer.Text);
        Assert.AreEqual("", world.Tick());
        world.Ask(Request(RequestKind.Resume));
        Assert.AreEqual("a c", world.Tick());
    }

    [TestMethod]
    public void Rerun_of_a_held_task_is_another_attempt_without_the_cache()
    {
        var world = Held();

        Assert.IsTrue(world.Ask(Request(RequestKind.Rerun, world.Model.Tasks[0].Id)).IsGranted);

        Assert.AreEqual("READY", world.State("a"));
        Assert.IsTrue(world.Model.Tasks[0].MustRecompute);
        Assert.AreEqual(0, world.Model.HeldCount);
    }

    [TestMethod]
    public void A_held_task_whose_dependency_runs_again_runs_after_it()
    {
        var world = new PlannerWorld().Task("in").Task("a", dependsOn: "in", policy: Hold).Task("mid", dependsOn: "in");
        world.Tick();
        world.Exits("in");
        world.Tick();
        world.Exits("a", 3).Exits("mid");
        Assert.AreEqual("in=COMPLETED a=WAITING_EXTERNAL mid=COMPLETED", world.States());

        Assert.IsTrue(world.Ask(Request(RequestKind.Rerun, world.Model.Tasks[0].Id)).IsGranted);

        Assert.AreEqual("in=READY a=PENDING mid=COMPLETED", world.States());
        world.Tick();
        world.Exits("in", 1);
        Assert.AreEqual("in=FAILED a=SKIPPED mid=COMPLETED", world.States());
    }

    [TestMethod]
    public void Revive_is_not_needed_while_a_task_is_held()
    {
        var world = Held();

        Assert.Contains("has not ended", world.Ask(Request(RequestKind.Revive)).Text);
        Assert.AreEqual("WAITING_EXTERNAL", world.State("a"));
    }

    [TestMethod]
    public void An_attempt_that_was_cancelled_is_not_held()
    {
        var world = new PlannerWorld().Task("a", policy: Hold);
        world.Tick();
        world.Ask(new RunRequest(RequestKind.CancelAttempt, null, world.AttemptOf("a"), false, "ada@lab", null));
        world.Exits("a", 143);

        Assert.AreEqual("CANCELLED", world.State("a"));
        Assert.AreEqual(0, world.Model.HeldCount);
    }

    [TestMethod]
    public void An_attempt_that_may_still_run_is_held_and_not_tried_again()
    {
        var world = new PlannerWorld().Task("a", maxAttempts: 3, policy: Hold);
        world.Tick();
        world.Plan(
            new()
            {
                Observations =
                [
                    new Observation.Exited(
                        world.AttemptOf("a"),
                        PlannerWorld.Noon,
                        new AttemptEnd { ExitCode = 1, StillRunning = "a process ignores signals" }
                    ),
                ],
            }
        );

        Assert.AreEqual("WAITING_EXTERNAL", world.State("a"));
    }

    [TestMethod]
    public void An_amended_retry_asks_for_the_new_resources_and_keeps_the_other_growth()
    {
        var before = Planned(
            new CampaignTask
            {
                Id = "a",
                Command = "c",
                MemoryGb = 1,
                TimeLimitMinutes = 10,
            }
        );
        var world = new PlannerWorld().Task("a", needs: TaskNeeds.FromTask(before.Task), policy: Hold);
        world.Tick();
        world.Exits("a", 3);
        var task = world.Model.Tasks[0];
        task.History = new TaskHistory
        {
            OwnFailures = 2,
            InfrastructureFailures = 1,
            MemoryGrowths = 3,
            IsMemoryCapped = true,
            TimeGrowths = 1,
            Answers = 4,
        };

        var answer = world.Respond("a", HoldDecision.Retry, Amend(before, ("MemoryGb", "4"), ("Cores", "2"), ("MaxAttempts", "5")));

        Assert.IsTrue(answer.IsGranted, answer.Text);
        Assert.Contains("MemoryGb from 1 to 4", answer.Text);
        Assert.AreEqual(4096, task.Needs!.MemoryMib);
        Assert.AreEqual((2, 5), (task.Cores, task.MaxAttempts));
        Assert.AreEqual(new TaskHistory { TimeGrowths = 1 }, task.History);
        var amended = world.Log.OfType<Change.TaskAmended>().Single();
        Assert.AreEqual("ada@lab", amended.Actor);
        Assert.AreEqual("Cores MemoryGb MaxAttempts", string.Join(' ', amended.Amendment.Changes.Select(change => change.Name)));
        Assert.AreEqual("a", world.Tick());
    }

    [TestMethod]
    public void An_amended_retry_that_could_never_start_is_refused_and_the_task_stays_held()
    {
        var before = Planned(new CampaignTask { Id = "a", Command = "c" });
        var world = new PlannerWorld { Limits = new(null, [new KeyLimit(null, null, 0, 0)], [8]) }.Task("a", policy: Hold);
        world.Tick();
        world.Exits("a", 3);

        var answer = world.Respond("a", HoldDecision.Retry, Amend(before, ("Cores", "9")));

        Assert.IsFalse(answer.IsGranted);
        Assert.Contains("needs 9 cores, its operator has 8", answer.Text);
        Assert.AreEqual("WAITING_EXTERNAL", world.State("a"));
        Assert.AreEqual(1, world.Model.Tasks[0].Cores);
        Assert.AreEqual(1, world.Model.HeldCount);
    }

    [TestMethod]
    public void A_task_amended_while_it_waits_in_the_queue_starts_once_with_its_new_needs()
    {
        var queue = new ReadyQueue();
        var task = Node(0, TaskNeeds.Create(1, 0, []));
        var other = Node(1, null);
        queue.Enqueue(task);
        queue.Enqueue(other);
        task.Needs = null;
        queue.Enqueue(task);

        Assert.AreEqual("t0 t1", Drain(queue));

        task.Needs = TaskNeeds.Create(2, 0, []);
        other.Needs = TaskNeeds.Create(2, 0, []);
        queue.Enqueue(task);
        queue.Enqueue(other);
        task.Needs = TaskNeeds.Create(4, 0, []);
        queue.Enqueue(task);
        other.Needs = null;
        queue.Enqueue(other);

        Assert.AreEqual("t0 t1", Drain(queue));
    }

    private static string Drain(ReadyQueue queue)
    {
        var taken = new List<string>();
        while (queue.TryPeek(out var next))
        {
            taken.Add(next.Id.Value);
            queue.Dequeue();
        }

        return string.Join(' ', taken);
    }

    private static TaskNode Node(int position, TaskNeeds? needs) =>
        new()
        {
            Position = position,
            Rank = new TaskRank(0, 0, position),
            Id = TaskId.FromTrusted("t" + position.ToString(System.Globalization.CultureInfo.InvariantCulture)),
            KeyIndex = 0,
            Cores = 1,
            Needs = needs,
            MaxAttempts = 1,
            AllowFailure = false,
            AllowDependencyFailure = false,
        };

    private static PlannedTask Planned(CampaignTask task) => new(task, []);

    private static TaskAmendment Amend(PlannedTask before, params (string Name, string Text)[] changes) =>
        TaskAmendments.Parse(before, changes.Select(change => KeyValuePair.Create(change.Name, change.Text))).Value;

    private static RunRequest Request(RequestKind kind, TaskId? task = null) => new(kind, task, null, false, "ada@lab", null);

    // a is held, b depends on it, c has not started.
    private static PlannerWorld Held()
    {
        var world = new PlannerWorld { Limits = new(1, [new KeyLimit(null, null, 0, 0)], [100]) }
            .Task("a", policy: Hold)
            .Task("b", dependsOn: "a")
            .Task("c");
        Assert.AreEqual("a", world.Tick());
        world.Limits = new(null, [new KeyLimit(null, null, 0, 0)], [100]);
        world.Exits("a", 3);
        return world;
    }
}
