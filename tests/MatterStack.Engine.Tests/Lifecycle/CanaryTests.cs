using System.Globalization;
using MatterStack.Engine.Campaigns;
using MatterStack.Engine.Identity;
using MatterStack.Engine.Lifecycle.Model;
using MatterStack.Engine.Lifecycle.Planning;

namespace MatterStack.Engine.Tests.Lifecycle;

/// <summary>With <c>MatterStackCanary</c>, the first of several like tasks starts alone.</summary>
[TestClass]
public sealed class CanaryTests
{
    private const string PauseText = "the first of 3 tasks like it failed: a: exit code 1; 2 tasks wait, and -t:Resume lets them start";

    private readonly PlannerWorld _world = new() { StartsCanaries = true };

    [TestMethod]
    public void The_others_start_when_the_first_has_completed()
    {
        Group("a", "b", "c").Task("other");

        Assert.AreEqual("a other", _world.Tick());
        Assert.AreEqual("", _world.Tick());
        _world.Exits("other");
        Assert.AreEqual("", _world.Tick());
        _world.Exits("a");
        Assert.AreEqual("b c", _world.Tick());
        CollectionAssert.AreEqual(
            (string[])
                [
                    "CANARY_STARTED a it is the first of 3 tasks like it; the others wait until it has completed",
                    "CANARY_PASSED a 2 tasks like it may start",
                ],
            Events()
        );
        _world.Exits("b").Exits("c").Tick();
        Assert.AreEqual(RunState.Completed, _world.Model.State);
    }

    [TestMethod]
    public void Without_the_setting_all_start()
    {
        var world = new PlannerWorld().Task("a", pattern: 1).Task("b", pattern: 1);

        Assert.AreEqual("a b", world.Tick());
        Assert.IsEmpty(world.Log.OfType<Change.EventRecorded>());
    }

    [TestMethod]
    public void A_task_that_is_like_no_other_does_not_wait()
    {
        _world.Task("a", pattern: 1).Task("b", pattern: 2).Task("c").Task("d");

        Assert.AreEqual("a b c d", _world.Tick());
        Assert.IsEmpty(Events());
    }

    [TestMethod]
    public void The_run_pauses_if_the_first_has_failed_for_good_and_Resume_lets_the_others_start()
    {
        Group("a", "b", "c").Tick();
        _world.Exits("a", code: 1);

        Assert.AreEqual(RunState.Paused, _world.Model.State);
        var pause = _world.Log.OfType<Change.RunMoved>().Last();
        Assert.AreEqual(PauseText, pause.Reason);
        // One plan has both, so that no crash comes between.
        var failed = _world.Log.OfType<Change.TaskMoved>().Last();
        Assert.AreEqual(TaskState.Failed, failed.To);
        Assert.AreEqual(_world.Log.IndexOf(failed) + 2, _world.Log.IndexOf(pause));
        Assert.AreEqual("", _world.Tick());

        _world.Ask(new RunRequest(RequestKind.Resume, null, null, false, "ada", null));
        Assert.AreEqual("b c", _world.Tick());
    }

    [TestMethod]
    public void A_new_process_knows_that_a_person_let_the_others_start()
    {
        var world = new PlannerWorld { StartsCanaries = true }
            .Task("a", pattern: 1)
            .Task("b", pattern: 1)
            .Task("c", pattern: 1);
        world.Model.MoveTask(world.Model.Tasks[0], TaskState.Failed);

        Assert.AreEqual("b c", world.Tick());
    }

    [TestMethod]
    public void The_others_wait_while_the_first_is_tried_again()
    {
        _world.Task("a", maxAttempts: 2, pattern: 1).Task("b", maxAttempts: 2, pattern: 1);

        Assert.AreEqual("a", _world.Tick());
        _world.Exits("a", code: 1);
        Assert.AreEqual("a", _world.Tick());
        _world.Exits("a");
        Assert.AreEqual("b", _world.Tick());
    }

    [TestMethod]
    public void The_others_wait_while_the_first_is_held_and_start_after_the_answer()
    {
        var hold = new TaskPolicy { OnFailure = FailureAction.Hold };
        _world.Task("a", pattern: 1, policy: hold).Task("b", pattern: 1).Tick();
        _world.Exits("a", code: 1);

        Assert.AreEqual("", _world.Tick());
        Assert.AreEqual(1, _world.Model.WaitingForCanaryCount);
        _world.Respond("a", HoldDecision.GiveUp);
        Assert.AreEqual(RunState.Paused, _world.Model.State);
    }

