using MatterStack.Acceptance.Support;

namespace MatterStack.Acceptance.Slurm;

/// <summary>Jobs of a real Slurm behind ssh: their monitors run in them, and their logs are shown where they are.</summary>
[TestClass]
public sealed class WatchingTests
{
    private const SearchOption Deep = SearchOption.AllDirectories;

    [TestMethod]
    public void A_running_job_is_followed_and_a_hopeless_one_is_ended_by_its_monitor()
    {
        RealSlurm.Need();
        using var campaign = new Campaign(
            $$"""
              <ItemGroup>
                <CampaignTask Include="a;b" OperatorKey="hpc.default" Command="echo from $MATTERSTACK_TASK_ID; echo o &gt; OUTCAR; {{Campaign.WaitFor(
                "gate"
            )}}; echo late" />
                <CampaignTask Include="md" OperatorKey="hpc.default" AllowFailure="true" Outputs="energy" DownloadInclude="energy"
                  Command="echo nan &gt; energy; echo deep &gt; OUTCAR; srun sh -c 'echo on $SLURM_STEP_ID; sleep 1000'"
                  Monitor="[ ! -e energy ] || { echo the energy is %24(cat energy); false; }" MonitorEvery="00:00:01" />
              </ItemGroup>
            """
        );
        campaign.Write("operators.yaml", RealSlurm.Wiring(ssh: true));

        using var loop = campaign.Start("Loop");
        Wait.Until(
            () => loop.HasEnded || (Directory.Exists(campaign.Runs) && Directory.GetFiles(campaign.Runs, "monitor.log", Deep).Length > 0),
            "the files of md"
        );
        Assert.IsFalse(loop.HasEnded, loop.Said);
        // Members of one array have a log each.
        using var follower = campaign.Start("Logs", "-p:TaskId=b", "-p:Follow=true", "-tl:off");
        Wait.Until(() => follower.HasEnded || follower.Said.Contains("from b", StringComparison.Ordinal), "the log of b");
        Assert.IsFalse(follower.HasEnded, follower.Said);
        campaign.Build("Logs", "-p:TaskId=a", "-p:File=OUTCAR").Succeeded().Says("a@1 ", "--- work/OUTCAR: 2 bytes");
        campaign.Give("gate");
        follower.Wait().Succeeded().Says("late", "b@1 has ended").SaysNot("from a");
        loop.Wait().Succeeded();

        var run = campaign.Run();
        Assert.AreEqual("STOPPED", run.Attempt("md", "end_cause"));
        Assert.AreEqual("stopped by its monitor: the energy is nan", run.Attempt("md", "reason"));
        Assert.AreEqual("on 0\n", run.File("md", "stdout.log"));
        Assert.AreEqual("nan\n", run.File("md", "work/energy"));
        StringAssert.Contains(run.File("md", "monitor.log"), "exit code 1: the energy is nan");
        campaign.Build("Explain", "-p:TaskId=md").Succeeded().Says("ATTEMPT_FAILED: stopped by its monitor: the energy is nan");
        // It was not fetched, so it is read on the cluster.
        Assert.IsFalse(File.Exists(run.PathOf("md", "work/OUTCAR")));
        campaign.Build("Logs", "-p:TaskId=md", "-p:File=OUTCAR").Succeeded().Says("deep");
        campaign.Build("Logs", "-p:TaskId=md", "-p:File=OUTCARS").Failed("MATTER3061", "Did you mean 'OUTCAR'?");
    }
}
