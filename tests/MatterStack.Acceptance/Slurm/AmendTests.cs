using MatterStack.Acceptance.Support;

namespace MatterStack.Acceptance.Slurm;

/// <summary>Jobs of a real Slurm whose tasks are amended: what waits is replaced, what runs goes on.</summary>
[TestClass]
public sealed class AmendTests
{
    [TestMethod]
    [DataRow(true)]
    [DataRow(false)]
    public void A_job_that_waits_is_replaced_and_runs_with_the_new_memory(bool looping)
    {
        using var cluster = PlainSlurm.Start(memory: true);
        cluster.Command("scontrol update PartitionName=main State=DOWN");
        using var campaign = cluster.Campaign(
            """
              <ItemGroup>
                <CampaignTask Include="a;b;c" OperatorKey="hpc.default" MemoryGb="0.05" Outputs="size" Command="echo $MATTERSTACK_MEMORY_GB &gt; size" />
              </ItemGroup>
            """
        );
        using var loop = looping ? campaign.Start("Loop") : null;
        if (!looping)
        {
            campaign.Build("Step").Succeeded();
        }

        Wait.Until(() => Count(cluster, "PENDING") == 3, "three jobs to wait");
        Wait.Until(() => looping || campaign.Build("Step").ExitCode == 0, "the ids");

        campaign.Build("Amend", "-p:Select=a b", "-p:MemoryGb=0.1", "-p:Reason=large cells").Succeeded().Says("-p:Confirm=true does it");
        Assert.AreEqual(3, Count(cluster, "PENDING"));
        campaign
            .Build("Amend", "-p:Select=a b", "-p:MemoryGb=0.1", "-p:Reason=large cells", "-p:Confirm=true")
            .Succeeded()
            .Says("2 tasks (a, b) are waiting in a queue and will be replaced");

        var run = campaign.Run();
        Wait.Until(() => run.Attempt("a", "end_cause") == "AMENDED" && run.Attempt("b", "end_cause") == "AMENDED", "the ends");
        Assert.AreEqual("", run.Attempt("c", "end_cause"), "the rest of the array waits on");
        Wait.Until(() => looping ? Count(cluster, "PENDING") == 3 : Count(cluster, "PENDING") == 1, "what waits then");
        cluster.Command("scontrol update PartitionName=main State=UP");
        if (loop is not null)
        {
            loop.Wait().Succeeded();
        }
        else
        {
            campaign.Build("Loop").Succeeded().Says("COMPLETED");
        }

        Assert.AreEqual("0.1\n0.1\n0.05\n", run.File("a", "work/size", 2) + run.File("b", "work/size", 2) + run.File("c", "work/size"));
        Assert.AreEqual("5", run.Text("SELECT count(*) FROM attempts"));
        Assert.AreEqual("", run.Text("SELECT history FROM tasks WHERE history IS NOT NULL AND history LIKE '%own%'"));
        campaign.Build("CheckRun").Succeeded();
        campaign.Build("Explain", "-p:TaskId=a").Succeeded().Says("TASK_AMENDED by").Says("large cells");
        campaign.Build("ExportEvidence").Succeeded();
        campaign.Build("VerifyEvidence").Succeeded();
    }

    [TestMethod]
    public void A_job_that_runs_goes_on_and_the_next_attempt_has_the_values()
    {
        using var cluster = PlainSlurm.Start();
        using var campaign = cluster.Campaign(
            $"""
              <ItemGroup>
                <CampaignTask Include="a" OperatorKey="hpc.default" TimeLimitMinutes="60" MaxAttempts="2"
                  Command="[ $MATTERSTACK_ATTEMPT_INDEX = 2 ] || {Campaign.WaitFor("go")}; [ $MATTERSTACK_ATTEMPT_INDEX = 2 ]" />
              </ItemGroup>
            """
        );
        using var loop = campaign.Start("Loop");
        Wait.Until(() => Count(cluster, "RUNNING") == 1, "the job to run");

        campaign.Build("Amend", "-p:TaskId=a", "-p:TimeLimitMinutes=120").Succeeded();
        Assert.AreEqual(1, Count(cluster, "RUNNING"));
        campaign.Give("go");
        loop.Wait().Succeeded().Says("COMPLETED");

        var run = campaign.Run();
        StringAssert.Contains(run.File("a", "submit.sh"), "--time=0-01:00:00");
        StringAssert.Contains(run.File("a", "submit.sh", 2), "--time=0-02:00:00");
        Assert.AreEqual("EXIT", run.Attempt("a", "end_cause"));
        campaign.Build("CheckRun").Succeeded();
    }

    private static int Count(PlainSlurm cluster, string state) =>
        cluster.Command($"squeue -h -r -t {state} -o %i").Split('\n', StringSplitOptions.RemoveEmptyEntries).Length;
}
