namespace MatterStack.Engine.Tests.Operators.Hpc;

/// <summary>A lower priority of a task lowers the priority of its job, where the wiring says by how much.</summary>
[TestClass]
public sealed class PriorityJobTests
{
    [TestMethod]
    [DataRow("", 30, "--cpus-per-task=1", DisplayName = "nothing without the key")]
    [DataRow("nice_per_priority: 0", 30, "--cpus-per-task=1")]
    [DataRow("nice_per_priority: 10", 0, "--cpus-per-task=1", DisplayName = "the highest of the run is not lowered")]
    [DataRow("nice_per_priority: 10", 30, "--cpus-per-task=1 --nice=300")]
    [DataRow("nice_per_priority: 2000000000", 2000, "--cpus-per-task=1 --nice=2147483645", DisplayName = "no more than Slurm takes")]
    public void Slurm_gets_nice(string site, int gap, string options) =>
        Assert.AreEqual(options, string.Join(' ', ShapeRows.SlurmOptions(ShapeRows.Task(""), site, gap)));

    [TestMethod]
    [DataRow("", 30, "")]
    [DataRow("lower_per_priority: 10", 0, "")]
    [DataRow("lower_per_priority: 10", 30, "-p -300")]
    [DataRow("lower_per_priority: 10", 2000, "-p -1023")]
    public void Grid_Engine_gets_a_lower_priority(string site, int gap, string options) =>
        Assert.AreEqual(options, string.Join(' ', ShapeRows.GridEngineOptions(ShapeRows.Task(""), site, gap)));

    [TestMethod]
    public void An_array_has_tasks_of_one_priority_only()
    {
        using var world = new ClusterWorld
        {
            Options = new() { Partition = "main", NicePerPriority = 5 },
        };
        world.Start();
        world.Submit(
            world.Order("a"),
            world.Order("b") with
            {
                PriorityGap = 2,
            },
            world.Order("c"),
            world.Order("d") with
            {
                PriorityGap = 2,
            }
        );

        Assert.AreEqual(2, world.Calls("sbatch"));
    }

    [TestMethod]
    public void Without_the_key_tasks_of_several_priorities_share_an_array()
    {
        using var world = new ClusterWorld();
        world.Start();
        world.Submit(world.Order("a"), world.Order("b") with { PriorityGap = 2 });

        Assert.AreEqual(1, world.Calls("sbatch"));
    }
}
