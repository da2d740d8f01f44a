using System.Globalization;
using MatterStack.Engine.Campaigns;
using MatterStack.Engine.Identity;
using MatterStack.Engine.Lifecycle.Model;
using MatterStack.Engine.Lifecycle.Planning;

namespace MatterStack.Engine.Tests.Lifecycle;

/// <summary>A run pauses when too many tasks have failed, so that one mistake does not use up a whole campaign.</summary>
[TestClass]
public sealed class FailureBrakeTests
{
    [TestMethod]
    [DataRow("20", 20, 1000, true)]
    [DataRow("20", 19, 19, false)]
    [DataRow("1", 1, 1, true)]
    [DataRow("10%", 2, 20, true)]
    [DataRow("10%", 1, 20, false)]
    [DataRow("10%", 19, 19, false)]
    [DataRow("0.5%", 1, 200, true)]
    [DataRow("100%", 0, 100, false)]
    public void A_share_counts_from_twenty_ended_tasks(string limit, int failed, int ended, bool isReached) =>
        Assert.AreEqual(isReached, FailureLimit.Parse(limit)!.IsReached(failed, ended));

    [TestMethod]
    [DataRow("")]
    [DataRow("0")]
    [DataRow("-3")]
    [DataRow("2.5")]
    [DataRow("0%")]
    [DataRow("101%")]
    [DataRow("ten%")]
    [DataRow("%")]
    public void Another_text_is_no_limit(string text) => Assert.IsNull(FailureLimit.Parse(text));

    [TestMethod]
    public void The_run_pauses_at_the_limit_and_says_why()
    {
        var world = Failing("3", tasks: 10);
        Fail(world, 2);
        Assert.AreEqual(RunState.Running, world.Model.State);
        Fail(world, 1, from: 2);

        Assert.AreEqual(RunState.Paused, world.Model.State);
        var paused = world.Log.OfType<Change.RunMoved>().Last();
        Assert.Contains("3 tasks have failed or are held of 3 that ended, and MatterStackMaxFailures is 3", paused.Reason!);
        Assert.AreEqual("", world.Tick(), "nothing starts");
    }

    [TestMethod]
    public void Resume_goes_on_and_counts_anew()
    {
        var world = Failing("3", tasks: 10);
        Fail(world, 3);
        Assert.AreEqual(RunState.Paused, world.Model.State);

        Assert.IsTrue(world.Ask(new RunRequest(RequestKind.Resume, null, null, false, "ada", null)).IsGranted);
        world.Tick();
        Assert.AreEqual(RunState.Running, world.Model.State);
        Assert.AreEqual(new FailureBaseline(3, 3), world.Log.OfType<Change.FailuresCounted>().Last().Baseline);

        Fail(world, 2, from: 3);
        Assert.AreEqual(RunState.Running, world.Model.State);
        Fail(world, 1, from: 5);
        Assert.AreEqual(RunState.Paused, world.Model.State);
    }

    [TestMethod]
    public void A_share_never_stops_a_run_of_five_tasks()
    {
        var world = Failing("10%", tasks: 5);
        Fail(world, 4);

        Assert.AreEqual(RunState.Running, world.Model.State);
        Assert.AreEqual("", world.Tick());
    }

    [TestMethod]
    public void A_share_stops_a_run_at_twenty_ended_tasks()
    {
        var world = Failing("10%", tasks: 30);
        Complete(world, 17);
        Fail(world, 2, from: 17);
        Assert.AreEqual(RunState.Running, world.Model.State, "19 have ended");
        Fail(world, 1, from: 19);

        Assert.AreEqual(RunState.Paused, world.Model.State);
        Assert.Contains("of 20 that ended, and MatterStackMaxFailures is 10%", world.Log.OfType<Change.RunMoved>().Last().Reason!);
    }

