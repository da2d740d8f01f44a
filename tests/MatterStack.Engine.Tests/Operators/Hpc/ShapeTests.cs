using MatterStack.Engine.Campaigns;

namespace MatterStack.Engine.Tests.Operators.Hpc;

/// <summary>What a task asks for has one meaning on every operator.</summary>
[TestClass]
public sealed class ShapeTests
{
    [TestMethod]
    [DataRow("", "", "--cpus-per-task=1", DisplayName = "nothing: as always")]
    [DataRow("Nodes=2 Ranks=64 MemoryGb=4", "", "--nodes=2 --ntasks=64 --cpus-per-task=1 --mem=4096M")]
    [DataRow("Ranks=8 Cores=4", "", "--nodes=1 --ntasks=8 --cpus-per-task=4")]
    [DataRow("Gpus=2 GpuType=a100", "", "--cpus-per-task=1 --gpus=a100:2")]
    [DataRow("Gpus=2", "", "--cpus-per-task=1 --gpus=2")]
    [DataRow("", "nodes: 2, ntasks: 8, cores: 4", "--nodes=2 --ntasks=8 --cpus-per-task=4")]
    [DataRow("", "nodes: 2", "--nodes=2 --cpus-per-task=1")]
    [DataRow("Ranks=4", "nodes: 2, ntasks: 8, cores: 4", "--nodes=1 --ntasks=4 --cpus-per-task=4", DisplayName = "the task's numbers hold")]
    [DataRow("Cores=3 MemoryGb=1", "memory_per: core", "--cpus-per-task=3 --mem-per-cpu=342M", DisplayName = "rounded up")]
    [DataRow("Nodes=2 Ranks=8 Cores=4 MemoryGb=16", "memory_per: core", "--nodes=2 --ntasks=8 --cpus-per-task=4 --mem-per-cpu=1024M")]
    [DataRow("", "memory_per: core, memory_gb: 2, cores: 2", "--cpus-per-task=2 --mem-per-cpu=1024M")]
    [DataRow("", "memory_per: core", "--cpus-per-task=1", DisplayName = "no memory is no memory")]
    [DataRow("MemoryGb=2", "memory_per: node", "--cpus-per-task=1 --mem=2048M")]
    public void Slurm_is_told_each_number_once(string asked, string site, string options) =>
        Assert.AreEqual(options, string.Join(' ', ShapeRows.SlurmOptions(ShapeRows.Task(asked), site)));

    [TestMethod]
    [DataRow("Ranks=4 Cores=2 MemoryGb=8", "parallel_environment: mpi", "-pe mpi 8 -l h_vmem=1024M")]
    [DataRow(
        "Nodes=2 Ranks=8 MemoryGb=8",
        "parallel_environment: mpi4, slots_per_node: 4",
        "-pe mpi4 8 -l h_vmem=2048M",
        DisplayName = "memory of a node over its slots"
    )]
    [DataRow("Gpus=1 GpuType=a100", "gpu_resource: gpu, gpu_type_resource: gpu_model", "-l gpu=1 -l gpu_model=a100")]
    [DataRow("", "parallel_environment: smp", "")]
    [DataRow("Cores=3 MemoryGb=1", "parallel_environment: smp", "-pe smp 3 -l h_vmem=342M")]
    public void Grid_Engine_is_told_slots_and_memory_of_each(string asked, string site, string options) =>
        Assert.AreEqual(options, string.Join(' ', ShapeRows.GridEngineOptions(ShapeRows.Task(asked), site)));

    [TestMethod]
    [DataRow("Ranks=4", "", "4 cores, and 'hpc.default' names no parallel environment")]
    [DataRow("Nodes=2 Ranks=4", "parallel_environment: mpi", "does not say how many slots its parallel environment takes on each")]
    [DataRow("Nodes=2 Ranks=4", "parallel_environment: mpi, slots_per_node: 4", "2 cores on each of 2 nodes")]
    [DataRow("Cores=2", "parallel_environment: mpi, slots_per_node: 4", "2 cores on each of 1 node")]
    [DataRow("Gpus=1", "", "1 GPU, and 'hpc.default' names no resource for them")]
    [DataRow("Gpus=1 GpuType=a100", "gpu_resource: gpu", "GPUs of type a100, and 'hpc.default' names no resource for the type")]
    [DataRow("Nodes=2 Ranks=8", "parallel_environment: mpi, slots_per_node: 4", null)]
    [DataRow("", "parallel_environment: mpi, slots_per_node: 4", null, DisplayName = "one core needs no environment")]
    public void Grid_Engine_refuses_and_names_what_is_missing(string asked, string site, string? words)
    {
        var refusal = ShapeRows.FindRefusal(ShapeRows.Task(asked), $"type: sge, sge: {{ {site} }}");
        Assert.AreEqual(words is null, refusal is null, refusal);
        StringAssert.Contains(refusal ?? "", words ?? "");
    }

    [TestMethod]
    [DataRow("Nodes=2 Ranks=2", "it asks for 2 nodes, and 'hpc.default' has one machine")]
    [DataRow("Ranks=64", null)]
    public void This_machine_is_one_node(string asked, string? words)
    {
        var refusal = ShapeRows.FindRefusal(ShapeRows.Task(asked), "type: local");
        Assert.AreEqual(words is null, refusal is null, refusal);
        StringAssert.Contains(refusal ?? "", words ?? "");
    }

    [TestMethod]
    public void A_product_that_no_machine_has_is_no_small_number()
    {
        var shape = new TaskShape(1, int.MaxValue, 2, null, 0, null);
        Assert.AreEqual(int.MaxValue, shape.TotalCores);
        Assert.AreEqual(int.MaxValue, shape.CoresPerNode);
    }

    [TestMethod]
    [DataRow("", "1 core")]
    [DataRow("Ranks=8 Nodes=2 Cores=4 MemoryGb=1.5 Gpus=2 GpuType=a100", "2 nodes, 8 ranks of 4 cores, 1.5 GiB per node, 2 GPUs (a100)")]
    [DataRow("Cores=2 MemoryGb=4 Gpus=1", "2 cores, 4 GiB, 1 GPU")]
    public void A_shape_is_said_in_words(string asked, string words) => Assert.AreEqual(words, ShapeRows.Task(asked).Shape.Describe());
}
