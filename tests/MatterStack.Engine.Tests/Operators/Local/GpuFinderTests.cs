using MatterStack.Engine.Operators.Local;
using MatterStack.Engine.Transports.Shell;

namespace MatterStack.Engine.Tests.Operators.Local;

[TestClass]
public sealed class GpuFinderTests
{
    private const string Nvidia = """
        GPU 0: NVIDIA A100-SXM4-40GB (UUID: GPU-5d5ba0d6-d33d-2b2c-524d-9e3d8d2b8a77)
        GPU 1: NVIDIA A100-SXM4-40GB (UUID: GPU-6d5ba0d6-d33d-2b2c-524d-9e3d8d2b8a78)
        """;

    private const string Divided = """
        GPU 0: NVIDIA A100-SXM4-40GB (UUID: GPU-5d5ba0d6-d33d-2b2c-524d-9e3d8d2b8a77)
          MIG 3g.20gb     Device  0: (UUID: MIG-c6d4f1ef-42e4-5de3-91c7-45d71c87eb3f)
          MIG 2g.10gb     Device  1: (UUID: MIG-cba663e8-9bed-5b25-b243-5985ef7c9beb)
        GPU 1: NVIDIA A100-SXM4-40GB (UUID: GPU-6d5ba0d6-d33d-2b2c-524d-9e3d8d2b8a78)
        """;

    private const string Rocm = """
        ============================ ROCm System Management Interface ============================
        GPU[0]		: Device Name: 		AMD Instinct MI250X
        GPU[0]		: GPU ID: 		0x7408
        GPU[1]		: Device Name: 		AMD Instinct MI250X
        GPU[1]		: GPU ID: 		0x7408
        """;

    [TestMethod]
    [DataRow(Nvidia, null, "0 1")]
    [DataRow(Divided, null, "MIG-c6d4f1ef-42e4-5de3-91c7-45d71c87eb3f MIG-cba663e8-9bed-5b25-b243-5985ef7c9beb 1")]
    [DataRow("No devices were found", Rocm, "0 1")]
    [DataRow(null, Rocm, "0 1")]
    [DataRow(null, null, "")]
    public void The_vendors_tools_list_the_devices(string? nvidia, string? rocm, string expected) =>
        Assert.AreEqual(expected, string.Join(' ', GpuFinder.FindGpus(new Dictionary<string, string>(), new Tools(nvidia, rocm))));

    [TestMethod]
    [DataRow("CUDA_VISIBLE_DEVICES", "2,3", "2 3")]
    [DataRow("CUDA_VISIBLE_DEVICES", " GPU-6d5b , 1,1", "GPU-6d5b 1")]
    [DataRow("CUDA_VISIBLE_DEVICES", "", "")]
    [DataRow("CUDA_VISIBLE_DEVICES", "-1", "")]
    [DataRow("CUDA_VISIBLE_DEVICES", "1,-1,2", "1")]
    [DataRow("CUDA_VISIBLE_DEVICES", "NoDevFiles", "")]
    [DataRow("ROCR_VISIBLE_DEVICES", "1", "1")]
    public void Somebody_who_masks_devices_above_this_process_has_assigned_them(string variable, string mask, string expected) =>
        Assert.AreEqual(
            expected,
            string.Join(' ', GpuFinder.FindGpus(new Dictionary<string, string> { [variable] = mask }, new Tools(Nvidia, Rocm)))
        );

    [TestMethod]
    public void Without_tools_on_the_path_there_are_none() =>
        Assert.IsEmpty(GpuFinder.FindGpus(new Dictionary<string, string> { ["PATH"] = "/nowhere" }, TimeProvider.System));

    /// <summary>The vendors' tools: what they print, or null if they fail.</summary>
    private sealed class Tools(string? nvidia, string? rocm) : IShell
    {
        public string Name => "tools";

        public ShellResult Run(ShellCall call, CancellationToken cancel) =>
            (call.Script.StartsWith("nvidia-smi -L", StringComparison.Ordinal) ? nvidia : rocm) is { } output
                ? new ShellResult.Ended(0, output, "")
            : rocm is null ? new ShellResult.NoAnswer("too late", WasReached: true)
            : new ShellResult.Ended(127, "", "not found");

        public void Dispose() { }
    }
}
