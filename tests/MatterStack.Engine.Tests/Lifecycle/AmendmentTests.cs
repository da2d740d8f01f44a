using MatterStack.Engine.Campaigns;
using MatterStack.Engine.Identity;
using MatterStack.Engine.Lifecycle.Model;
using MatterStack.Engine.Lifecycle.Planning;

namespace MatterStack.Engine.Tests.Lifecycle;

/// <summary>A person amends tasks of a live run: each queue of the planner, each state of a task, each race.</summary>
[TestClass]
public sealed partial class AmendmentTests
{
    private static readonly DateTimeOffset Noon = PlannerWorld.Noon;

    [TestMethod]
    public void Pending_ready_held_and_failed_tasks_take_the_values_and_keep_their_states()
    {
        var world = new PlannerWorld()
            .Task("held", policy: new TaskPolicy { OnFailure = FailureAction.Hold })
            .Task("failed")
            .Task("below", dependsOn: "failed")
            .Task("ready", cores: 200)
            .Task("pending", dependsOn: "held");
        world.Limits = new WiringLimits(2, [new KeyLimit(null, null, 0, 0)], [1000]);
        Assert.AreEqual("held failed", world.Tick());
        world.Exits("held", 3).Exits("failed", 3);

        var answer = world.Amend(["held", "failed", "below", "ready", "pending"], static task => task with { Cores = 4, MaxAttempts = 3 });

        Assert.IsTrue(answer.IsGranted, answer.Text);
        Assert.AreEqual("held=WAITING_EXTERNAL failed=FAILED below=SKIPPED ready=READY pending=PENDING", world.States());
        Assert.IsTrue(world.Model.Tasks.All(static task => task is { Cores: 4, MaxAttempts: 3 }));
        Assert.Contains("5 tasks (held, failed, below, ready, pending) are amended from the next attempt on: ", answer.Text);
        Assert.Contains("Cores from the default to 4, MaxAttempts from the default to 3", answer.Text);
        Assert.Contains("2 tasks have ended: -t:Revive", answer.Text);
        Assert.Contains("1 task is held: -t:Respond", answer.Text);
        Assert.HasCount(5, world.Log.OfType<Change.TaskAmended>().ToList());
        Assert.IsTrue(world.Log.OfType<Change.TaskAmended>().All(static change => change is { Actor: "ada@lab", Reason: "larger cells" }));
    }

    [TestMethod]
    public void A_running_attempt_goes_on_with_its_values_and_gives_back_what_it_took()
    {
        var world = new PlannerWorld().Task("a", cores: 3).Task("b", cores: 60);
        Assert.AreEqual("a b", world.Tick());
        var before = (world.Model.CoresInUseByPool[0], world.Model.CapacityInUse);
        Assert.AreEqual((63, 2), before);

        var answer = world.Amend(["a"], static task => task with { Cores = 50 }, static task => task with { Cores = 3 });

        Assert.Contains("task a is under way with the former values", answer.Text);
        Assert.AreEqual("RUNNING", world.State("a"));
        Assert.AreEqual(63, world.Model.CoresInUseByPool[0]);
        world.Exits("a", 3).Exits("b");
        Assert.AreEqual(0, world.Model.CoresInUseByPool[0]);
        Assert.AreEqual("FAILED", world.State("a"), "MaxAttempts is 1, and the attempt counts");
    }

    [TestMethod]
    public void A_job_that_waits_is_asked_back_and_its_task_gets_another_attempt_that_counts_as_nobodys_fault()
    {
        var world = new PlannerWorld().Task("a", cores: 2);
        world.Tick(starts: false);
        Queue(world, "a");

        var answer = world.Amend(["a"], static task => task with { Cores = 8 }, static task => task with { Cores = 2 });

        Assert.Contains("task a is waiting in a queue and will be replaced", answer.Text);
        var first = world.Attempt("a");
        Assert.AreEqual(EndRequestKind.Replacement, first.EndRequest!.Kind);
        Assert.AreEqual("RUNNING", world.State("a"));
        Assert.AreEqual("", world.Tick(), "nothing starts while it may still begin");

        Withdraw(world, "a");

        Assert.AreEqual("READY", world.State("a"));
        var ended = (AttemptState.Ended)first.State;
        Assert.AreEqual((AttemptOutcome.Cancelled, (EndCause?)EndCause.Amended), (ended.Outcome, ended.Cause));
        Assert.IsNull(world.Model.Tasks[0].History is { OwnFailures: 0, InfrastructureFailures: 0, NotBefore: null } ? null : "it counted");
        Assert.AreEqual(0, world.Model.CoresInUseByPool[0]);
        Assert.AreEqual("a", world.Tick());
        Assert.AreEqual(8, world.Model.CoresInUseByPool[0]);
        world.Exits("a");
        Assert.AreEqual("COMPLETED", world.State("a"));
    }

