using MatterStack.Acceptance.GridEngine;
using MatterStack.Acceptance.Slurm;
using MatterStack.Acceptance.Support;

namespace MatterStack.Acceptance;

/// <summary>One table of odd outputs, run here, on a Slurm that shares this machine's files, on Slurm over ssh and on Grid Engine: the same
/// becomes of them everywhere.</summary>
[TestClass]
public sealed class OddOutputTests
{
    private static IReadOnlyList<OddOutput> Table => [.. OddOutputs.All.Where(o => !o.NeedsModes || !Environment.IsPrivilegedProcess)];

    [TestMethod]
    public void On_this_machine() => OddOutputCampaign.Check("", Table);

    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public void On_Slurm(bool ssh)
    {
        RealSlurm.Need();
        OddOutputCampaign.Check(RealSlurm.Wiring(ssh: ssh), Table);
    }

    [TestMethod]
    public void On_Slurm_over_ssh_as_a_user_whom_modes_keep_out() => OddOutputCampaign.Check(RealSlurm.WiringOfUser(), OddOutputs.All);

    [TestMethod]
    public void On_Grid_Engine()
    {
        RealGridEngine.Need();
        OddOutputCampaign.Check($"operators: {{ hpc.default: {{ kind: hpc, backend: {RealGridEngine.Backend()} }} }}\n", Table);
    }
}
