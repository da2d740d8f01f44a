using System.Globalization;
using MatterStack.Engine.Campaigns;
using MatterStack.Engine.Identity;
using MatterStack.Engine.Lifecycle.Model;
using MatterStack.Engine.Lifecycle.Planning;

namespace MatterStack.Engine.Tests.Lifecycle;

[TestClass]
public sealed class NeedsTests
{
    [TestMethod]
    [DataRow(0)]
    [DataRow(8)]
    public void Attempts_wait_for_memory_although_cores_are_free(int ahead)
    {
        var run = World(Limits(ahead, memoryMib: 4096)).Task("a", needs: Memory(3)).Task("b", needs: Memory(2)).Task("c", needs: Memory(1));

        Assert.AreEqual("a", run.Tick(), "b needs more than is left, and c does not get what b waits for");
        Assert.AreEqual("b c", run.Exits("a").Tick());
    }

    [TestMethod]
    [DataRow(0)]
    [DataRow(8)]
    public void Tasks_without_needs_pass_those_that_wait_for_a_resource(int ahead)
    {
        var run = World(Limits(ahead, ("licence", 1)))
            .Task("a", needs: Uses("licence"))
            .Task("b", needs: Uses("licence"))
            .Task("c")
            .Task("d");

        Assert.AreEqual("a c d", run.Tick());
        Assert.AreEqual("b", run.Exits("a").Tick());
    }

    [TestMethod]
    public void Small_tasks_do_not_keep_a_large_one_waiting_for_ever()
    {
        var run = World(Limits(0, ("licence", 2))).Task("a", needs: Uses("licence")).Task("all", needs: Uses("licence*2"));
        for (var i = 0; i < 5; i++)
        {
            run.Task("small" + i, needs: Uses("licence"));
        }

        Assert.AreEqual("a", run.Tick());
        Assert.AreEqual("all", run.Exits("a").Tick());
        Assert.AreEqual("small0 small1", run.Exits("all").Tick());
    }

    [TestMethod]
    public void A_freed_core_goes_to_the_first_task_although_others_are_intended_ahead()
    {
        var run = World(Limits(8, ("licence", 1)) with { PoolCores = [2] })
            .Task("a", needs: Uses("licence"))
            .Task("b", needs: Uses("licence"));
        for (var i = 0; i < 6; i++)
        {
            run.Task("c" + i);
        }

        Assert.AreEqual("a c0", run.Tick());
        Assert.AreEqual("c1", run.Exits("c0").Tick());
        Assert.AreEqual("b", run.Exits("a").Tick(), "the licence and a core are free");
    }

    [TestMethod]
    public void A_thousand_tasks_that_use_one_of_four_run_four_at_a_time()
    {
        var run = World(Limits(64, ("licence", 4)));
        for (var i = 0; i < 1000; i++)
        {
            run.Task(string.Create(CultureInfo.InvariantCulture, $"t{i}"), needs: Uses("licence"));
        }

        var (done, most) = (0, 0);
        var live = new Queue<string>();
        while (done < 1000)
        {
            foreach (var name in run.Tick().Split(' ', StringSplitOptions.RemoveEmptyEntries))
            {
                live.Enqueue(name);
            }

            most = Math.Max(most, live.Count);
            Assert.IsTrue(live.TryDequeue(out var ended), "nothing runs");
            run.Exits(ended);
            done++;
        }

        Assert.AreEqual(4, most);
        Assert.AreEqual(RunState.Completed, run.Model.State);
    }

    [TestMethod]
    [DataRow(0)]
    [DataRow(8)]
    public void A_device_is_given_to_one_attempt_at_a_time(int ahead)
    {
        var run = World(Gpus(ahead, "0", "1", "2"))
            .Task("a", needs: Gpus(1))
            .Task("b", needs: Gpus(2))
            .Task("c", needs: Gpus(1))
            .Task("none");

        Assert.AreEqual("a b none", run.Tick());
        CollectionAssert.AreEqual(new[] { "0" }, run.Attempt("a").Given!.Gpus!.ToArray());
        CollectionAssert.AreEqual(new[] { "1", "2" }, run.Attempt("b").Given!.Gpus!.ToArray());
        Assert.IsNull(run.Attempt("none").Given);
        Assert.AreEqual("c", run.Exits("b").Tick());
        CollectionAssert.AreEqual(new[] { "1" }, run.Attempt("c").Given!.Gpus!.ToArray());
    }

    [TestMethod]
    public void The_assignment_is_in_the_same_commit_as_the_intent_and_nothing_starts_before()
    {
        var run = World(Gpus(64, "0")).Task("a", needs: Gpus(1)).Task("b", needs: Gpus(1));

        var plan = run.Plan(new TickFacts());

        Assert.HasCount(1, plan.Changes.OfType<Change.Intended>(), "b is not intended ahead of a device");
        Assert.HasCount(1, plan.Changes.OfType<Change.ResourcesGiven>());
        Assert.IsEmpty(plan.Released.AttemptsToStart);
        Assert.IsTrue(plan.NeedsCommit);
    }

