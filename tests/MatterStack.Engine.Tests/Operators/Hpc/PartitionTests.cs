using System.Text;
using MatterStack.Engine.Campaigns;
using MatterStack.Engine.Commands.Hosting;
using MatterStack.Engine.Lifecycle.Model;
using MatterStack.Engine.Operators.Hpc.Slurm;
using MatterStack.Engine.Problems;
using MatterStack.Engine.Runs.Conducting;
using MatterStack.Engine.Wiring.Parsing;

namespace MatterStack.Engine.Tests.Operators.Hpc;

/// <summary>A job gets the first partition of the list that it fits, and nothing else.</summary>
[TestClass]
public sealed class PartitionTests
{
    private const string Rows =
        "partitions: [ { name: short, max_time: '01:00:00', max_nodes: 2, max_cores: 64, max_memory_gb: 100, cores_per_node: 32 }, "
        + "{ name: gpu, gpu_types: [a100, h100], max_time: 1-00:00:00 }, { name: long, max_time: 7-00:00:00 } ]";

    [TestMethod]
    [DataRow("TimeLimitMinutes=60", "short")]
    [DataRow("TimeLimitMinutes=61", "gpu", DisplayName = "as written, although it needs no GPU and 'long' is looser")]
    [DataRow("TimeLimitMinutes=1441", "long")]
    [DataRow("", "short", DisplayName = "without a time limit it fits every one")]
    [DataRow("Gpus=1", "gpu")]
    [DataRow("Gpus=1 GpuType=h100", "gpu")]
    [DataRow("Nodes=3 Ranks=3", "gpu")]
    [DataRow("Ranks=32", "short")]
    [DataRow("Ranks=33", "gpu", DisplayName = "more than the cores of a node")]
    [DataRow("Nodes=2 Ranks=33 Cores=2", "gpu", DisplayName = "more than max_cores")]
    [DataRow("MemoryGb=100", "short")]
    [DataRow("MemoryGb=100.5", "gpu")]
    public void The_first_row_that_fits_is_taken(string asked, string partition)
    {
        var site = ShapeRows.Site("slurm", Rows);
        var resources = site.GetResources(ShapeRows.Request(ShapeRows.Task(asked)));
        Assert.AreEqual(partition, resources.Partition);
        CollectionAssert.Contains(
            site.Scheduler.FormatDirectives("ms-x", resources, single: true).ToList(),
            "#SBATCH --partition=" + partition
        );
    }

    [TestMethod]
    public void The_sites_own_time_counts_where_a_task_has_none()
    {
        var site = ShapeRows.Site("slurm", "time: '02:00:00', " + Rows);
        Assert.AreEqual("gpu", site.GetResources(ShapeRows.Request(ShapeRows.Task(""))).Partition);
        Assert.AreEqual("short", site.GetResources(ShapeRows.Request(ShapeRows.Task("TimeLimitMinutes=5"))).Partition);
    }

    [TestMethod]
    public void Where_none_fits_the_build_says_for_each_row_why_and_where_the_task_stands()
    {
        var file = OperatorsFile
            .Parse(
                Encoding.UTF8.GetBytes($"operators: {{ hpc.default: {{ kind: hpc, backend: {{ type: slurm, slurm: {{ {Rows} }} }} }} }}"),
                "operators.yaml",
                Schedulers.Schema,
                outside: null
            )
            .GetValueOrThrow();
        var task = ShapeRows.Task("Gpus=1 GpuType=v100 TimeLimitMinutes=30") with { DeclaredAt = new SourcePosition("c.proj", 12, 5) };

        var problem = RoutingCheck.CheckTasks(BuiltInOperators.Catalog, [task], file, "operators.yaml").Single();

        Assert.AreEqual(CampaignCodes.UnsupportedOperator, problem.Code);
        Assert.AreEqual(new SourcePosition("c.proj", 12, 5), problem.Position);
        Assert.AreEqual(
            "Task 't': it fits no partition of 'hpc.default': short (1 GPU, and it has no gpu_types), gpu (v100 is none of its gpu_types "
                + "a100, h100), long (1 GPU, and it has no gpu_types)",
            problem.Message
        );
    }

    [TestMethod]
    [DataRow("TimeLimitMinutes=12000", "long (8-08:00:00 is more than max_time 7-00:00:00)")]
    [DataRow("Nodes=3 Ranks=3 TimeLimitMinutes=12000", "short (8-08:00:00 is more than max_time 01:00:00)")]
    public void A_limit_and_what_exceeds_it_are_named(string asked, string words) =>
        StringAssert.Contains(ShapeRows.FindRefusal(ShapeRows.Task(asked), $"type: slurm, slurm: {{ {Rows} }}"), words);