    [TestMethod]
    public void A_job_that_begins_at_that_moment_goes_on_and_is_not_started_twice()
    {
        var world = new PlannerWorld().Task("a", maxAttempts: 2);
        world.Tick(starts: false);
        Queue(world, "a");
        world.Amend(["a"], static task => task with { Cores = 8 }, static task => task with { MaxAttempts = 2 });

        world.Apply(new Observation.Started(world.AttemptOf("a"), Noon, "7"));

        Assert.IsNull(world.Attempt("a").EndRequest);
        Assert.HasCount(1, world.Log.OfType<Change.EndDropped>().ToList());
        Assert.HasCount(1, Events(world, EventKinds.AttemptNotReplaced));
        world.Apply(new Observation.NotWithdrawn(world.AttemptOf("a"), Noon, "late"));
        Assert.HasCount(1, Events(world, EventKinds.AttemptNotReplaced), "the same is not said twice");
        Assert.AreEqual("", world.Tick());
        world.Exits("a", 3);
        Assert.AreEqual("a", world.Tick(), "its own failure is followed as always");
        Assert.AreEqual(8, world.Model.CoresInUseByPool[0]);
    }

    [TestMethod]
    public void An_operator_that_cannot_take_it_back_says_so_and_the_attempt_goes_on()
    {
        var world = new PlannerWorld().Task("a");
        world.Tick(starts: false);
        Queue(world, "a");
        world.Amend(["a"], static task => task with { Cores = 8 });

        world.Apply(new Observation.NotWithdrawn(world.AttemptOf("a"), Noon, "it cannot be taken back"));

        Assert.IsNull(world.Attempt("a").EndRequest);
        Assert.AreEqual("it cannot be taken back", Events(world, EventKinds.AttemptNotReplaced).Single().Details);
        world.Exits("a");
        Assert.AreEqual("COMPLETED", world.State("a"));
    }

    [TestMethod]
    public void An_attempt_whose_intent_is_not_released_is_replaced_at_once()
    {
        var world = new PlannerWorld { Limits = new WiringLimits(1, [new KeyLimit(null, null, 0, 5)], [100]) };
        world.Task("a").Task("b");
        Assert.AreEqual("a", world.Tick());
        var intended = world.Model.LiveAttempts.Single(static attempt => attempt.State is AttemptState.Created);
        Assert.AreEqual("b", intended.Task.Id.Value);

        var answer = world.Amend(["b"], static task => task with { Cores = 2 });

        Assert.IsTrue(answer.IsGranted);
        Assert.AreEqual(EndCause.Amended, ((AttemptState.Ended)intended.State).Cause);
        world.Exits("a");
        Assert.AreEqual("b", world.Tick());
        Assert.AreEqual(2, world.Attempt("b").Index);
        Assert.AreEqual(2, world.Model.CoresInUseByPool[0]);
    }

    [TestMethod]
    public void An_amendment_that_no_attempt_sees_replaces_nothing()
    {
        var world = new PlannerWorld().Task("a");
        world.Tick(starts: false);
        Queue(world, "a");

        world.Amend(["a"], static task => task with { MaxAttempts = 4, Priority = 7, RetryOn = ["OUT_OF_MEMORY"] });

        Assert.IsNull(world.Attempt("a").EndRequest);
        world.Exits("a", 3);
        Assert.AreEqual("FAILED", world.State("a"), "RetryOn names another cause");
    }

    [TestMethod]
    public void A_task_in_the_queue_of_an_operator_waits_for_the_other_one_after_an_amended_key()
    {
        var world = new PlannerWorld { Limits = new WiringLimits(null, [new KeyLimit(null, 1, 0, 0), new KeyLimit(null, 5, 0, 0)], [100]) };
        world.Task("a").Task("b").Task("c");
        Assert.AreEqual("a", world.Tick());

        var answer = world.Amend(["b"], static task => task with { OperatorKey = OperatorKey.FromTrusted("local.large") });

        Assert.IsTrue(answer.IsGranted, answer.Text);
        Assert.AreEqual("b", world.Tick(), "the other operator has a place");
        Assert.AreEqual(1, world.Model.CapacityInUseByKey[1]);
        world.Exits("a");
        Assert.AreEqual("c", world.Tick(), "the former entry does not start it again");
        world.Exits("b").Exits("c");
        Assert.AreEqual("0,0", string.Join(',', world.Model.CapacityInUseByKey));
    }

