using MatterStack.Engine.Lifecycle.Model;
using MatterStack.Engine.Operators;
using MatterStack.Engine.Operators.Hpc;
using MatterStack.Engine.Operators.Hpc.GridEngine;
using MatterStack.Engine.Tests.Transports;

namespace MatterStack.Engine.Tests.Operators.Hpc;

/// <summary>A run that is paused keeps its jobs from starting, and only those.</summary>
[TestClass]
public sealed class HoldingTests
{
    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public void What_waits_is_held_and_let_go_and_what_runs_or_is_held_by_a_person_is_left_alone(bool staged)
    {
        using var world = new ClusterWorld(staged);
        var requests = Enumerable.Range(0, 5).Select(i => world.Order("t" + i)).ToArray();
        world.Submit(requests);
        world.Set("1_1", "RUNNING");
        world.Set("1_3", "PENDING", "JobHeldUser");
        world.Pass(20);

        world.Operator.Hold();

        CollectionAssert.AreEqual(
            (string[])["JobHeldUser", "None", "JobHeldUser", "JobHeldUser", "JobHeldUser"],
            world.Jobs.Select(world.Reason).ToList()
        );
        Assert.AreEqual(1, world.Calls("scontrol"), "one call for all");
        Assert.AreEqual("waits as job 1_0: JobHeldUser, since the run is paused", world.Last<Observation.Submitted>(requests[0])!.Reason);
        Assert.AreEqual("waits as job 1_3: JobHeldUser", world.Last<Observation.Submitted>(requests[3])!.Reason);

        world.Operator.Release();

        CollectionAssert.AreEqual(
            (string[])["Priority", "None", "Priority", "JobHeldUser", "Priority"],
            world.Jobs.Select(world.Reason).ToList()
        );
        Assert.AreEqual("waits as job 1_0: Priority", world.Last<Observation.Submitted>(requests[0])!.Reason);
        Assert.IsEmpty(Marks(requests));
    }

    [TestMethod]
    public void What_Slurm_holds_by_itself_is_not_let_go_when_a_paused_run_continues()
    {
        using var world = new ClusterWorld();
        var request = world.Order();
        world.Submit(request);
        world.Set("1", "PENDING", "launch failed requeued held");
        world.Pass(20);
        Assert.AreEqual(
            "waits as job 1: launch failed requeued held; 'scontrol release 1' lets it run",
            world.Last<Observation.Submitted>(request)!.Reason
        );
        world.Operator.Hold();
        world.Operator.Release();
        Assert.AreEqual("launch failed requeued held", world.Reason("1"));
        Assert.AreEqual(0, world.Calls("scontrol"));
    }

    [TestMethod]
    public void A_later_command_lets_go_what_an_earlier_one_held()
    {
        using var world = new ClusterWorld();
        var requests = new[] { world.Order("a"), world.Order("b", with: t => t with { Cores = 2 }) };
        world.Submit(requests);
        world.Operator.Hold();
        Assert.AreEqual("JobHeldUser", world.Reason("2"));

        Again(world, requests);
        world.Operator.Release();

        Assert.AreEqual("Priority", world.Reason("1"));
        Assert.AreEqual("Priority", world.Reason("2"));
        Assert.IsEmpty(Marks(requests));
    }

    [TestMethod]
    public void A_client_that_is_killed_between_its_mark_and_the_schedulers_answer_leaves_nothing_undone()
    {
        using var world = new ClusterWorld();
        var request = world.Order();
        world.Submit(request);
        world.Shell.Next = call => call.Script.Contains("scontrol", StringComparison.Ordinal) ? new Fault.Refused() : null;
        world.Operator.Hold();
        Assert.AreEqual("Priority", world.Reason("1"));
        StringAssert.Contains(world.Last<Observation.StatusNote>(request)!.Text, "may start although the run is paused");

        // The run is still paused when the next one looks.
        Again(world, request);
        world.Operator.Hold();
        Assert.AreEqual("JobHeldUser", world.Reason("1"));

        // It goes on, and whoever was to let it go was killed.
        world.Shell.Next = call => call.Script.Contains("scontrol", StringComparison.Ordinal) ? new Fault.Refused() : null;
        world.Operator.Release();
        Assert.AreEqual("JobHeldUser", world.Reason("1"));
        Again(world, request);
        world.Operator.Release();
        Assert.AreEqual("Priority", world.Reason("1"));
        Assert.IsEmpty(Marks(request));
    }

    [TestMethod]
    public void What_has_not_gone_out_does_not_go_while_the_run_is_paused()
    {
        using var world = new ClusterWorld();
        world.Submit(world.Order("a"));
        world.Operator.Hold();
        world.Submit(world.Order("b", with: t => t with { Cores = 2 }));
        Assert.HasCount(1, world.Jobs);

        world.Operator.Release();
        world.Pass(5);
        Assert.HasCount(2, world.Jobs);
    }

    [TestMethod]
    public void Nothing_is_asked_of_a_scheduler_where_nothing_was_held()
    {
        using var world = new ClusterWorld();
        world.Submit(world.Order());
        world.Operator.Release();
        Assert.AreEqual(0, world.Calls("scontrol"));
    }

    [TestMethod]
    public void Members_of_one_array_are_named_together()
    {
        var sge = new GridEngineScheduler(new GridEngineOptions(), text => text);
        StringAssert.Contains(sge.BuildHoldScript(["4.3", "4.1", "4.2", "7", "4.9"]), "qhold 4.1-3,4.9,7 ");
        StringAssert.Contains(sge.BuildReleaseScript(["4.3"]), "qrls 4.3 ");
        CollectionAssert.AreEqual((string[])["0-2", "5", "7-8"], IndexRanges.FormatRanges([7, 0, 2, 1, 8, 5]).ToList());
    }

    private static void Again(ClusterWorld world, params AttemptRequest[] requests)
    {
        world.Start();
        world.Operator.Observe([.. requests.Select(o => o with { ExternalId = world.Last<Observation.Submitted>(o)!.ExternalId })]);
    }

    private static List<AttemptRequest> Marks(params AttemptRequest[] requests) => [.. requests.Where(QueueHold.HasMarker)];
}