    [TestMethod]
    [DataRow("Nodes=3 Ranks=3", "3 nodes is more than max_nodes 2")]
    [DataRow("Ranks=65 Nodes=1", "65 cores is more than max_cores 64")]
    [DataRow("Cores=33", "33 cores on a node is more than cores_per_node 32")]
    [DataRow("MemoryGb=128", "128 GiB on a node is more than max_memory_gb 100")]
    public void The_row_that_is_passed_over_is_named_with_the_reason(string asked, string words)
    {
        var placed = ShapeRows.Site("slurm", Rows).GetResources(ShapeRows.Request(ShapeRows.Task(asked))).Placement!;
        Assert.AreEqual($"partition gpu: row 2 of 3 is the first that fits; not short ({words})", placed.Reason);
    }

    [TestMethod]
    public void After_growth_of_memory_the_row_is_chosen_anew()
    {
        var task = ShapeRows.Task("MemoryGb=60 RetryMemoryFactor=2");
        var site = ShapeRows.Site("slurm", Rows);
        Assert.AreEqual("short", site.GetResources(ShapeRows.Request(task)).Partition);
        Assert.AreEqual("gpu", site.GetResources(ShapeRows.Request(task, memoryGb: 120)).Partition);
    }

    [TestMethod]
    public void An_attempt_that_has_outgrown_every_row_is_not_started_and_says_why()
    {
        using var world = Listed();
        var request = world.Order(with: t => t with { MemoryGb = 8, RetryMemoryFactor = 3 }) with
        {
            Given = new GivenResources { MemoryGb = 24 },
        };

        world.Submit(request);

        Assert.AreEqual(
            $"{CampaignCodes.UnsupportedOperator}: it fits no partition of 'hpc.default': small (24 GiB on a node is more than "
                + "max_memory_gb 8), big (24 GiB on a node is more than max_memory_gb 16)",
            world.Last<Observation.NotStarted>(request)!.Reason
        );
        Assert.AreEqual(0, world.Calls("sbatch"));
    }

    [TestMethod]
    public void The_choice_is_reported_before_the_submission_and_members_of_an_array_share_it()
    {
        using var world = Listed();
        var requests = new[]
        {
            world.Order("a", with: t => t with { MemoryGb = 8 }),
            world.Order("b", with: t => t with { MemoryGb = 8 }),
            world.Order("c", with: t => t with { MemoryGb = 12 }),
        };

        world.Submit(requests);

        Assert.AreEqual("small", world.Last<Observation.Placed>(requests[0])!.Given.Partition);
        Assert.AreEqual("big", world.Last<Observation.Placed>(requests[2])!.Given.Partition);
        CollectionAssert.AreEqual((string[])["1_0", "1_1", "2"], world.Jobs);
        StringAssert.Contains(File.ReadAllText(world.In("twin/scripts/1")), "#SBATCH --partition=small\n");
        StringAssert.Contains(File.ReadAllText(world.In("twin/scripts/2")), "#SBATCH --partition=big\n");
        var facts = world.Facts.Where(fact => fact.Attempt == requests[0].Attempt).ToList();
        Assert.IsInstanceOfType<Observation.Placed>(facts[0]);
    }

    [TestMethod]
    public void A_choice_that_a_killed_process_did_not_record_is_read_from_the_script()
    {
        using var world = Listed();
        var request = world.Order(with: t => t with { MemoryGb = 12 });
        world.Submit(request);
        world.Facts.Clear();

        world.Start().Observe([request]);
        Assert.AreEqual("big", world.Last<Observation.Placed>(request)!.Given.Partition);

        world.Facts.Clear();
        world.Start().Observe([request with { Given = new GivenResources { Partition = "big" } }]);
        Assert.IsNull(world.Last<Observation.Placed>(request), "what is recorded is not reported again");
    }

    private static ClusterWorld Listed()
    {
        var world = new ClusterWorld
        {
            Options = new SlurmOptions
            {
                Partitions =
                [
                    new SlurmPartition { Name = "small", MaxMemoryGb = 8 },
                    new SlurmPartition { Name = "big", MaxMemoryGb = 16 },
                ],
            },
        };
        world.Start();
        return world;
    }
}