    [TestMethod]
    public void Two_operators_that_name_the_same_device_share_it()
    {
        var limits = new WiringLimits(
            null,
            [new KeyLimit(null, null, 0, 0) { GpuPoolIndex = 0 }, new KeyLimit(null, null, 0, 0) { GpuPoolIndex = 1 }],
            [100]
        )
        {
            PoolGpus =
            [
                ["0"],
                ["0", "1"],
            ],
        };
        var capacity = new Capacity(new RunModel(RunState.Running, [], [], []) { });
        capacity.ApplyLimits(limits);

        Assert.IsTrue(capacity.HasNeeds(Node(0)));
        CollectionAssert.AreEqual(new[] { "0" }, capacity.ChooseGpus(Node(0))!.ToArray());
        var run = World(limits with { GpusHeldElsewhere = ["0"] });
        capacity.ApplyLimits(run.Limits);
        CollectionAssert.AreEqual(new[] { "1" }, capacity.ChooseGpus(Node(1))!.ToArray());

        static TaskNode Node(int key) =>
            new()
            {
                Position = 0,
                Id = TaskId.FromTrusted("a"),
                KeyIndex = key,
                Cores = 1,
                MaxAttempts = 1,
                AllowFailure = false,
                AllowDependencyFailure = false,
                Needs = Gpus(1),
            };
    }

    [TestMethod]
    [DataRow("memory", "needs 5 GiB of memory, its operator has 4 GiB")]
    [DataRow("gpus", "needs 2 GPUs, its operator has none")]
    [DataRow("known", "uses 3 of the resource 'licence', and operators.yaml has 2")]
    [DataRow("unknown", "uses the resource 'licens', and operators.yaml defines licence")]
    public void A_task_that_can_never_fit_is_refused_with_what_there_is(string kind, string reason)
    {
        var limits = Limits(0, ("licence", 2)) with
        {
            PoolMemoryMib = [4096],
            PoolGpus =
            [
                [],
            ],
        };
        limits = limits with { Keys = [limits.Keys[0] with { MemoryPoolIndex = 0, GpuPoolIndex = 0 }] };
        var run = World(limits)
            .Task(
                "a",
                needs: kind switch
                {
                    "memory" => Memory(5),
                    "gpus" => Gpus(2),
                    "known" => Uses("licence*3"),
                    _ => Uses("licens"),
                }
            )
            .Task("b");

        Assert.AreEqual("b", run.Tick());
        Assert.AreEqual("FAILED", run.State("a"));
        StringAssert.StartsWith(run.Reason("a"), reason);
    }

    [TestMethod]
    public void Memory_and_devices_of_a_cluster_are_its_own_affair()
    {
        var run = World(new WiringLimits(null, [new KeyLimit(null, null, null, 1000)], [1]))
            .Task("a", needs: TaskNeeds.Create(4096, 8, []));

        Assert.AreEqual("a", run.Tick());
        Assert.IsNull(run.Attempt("a").Given);
    }

    [TestMethod]
    public void Needs_have_one_stored_form()
    {
        var needs = TaskNeeds.FromTask(
            new CampaignTask
            {
                Id = TaskId.FromTrusted("a"),
                Command = "true",
                MemoryGb = 1.5,
                Gpus = 2,
                Uses = ["z", "a.b-c*3"],
            }
        )!;

        Assert.AreEqual("memory_mib=1536;gpus=2;use=a.b-c*3;use=z", needs.ToString());
        Assert.AreEqual(needs, TaskNeeds.Parse(needs.ToString()));
        Assert.IsNull(TaskNeeds.FromTask(new CampaignTask { Id = TaskId.FromTrusted("a"), Command = "true" }));
        foreach (var damaged in new[] { "", "memory_mib=", "gpus=-1", "use=", "colour=red", "gpus" })
        {
            Assert.ThrowsExactly<FormatException>(() => TaskNeeds.Parse(damaged), damaged);
        }
    }

    private static PlannerWorld World(WiringLimits limits) => new() { Limits = limits };

    private static TaskNeeds Memory(double gibibytes) => TaskNeeds.Create(gibibytes, 0, [])!;

    private static TaskNeeds Gpus(int count) => TaskNeeds.Create(null, count, [])!;

    private static TaskNeeds Uses(params ResourceUse[] uses) => TaskNeeds.Create(null, 0, uses)!;

    private static WiringLimits Gpus(int ahead, params string[] devices) =>
        new(null, [new KeyLimit(null, null, 0, ahead) { GpuPoolIndex = 0 }], [100]) { PoolGpus = [devices] };

    private static WiringLimits Limits(int ahead, int memoryMib) =>
        new(null, [new KeyLimit(null, null, 0, ahead) { MemoryPoolIndex = 0 }], [100]) { PoolMemoryMib = [memoryMib] };

    private static WiringLimits Limits(int ahead, (string Name, int Count) resource) =>
        new(null, [new KeyLimit(null, null, 0, ahead) { Resources = new Dictionary<string, int> { [resource.Name] = 0 } }], [100])
        {
            Resources = [new ResourceLimit(resource.Name, resource.Count, null)],
        };
}
