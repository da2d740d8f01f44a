using MatterStack.Acceptance.Support;

namespace MatterStack.Acceptance.Slurm;

/// <summary>Priorities of tasks on a real Slurm.</summary>
[TestClass]
public sealed class PriorityTests
{
    [TestMethod]
    public void A_lower_priority_of_a_task_is_a_higher_nice_of_its_job()
    {
        RealSlurm.Need();
        const string Print = "scontrol show job $SLURM_JOB_ID | grep -m1 -o 'Nice=[-0-9]*'";
        using var campaign = new Campaign(
            $"""
              <ItemGroup>
                <CampaignTask Include="urgent" OperatorKey="hpc.default" Priority="3" Command="{Print}" />
                <CampaignTask Include="a;b" OperatorKey="hpc.default" Command="{Print}" />
                <CampaignTask Include="late" OperatorKey="hpc.default" Priority="-2" Command="{Print}" />
              </ItemGroup>
            """
        );
        campaign.Write("operators.yaml", RealSlurm.Wiring(more: ", nice_per_priority: 10"));

        campaign.Build("Loop").Succeeded().Says("COMPLETED");

        var run = campaign.Run();
        Assert.AreEqual("Nice=0\n", run.File("urgent", "stdout.log"));
        Assert.AreEqual("Nice=30\n", run.File("a", "stdout.log"));
        Assert.AreEqual("Nice=30\n", run.File("b", "stdout.log"));
        Assert.AreEqual("Nice=50\n", run.File("late", "stdout.log"));
    }
}
