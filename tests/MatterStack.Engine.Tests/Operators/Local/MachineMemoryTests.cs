using MatterStack.Engine.Operators.Processes.Native;

namespace MatterStack.Engine.Tests.Operators.Local;

[TestClass]
public sealed class MachineMemoryTests
{
    [TestMethod]
    [DataRow("0::/user.slice/a.scope", "/sys/fs/cgroup/user.slice/memory.max", 5L)]
    [DataRow("0::/", "/sys/fs/cgroup/memory.max", 5L)]
    [DataRow("0::/outside/of/the/container", "/sys/fs/cgroup/memory.max", 5L)]
    [DataRow("4:cpu,memory:/job_1", "/sys/fs/cgroup/memory/job_1/memory.limit_in_bytes", 5L)]
    [DataRow("4:cpu:/job_1", "/sys/fs/cgroup/memory/job_1/memory.limit_in_bytes", null)]
    [DataRow("0::/a", "/sys/fs/cgroup/b/memory.max", null)]
    [DataRow("nonsense", "/sys/fs/cgroup/memory.max", null)]
    public void A_control_group_and_those_around_it_limit_memory(string line, string file, long? limit)
    {
        var found = MachineMemory.ListGroupLimits([line], path => path == file ? 5 : null).ToList();

        CollectionAssert.AreEqual(limit is { } bytes ? new[] { bytes } : [], found);
    }

    [TestMethod]
    public void This_machine_has_memory() => Assert.IsGreaterThan(64, MachineMemory.ReadMebibytes());
}