    [TestMethod]
    public void An_attempt_of_the_former_operator_gives_its_place_back_to_that_operator()
    {
        var world = new PlannerWorld { Limits = new WiringLimits(null, [new KeyLimit(null, 1, 0, 0), new KeyLimit(null, 5, 0, 0)], [100]) };
        world.Task("a", maxAttempts: 2);
        world.Tick();

        world.Amend(
            ["a"],
            static task => task with { OperatorKey = OperatorKey.FromTrusted("local.large") },
            static task => task with { MaxAttempts = 2 }
        );
        world.Exits("a", 3);

        Assert.AreEqual("0,0", string.Join(',', world.Model.CapacityInUseByKey));
        Assert.AreEqual("a", world.Tick());
        Assert.AreEqual("0,1", string.Join(',', world.Model.CapacityInUseByKey));
    }

    [TestMethod]
    public void Needs_move_a_waiting_task_to_another_group_of_its_queue()
    {
        var world = new PlannerWorld
        {
            Limits = new WiringLimits(null, [new KeyLimit(null, null, 0, 0) { MemoryPoolIndex = 0 }], [100]) { PoolMemoryMib = [2048] },
        };
        world.Task("a", needs: TaskNeeds.Create(2, 0, [])).Task("b", needs: TaskNeeds.Create(2, 0, []));
        Assert.AreEqual("a", world.Tick());

        world.Amend(["b"], static task => task with { MemoryGb = null }, static task => task with { MemoryGb = 2 });

        Assert.AreEqual("b", world.Tick());
    }

    [TestMethod]
    public void A_delayed_task_takes_the_values_and_keeps_its_delay()
    {
        var world = new PlannerWorld().Task("a", maxAttempts: 2, policy: new TaskPolicy { RetryDelay = TimeSpan.FromMinutes(10) });
        world.Tick();
        world.Exits("a", 3);

        world.Amend(
            ["a"],
            static task => task with { Cores = 4 },
            static task => task with { MaxAttempts = 2, RetryDelay = TimeSpan.FromMinutes(10) }
        );

        Assert.AreEqual("", world.Tick());
        world.After(601);
        Assert.AreEqual("a", world.Tick());
        Assert.AreEqual(4, world.Model.CoresInUseByPool[0]);
    }

    [TestMethod]
    public void A_task_that_waits_for_a_lookup_waits_on()
    {
        var world = new PlannerWorld().Task("a", cacheable: true);
        Assert.AreEqual(1, world.Model.TasksToLookUp.Count);

        world.Amend(["a"], static task => task with { Cores = 4 });

        Assert.AreEqual("READY", world.State("a"));
        Assert.AreEqual("a", world.Tick(), "without a result in the cache it goes on to its operator, once");
        Assert.AreEqual("", world.Tick());
    }

    [TestMethod]
    [DataRow(true)]
    [DataRow(false)]
    public void An_attempt_with_a_cached_result_ends_only_if_the_result_can_change(bool changesResult)
    {
        var world = new PlannerWorld { Limits = new WiringLimits(null, [new KeyLimit(null, null, 0, 0, IsCacheable: true)], [100]) };
        world.Task("a", cacheable: true);
        world.Plan(new TickFacts { HasCachedResults = true });
        var lookup = world.Planner.ReleaseDurable([], world.Limits, 10).Lookups.Single();
        var hit = new CacheLookupResult(lookup, true) { Fingerprint = new FingerprintRecord("f", "parts", CacheLookupOutcome.Hit) };
        world.Plan(new TickFacts { HasCachedResults = true, Lookups = [hit] });
        var attempt = world.Model.LiveAttempts.Single();
        world.Planner.ReleaseDurable([attempt], world.Limits, 0);

        world.Amend(["a"], task => changesResult ? task with { Command = "other" } : task with { MemoryGb = 4 });

        Assert.AreEqual(changesResult, attempt.State is AttemptState.Ended { Cause: EndCause.Amended });
        Assert.AreEqual(changesResult ? 1 : 0, world.Model.TasksToLookUp.Count, "it is looked up again, under its new fingerprint");
        world.Apply(new Observation.Exited(attempt.Id, Noon, new AttemptEnd { ExitCode = 0 }));
        Assert.AreEqual(
            changesResult ? "READY" : "COMPLETED",
            world.State("a"),
            "the restored result of the former definition is not taken"
        );
    }

    private static void Queue(PlannerWorld world, string task) =>
        world.Apply(new Observation.Submitted(world.AttemptOf(task), Noon, "job-" + task, "Priority"));

    private static void Withdraw(PlannerWorld world, string task) =>
        world.Apply(
            new Observation.Exited(world.AttemptOf(task), Noon, new AttemptEnd { IsCancelled = true, EndedBy = "deleted from the queue" })
        );

    private static List<Change.EventRecorded> Events(PlannerWorld world, EventKind kind) =>
        [.. world.Log.OfType<Change.EventRecorded>().Where(change => change.Kind == kind)];
}
