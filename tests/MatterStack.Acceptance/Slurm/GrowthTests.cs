using MatterStack.Acceptance.Support;

namespace MatterStack.Acceptance.Slurm;

/// <summary>A request that has grown beyond what the real Slurm allows never loses a task: the growth is taken back, and the run goes
/// on.</summary>
[TestClass]
public sealed class GrowthTests
{
    [TestMethod]
    public void Memory_beyond_every_node_is_refused_and_the_growth_is_taken_back()
    {
        using var cluster = PlainSlurm.Start(memory: true);
        using var campaign = cluster.Campaign(
            """
              <ItemGroup>
                <CampaignTask Include="a" OperatorKey="hpc.default" MemoryGb="0.05" MaxAttempts="3" RetryMemoryFactor="1000" Outputs="size"
                  Command="if [ $MATTERSTACK_ATTEMPT_INDEX = 1 ]; then head -c 100000000 /dev/zero | tail -c 100000000 | wc -c; fi; echo small &gt; size" />
              </ItemGroup>
            """
        );

        campaign.Build("Loop").Succeeded().Says("COMPLETED");

        var run = campaign.Run();
        Assert.AreEqual("OUT_OF_MEMORY", run.Attempt("a", "end_cause"));
        Assert.AreEqual("NOT_STARTED", run.Attempt("a", "end_cause", 2));
        StringAssert.Contains(run.Attempt("a", "reason", 2), "MATTER4021");
        Assert.AreEqual("COMPLETED", run.Attempt("a", index: 3));
        StringAssert.Contains(run.File("a", "submit.sh", 3), "--mem=52M");
    }

    [TestMethod]
    [DataRow("EnforcePartLimits=ANY", "Requested time limit is invalid", DisplayName = "sbatch refuses it")]
    [DataRow("EnforcePartLimits=NO", "PartitionTimeLimit", DisplayName = "sbatch accepts it, and it would wait for ever")]
    public void A_time_limit_beyond_the_partitions_is_taken_back(string setting, string words)
    {
        using var cluster = PlainSlurm.Start(more: setting);
        using var campaign = cluster.Campaign(
            $"""
              <ItemGroup>
                <CampaignTask Include="a" OperatorKey="hpc.default" TimeLimitMinutes="2" MaxAttempts="4" RetryOn="TIMEOUT" RetryTimeFactor="2000"
                  Command="[ $MATTERSTACK_ATTEMPT_INDEX != 1 ] || {Campaign.WaitFor("never")}" />
              </ItemGroup>
            """
        );
        using var loop = campaign.Start("Loop");
        Wait.Until(() => loop.HasEnded || cluster.Command("squeue -h -t running -o %i").Length > 0, "the job to run");
        // Its time is over before a minute has passed.
        cluster.Command("scontrol update JobId=$(squeue -h -t running -o %A) EndTime=now+2");

        loop.Wait().Succeeded().Says("COMPLETED");

        var run = campaign.Run();
        Assert.AreEqual("TIMEOUT", run.Attempt("a", "end_cause"));
        StringAssert.Contains(run.File("a", "submit.sh", 2), "--time=2-18:40:00");
        Assert.AreEqual("NOT_STARTED", run.Attempt("a", "end_cause", 2));
        StringAssert.Contains(run.Attempt("a", "reason", 2), words);
        Assert.AreEqual("COMPLETED", run.Attempt("a", index: 3));
        StringAssert.Contains(run.File("a", "submit.sh", 3), "--time=0-00:02:00");
        Assert.AreEqual("", cluster.Command("squeue -h -o %i"));
    }

    [TestMethod]
    public void Limits_of_the_wiring_cut_what_a_job_asks_for()
    {
        using var cluster = PlainSlurm.Start();
        using var campaign = cluster.Campaign(
            """<ItemGroup><CampaignTask Include="a" OperatorKey="hpc.default" TimeLimitMinutes="600" MemoryGb="3" Command="true" /></ItemGroup>"""
        );
        campaign.Write(
            "operators.yaml",
            """
            operators:
              hpc.default: { kind: hpc, backend: { type: slurm, limits: { time: "01:00:00", memory_gb: 1 }, slurm: { poll_interval: "00:00:01" } } }
            """
        );

        campaign.Build("Loop").Succeeded().Says("COMPLETED");

        var script = campaign.Run().File("a", "submit.sh");
        StringAssert.Contains(script, "--time=0-01:00:00\n");
        StringAssert.Contains(script, "--mem=1024M\n");
        campaign.Build("Explain", "-p:TaskId=a").Succeeded().Says("cut from 600 min").Says("cut from 3 GiB");
    }
}
