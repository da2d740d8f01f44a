using MatterStack.Engine.Identity;
using MatterStack.Engine.Lifecycle.Model;
using MatterStack.Engine.Lifecycle.Planning;

namespace MatterStack.Engine.Tests.Lifecycle;

/// <content>What happens together with an amendment, and what is refused.</content>
public sealed partial class AmendmentTests
{
    [TestMethod]
    public void A_new_process_replaces_an_intended_attempt_and_asks_for_a_submitted_one_again()
    {
        var world = new PlannerWorld().Task("a").Task("b");
        var asked = new EndRequest(Noon, "ada@lab", "replaced", EndRequestKind.Replacement);
        var live = world
            .Model.Tasks.Select(task => new LiveAttempt
            {
                Id = new AttemptIdGenerator().CreateNext(Noon.AddSeconds(task.Position)),
                Task = task,
                Index = 1,
                WiringHash = Sha256.ComputeTextHash("w"),
                OperatorHash = Sha256.ComputeTextHash("o"),
                CreatedAt = Noon,
                IsDurable = true,
                State = task.Position == 0 ? new AttemptState.Created() : new AttemptState.Submitted("7"),
                EndRequest = asked,
            })
            .ToList();
        live.ForEach(world.Model.AddLive);

        var plan = world.Plan(new TickFacts { Scope = PlanScope.FactsOnly });

        Assert.AreEqual(EndCause.Amended, ((AttemptState.Ended)live[0].State).Cause);
        CollectionAssert.AreEqual(new[] { live[1] }, plan.AttemptsToEnd.ToArray());
    }

    [TestMethod]
    public void A_cancellation_after_the_amendment_has_precedence()
    {
        var world = new PlannerWorld().Task("a").Task("b");
        world.Tick(starts: false);
        Queue(world, "a");
        Queue(world, "b");
        world.Amend(["a", "b"], static task => task with { Cores = 8 });

        world.Ask(new RunRequest(RequestKind.CancelAttempt, null, world.AttemptOf("a"), false, "bob", null));
        Withdraw(world, "a");
        Assert.AreEqual("CANCELLED", world.State("a"));
        Assert.AreEqual(EndCause.Cancelled, ((AttemptState.Ended)world.Attempt("a").State).Cause);

        world.Ask(new RunRequest(RequestKind.Cancel, null, null, false, "bob", null));
        Withdraw(world, "b");
        Assert.AreEqual("CANCELLED", world.State("b"));
        Assert.AreEqual(RunState.Cancelled, world.Model.State);
    }

    [TestMethod]
    public void Of_two_amendments_the_later_values_count_and_one_replacement_is_asked_for()
    {
        var world = new PlannerWorld().Task("a");
        world.Tick(starts: false);
        Queue(world, "a");
        world.Amend(["a"], static task => task with { Cores = 8 });
        var first = world.Attempt("a").EndRequest;

        world.Amend(["a"], static task => task with { Cores = 16 }, static task => task with { Cores = 8 });

        Assert.AreSame(first, world.Attempt("a").EndRequest);
        Withdraw(world, "a");
        world.Tick();
        Assert.AreEqual(16, world.Model.CoresInUseByPool[0]);
    }

    [TestMethod]
    public void A_refused_start_while_it_is_asked_back_is_a_replacement_and_no_failure()
    {
        var world = new PlannerWorld().Task("a");
        world.Tick(starts: false);
        world.Amend(["a"], static task => task with { Cores = 2 });
        Assert.AreEqual(EndRequestKind.Replacement, world.Attempt("a").EndRequest?.Kind);

        world.CannotStart("a", "the request is too large", isPermanent: true);

        Assert.AreEqual("READY", world.State("a"));
        Assert.AreEqual(EndCause.Amended, ((AttemptState.Ended)world.Attempt("a").State).Cause);
    }

    [TestMethod]
    public void The_end_of_an_attempt_that_was_amended_meanwhile_lets_nothing_grow()
    {
        var policy = new TaskPolicy { MemoryGb = 4, RetryMemoryFactor = 2 };
        var world = new PlannerWorld().Task("a", maxAttempts: 5, policy: policy);
        world.Tick();
        world.Ends("a", EndCause.OutOfMemory);
        world.Tick();
        Assert.AreEqual(8, world.Attempt("a").Given?.MemoryGb);

        world.Amend(
            ["a"],
            static task => task with { MemoryGb = 64 },
            static task => task with { MemoryGb = 4, RetryMemoryFactor = 2, MaxAttempts = 5 }
        );
        world.Ends("a", EndCause.OutOfMemory);
        world.Tick();

        Assert.IsNull(world.Attempt("a").Given?.MemoryGb, "it asks for the 64 GiB of its task, not for more");
        Assert.AreEqual(2, world.Model.Tasks[0].History!.OwnFailures, "the counts stay");
        world.Ends("a", EndCause.OutOfMemory);
        world.Tick();
        Assert.AreEqual(128, world.Attempt("a").Given?.MemoryGb, "growth begins anew from the amended value");
    }

    [TestMethod]
    public void One_value_that_does_not_fit_refuses_all_and_names_each_task()
    {
        var world = new PlannerWorld().Task("a").Task("b");

        var answer = world.Amend(["a", "b"], static task => task with { Cores = 101 });

        Assert.IsFalse(answer.IsGranted);
        Assert.Contains("no task is amended: task a needs 101 cores", answer.Text);
        Assert.Contains("task b needs 101 cores", answer.Text);
        Assert.IsEmpty(world.Log.OfType<Change.TaskAmended>().ToList());
        Assert.IsTrue(world.Model.Tasks.All(static task => task.Cores == 1));
    }

    [TestMethod]
    public void Completed_tasks_are_left_out_and_named_and_alone_they_are_refused()
    {
        var world = new PlannerWorld().Task("a").Task("b").Task("c");
        world.Tick();
        world.Exits("a");

        var answer = world.Amend(["a", "b"], static task => task with { Cores = 2 });
        Assert.IsTrue(answer.IsGranted);
        Assert.Contains("task a is completed and left out", answer.Text);
        Assert.AreEqual("b", world.Log.OfType<Change.TaskAmended>().Single().Task.Id.Value);

        var alone = world.Amend(["a"], static task => task with { Cores = 2 });
        Assert.IsFalse(alone.IsGranted);
        Assert.Contains("-t:Rerun", alone.Text);
    }

    [TestMethod]
    public void Equal_values_change_nothing()
    {
        var world = new PlannerWorld().Task("a");

        var answer = world.Amend(["a"], static task => task);

        Assert.IsTrue(answer.IsGranted);
        Assert.Contains("nothing changes", answer.Text);
        Assert.IsEmpty(world.Log.OfType<Change.TaskAmended>().ToList());
    }
}
