using MatterStack.Acceptance.Support;

namespace MatterStack.Acceptance.Slurm;

/// <summary>A node that fails under a job and is free again at once takes the next attempt as well, unless the wiring says to avoid
/// it.</summary>
[TestClass]
public sealed class FailedNodeTests
{
    private const string Wiring = """
        operators: { hpc.default: { kind: hpc, backend: { type: slurm, avoid_failed_nodes: true, slurm: { poll_interval: "00:00:01" } } } }
        """;

    [TestMethod]
    [DataRow(2, DisplayName = "another node is left")]
    [DataRow(1, DisplayName = "no other node is left")]
    public void The_next_attempt_runs_on_another_node_if_there_is_one_and_Explain_says_so(int nodes)
    {
        using var cluster = PlainSlurm.Start(nodes: nodes);
        using var campaign = cluster.Campaign(
            $"""
              <ItemGroup>
                <CampaignTask Include="a;b" OperatorKey="hpc.default" MaxAttempts="2" Command="echo $SLURMD_NODENAME &gt;&gt; &quot;$OUT/$MATTERSTACK_TASK_ID&quot;; [ $MATTERSTACK_ATTEMPT_INDEX -gt 1 ] || {Campaign.WaitFor(
                "never"
            )}" />
              </ItemGroup>
            """
        );
        campaign.Write("operators.yaml", Wiring);
        using var loop = campaign.Start("Loop");
        Wait.Until(() => loop.HasEnded || (File.Exists(campaign.Sign("a")) && File.Exists(campaign.Sign("b"))), "both to run");
        var failed = File.ReadAllLines(campaign.Sign("a")).Single();
        Assert.AreEqual(failed, File.ReadAllLines(campaign.Sign("b")).Single());

        cluster.Command($"scontrol update NodeName={failed} State=DOWN Reason=power");
        Wait.Until(() => cluster.Command("squeue -h -t running -o %i").Length == 0, "the jobs to end");
        // Nothing that runs there any more keeps it busy: it is the first choice again.
        cluster.Command($"scontrol update NodeName={failed} State=RESUME || :");
        Wait.Until(() => cluster.Command($"sinfo -h -n {failed} -o %T") == "idle", "the node to be free again");

        loop.Wait().Succeeded().Says("COMPLETED");
        var run = campaign.Run();
        foreach (var task in new[] { "a", "b" })
        {
            Assert.AreEqual("NODE_FAIL", run.Attempt(task, "end_cause"));
            Assert.AreEqual(failed, run.Attempt(task, "node"));
            Assert.AreEqual(nodes == 1, run.Attempt(task, "node", 2) == failed);
            Assert.AreEqual(run.Attempt(task, "node", 2), File.ReadAllLines(campaign.Sign(task))[1]);
            Assert.AreEqual(nodes > 1, run.File(task, "submit.sh", 2).Contains($"--exclude={failed}\n", StringComparison.Ordinal));
            campaign
                .Build("Explain", "-p:TaskId=" + task)
                .Succeeded()
                .Says($"not on {failed}: attempts of this run ended there with NODE_FAIL (avoid_failed_nodes)")
                .Says(nodes > 1 ? "" : $"{failed} is not avoided: the scheduler refuses the job on the other nodes");
        }
    }
}