    [TestMethod]
    public void Tasks_that_may_fail_and_skipped_tasks_do_not_count()
    {
        var world = new PlannerWorld { MaxFailures = FailureLimit.Parse("2") }
            .Task("a", allowFailure: true)
            .Task("b", allowFailure: true)
            .Task("c")
            .Task("d", dependsOn: "c")
            .Task("e")
            .Task("f");
        world.Limits = new(5, [new KeyLimit(null, null, 0, 0)], [100]);
        world.Tick();
        world.Exits("a", 1).Exits("b", 1).Exits("c", 1);
        world.Tick();

        Assert.AreEqual(RunState.Running, world.Model.State);
    }

    [TestMethod]
    public void Held_tasks_count_and_giving_up_does_not_count_them_again()
    {
        var world = new PlannerWorld { MaxFailures = FailureLimit.Parse("2"), Limits = new(2, [new KeyLimit(null, null, 0, 0)], [100]) };
        for (var i = 0; i < 6; i++)
        {
            world.Task(Name(i), policy: new TaskPolicy { OnFailure = FailureAction.Hold });
        }

        Fail(world, 2);
        Assert.AreEqual(RunState.Paused, world.Model.State);
        world.Ask(new RunRequest(RequestKind.Resume, null, null, false, "ada", null));
        world.Respond(Name(0), HoldDecision.GiveUp);
        world.Respond(Name(1), HoldDecision.Retry);
        world.Tick();

        Assert.AreEqual(RunState.Running, world.Model.State);
        world.Exits(Name(1), 1);
        world.Tick();
        Assert.AreEqual(RunState.Running, world.Model.State, "it is the first failure since the answer");
        world.Exits(Name(2), 1);
        world.Tick();
        Assert.AreEqual(RunState.Paused, world.Model.State);
    }

    [TestMethod]
    public void A_run_that_has_nothing_more_to_start_ends_instead_of_pausing()
    {
        var world = Failing("2", tasks: 2);
        Fail(world, 2);

        Assert.AreEqual(RunState.Failed, world.Model.State);
    }

    [TestMethod]
    public void Another_command_of_a_resumed_run_does_not_pause_again_at_once()
    {
        var world = Failing("3", tasks: 10);
        Fail(world, 3);
        world.Ask(new RunRequest(RequestKind.Resume, null, null, false, "ada", null));
        var tasks = world.Model.Tasks;
        foreach (var task in tasks)
        {
            (task.Dependents, task.OpenDependencies) = ([], 0);
        }

        // As the next process loads it.
        var loaded = new RunModel(world.Model.State, world.Model.Keys, tasks, [.. world.Model.LiveAttempts])
        {
            FailureBaseline = world.Log.OfType<Change.FailuresCounted>().Last().Baseline,
        };
        var planner = new TickPlanner(loaded, new AttemptIdGenerator(), TimeSpan.FromSeconds(30)) { MaxFailures = FailureLimit.Parse("3") };

        planner.Plan(new TickFacts(), world.Limits, PlannerWorld.Noon);

        Assert.AreEqual(RunState.Running, loaded.State);
    }

    private static PlannerWorld Failing(string limit, int tasks)
    {
        var world = new PlannerWorld { MaxFailures = FailureLimit.Parse(limit), Limits = new(1, [new KeyLimit(null, null, 0, 0)], [100]) };
        for (var i = 0; i < tasks; i++)
        {
            world.Task(Name(i));
        }

        return world;
    }

    private static void Fail(PlannerWorld world, int count, int from = 0) => End(world, count, from, 1);

    private static void Complete(PlannerWorld world, int count) => End(world, count, 0, 0);

    private static void End(PlannerWorld world, int count, int from, int code)
    {
        for (var i = from; i < from + count; i++)
        {
            world.Tick();
            world.Exits(Name(i), code);
        }

        world.Tick();
    }

    private static string Name(int i) => "t" + i.ToString("00", CultureInfo.InvariantCulture);
}