    [TestMethod]
    public void The_next_one_is_the_first_if_a_person_cancels_it()
    {
        Group("a", "b", "c").Tick();
        _world.Ask(new RunRequest(RequestKind.CancelAttempt, null, _world.AttemptOf("a"), false, "ada", null));
        _world.Exits("a", code: 143);

        Assert.AreEqual("CANCELLED", _world.State("a"));
        Assert.AreEqual("b", _world.Tick());
        Assert.AreEqual("", _world.Tick());
    }

    [TestMethod]
    public void The_one_with_the_highest_priority_is_the_first()
    {
        _world.Task("a", pattern: 1).Task("b", pattern: 1, priority: 5).Task("c", pattern: 1);

        Assert.AreEqual("b", _world.Tick());
        _world.Exits("b");
        Assert.AreEqual("a c", _world.Tick());
    }

    [TestMethod]
    public void A_failure_that_concerns_no_other_task_does_not_pause_the_run()
    {
        _world.Task("a", pattern: 1).Task("b", dependsOn: "a", pattern: 1).Task("z").Tick();
        _world.Exits("a", code: 1);

        Assert.AreEqual(RunState.Running, _world.Model.State);
        Assert.AreEqual("a=FAILED b=SKIPPED z=RUNNING", _world.States());
    }

    [TestMethod]
    public void A_first_task_that_can_never_start_pauses_the_run_before_the_others_fail()
    {
        for (var i = 0; i < 4; i++)
        {
            _world.Task("t" + i.ToString(CultureInfo.InvariantCulture), cores: 101, pattern: 1);
        }

        Assert.AreEqual("", _world.Tick());
        Assert.AreEqual(RunState.Paused, _world.Model.State);
        Assert.AreEqual("t0=FAILED t1=READY t2=READY t3=READY", _world.States());
    }

    [TestMethod]
    public void A_result_from_the_cache_counts()
    {
        _world.Task("a", pattern: 1, cacheable: true).Task("b", pattern: 1, cacheable: true).Task("c", pattern: 1, cacheable: true);
        _world.Limits = new WiringLimits(null, [new KeyLimit(null, null, 0, 0, IsCacheable: true)], [100]);
        _world.Plan(new TickFacts { HasCachedResults = true });
        var lookups = _world.Planner.ReleaseDurable([], _world.Limits, 10).Lookups;
        Assert.HasCount(3, lookups);
        var plan = _world.Plan(
            new TickFacts
            {
                HasCachedResults = true,
                Lookups = [.. lookups.Select(static (lookup, i) => new CacheLookupResult(lookup, IsHit: i == 1))],
            }
        );

        var intended = plan.Changes.OfType<Change.Intended>().Select(static change => change.Attempt).ToList();
        Assert.AreEqual("b a", string.Join(' ', intended.Select(static attempt => attempt.Task.Id)));
        _world.Plan(
            new TickFacts
            {
                HasCachedResults = true,
                RecordedIntents = intended,
                Observations =
                [
                    new Observation.Exited(
                        intended[0].Id,
                        PlannerWorld.Noon,
                        new AttemptEnd { ExitCode = 0, CachedResult = new CachedResult("cache", "origin", "of another run") }
                    ),
                ],
            }
        );
        Assert.IsNotNull(_world.Model.Tasks[2].LiveAttempt);
    }

    [TestMethod]
    public void A_group_whose_first_completed_in_an_earlier_iteration_needs_no_other()
    {
        var group = new CanaryGroup();
        group.Add(Node(0, TaskState.Completed));
        group.Add(Node(1, TaskState.Ready));

        Assert.IsFalse(group.IsClosed);
    }

    [TestMethod]
    public void An_attempt_of_an_earlier_command_is_the_first()
    {
        var group = new CanaryGroup();
        group.Add(Node(0, TaskState.Ready));
        var retried = Node(1, TaskState.Ready);
        retried.AttemptCount = 1;
        group.Add(retried);

        Assert.IsTrue(group.IsClosed);
        Assert.AreSame(retried, group.Canary);
    }

    private PlannerWorld Group(params string[] ids)
    {
        foreach (var id in ids)
        {
            _world.Task(id, pattern: 7);
        }

        return _world;
    }

    private List<string> Events() =>
        [
            .. _world
                .Log.OfType<Change.EventRecorded>()
                .Where(static e => e.Kind.Name.StartsWith("CANARY", StringComparison.Ordinal))
                .Select(static e => $"{e.Kind.Name} {e.Task} {e.Details}"),
        ];

    private static TaskNode Node(int position, TaskState state) =>
        new()
        {
            Position = position,
            Id = TaskId.FromTrusted("t" + position.ToString(CultureInfo.InvariantCulture)),
            KeyIndex = 0,
            Cores = 1,
            MaxAttempts = 1,
            AllowFailure = false,
            AllowDependencyFailure = false,
            State = state,
            Pattern = 1,
        };
}
