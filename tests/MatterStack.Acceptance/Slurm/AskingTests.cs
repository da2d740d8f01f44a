using MatterStack.Acceptance.Support;

namespace MatterStack.Acceptance.Slurm;

/// <summary>A real Slurm whose accounting is down, whose controller forgets soon, and whose user has settings of his own.</summary>
[TestClass]
public sealed class AskingTests
{
    private static readonly Lock Gate = new();
    private static PlainSlurm? _cluster;

    private static PlainSlurm Cluster
    {
        get
        {
            lock (Gate)
            {
                return _cluster ??= PlainSlurm.Start(memory: true, accounting: true, remembers: 2);
            }
        }
    }

    [ClassCleanup]
    public static void Stop() => _cluster?.Dispose();

    [TestMethod]
    public void A_job_that_its_node_killed_for_memory_is_no_success_though_it_left_exit_code_0_while_the_accounting_was_down()
    {
        using var campaign = Cluster.Campaign(
            """
              <ItemGroup>
                <CampaignTask Include="killed" OperatorKey="hpc.default" AllowFailure="true" MemoryGb="0.05" Command="head -c 100000000 /dev/zero | tail -c 100000000 | wc -c" />
                <CampaignTask Include="good" OperatorKey="hpc.default" MemoryGb="0.05" Command="true" />
              </ItemGroup>
            """
        );
        campaign.Build("Init").Succeeded();
        var run = campaign.Run();
        DotnetBuild loop;
        using (Cluster.WithoutAccounting())
        {
            campaign.Build("Step").Succeeded();
            Wait.Until(() => Cluster.Command("squeue -h -t all").Length == 0, "the controller to have forgotten both");
            Assert.StartsWith("0\n", File.ReadAllText(run.PathOf("killed", "exit_code")));
            loop = campaign.Start("Loop");
            Wait.Until(
                () =>
                    loop.HasEnded
                    || new[] { "killed", "good" }.All(t =>
                        run.Task(t, "reason").Contains("the accounting does not say yet how job", StringComparison.Ordinal)
                    ),
                "both to be waited for"
            );
            Assert.IsFalse(loop.HasEnded, loop.Said);
            campaign.Build("Explain").Succeeded().Says("has left exit code 0", "Connection refused");
        }

        using (loop)
        {
            loop.Wait().Succeeded();
        }

        Assert.AreEqual("FAILED", run.Attempt("killed"));
        StringAssert.StartsWith(run.Attempt("killed", "reason"), "OUT_OF_MEMORY");
        Assert.AreEqual("COMPLETED", run.Attempt("good"));
        Assert.AreEqual("", run.Attempt("good", "reason"), "the accounting came back and said so");
    }

    [TestMethod]
    public void Settings_of_the_user_change_nothing_and_a_named_cluster_is_asked_where_jobs_were_sent()
    {
        using var campaign = Cluster.Campaign(
            $"""
              <ItemGroup>
                <CampaignTask Include="a;b" OperatorKey="hpc.default" Command="{Campaign.LogStart}; echo $SLURM_JOB_PARTITION" />
                <CampaignTask Include="waits" OperatorKey="hpc.default" AllowFailure="true" Cores="2" Command="{Campaign.WaitFor(
                "never"
            )}" />
              </ItemGroup>
            """,
            ", cluster: tests, partition: main"
        );
        foreach (
            var (name, value) in new[]
            {
                ("SQUEUE_FORMAT", "%i"),
                ("SQUEUE_STATES", "PENDING"),
                ("SQUEUE_PARTITION", "low"),
                ("SQUEUE_SORT", "-i"),
                ("SACCT_FORMAT", "jobid"),
                ("SLURM_TIME_FORMAT", "relative"),
                ("SLURM_CLUSTERS", "nowhere"),
                ("SLURM_BITSTR_LEN", "3"),
                ("SBATCH_CLUSTERS", "nowhere"),
                ("SBATCH_WAIT", "1"),
                ("SBATCH_ARRAY_INX", "7-9"),
                ("SBATCH_PARTITION", "low"),
                ("SBATCH_OUTPUT", "/nowhere/out"),
                ("SBATCH_MEM_PER_CPU", "100000"),
                ("SCANCEL_INTERACTIVE", "1"),
                ("SCANCEL_STATE", "PENDING"),
                ("SCANCEL_NAME", "nothing"),
                ("SCANCEL_PARTITION", "low"),
                ("SLURM_JOB_ID", "4711"),
            }
        )
        {
            campaign.Environment[name] = value;
        }

        using var loop = campaign.Start("Loop");
        Wait.Until(
            () => loop.HasEnded || (Directory.Exists(campaign.Runs) && Directory.GetDirectories(campaign.Runs, "2*").Length > 0),
            "a run"
        );
        var run = campaign.Run();
        Wait.Until(
            () =>
                loop.HasEnded || (run.Attempt("waits") == "RUNNING" && run.Attempt("a") == "COMPLETED" && run.Attempt("b") == "COMPLETED"),
            "two to end and one to run"
        );
        Assert.IsFalse(loop.HasEnded, loop.Said);
        campaign.Build("CancelAttempt", "-p:AttemptId=" + run.Attempt("waits", "attempt_id")).Succeeded();
        loop.Wait().Succeeded();

        Assert.AreEqual("CANCELLED", run.Attempt("waits"));
        CollectionAssert.AreEquivalent(new[] { "a", "b" }, campaign.Started());
        Assert.AreEqual("main\n", run.File("a", "stdout.log"));
        StringAssert.Contains(run.File("a", "submit.sh"), "#SBATCH --clusters=tests\n");
    }

    [TestMethod]
    public void A_cluster_among_the_further_options_is_refused_with_the_remedy()
    {
        using var campaign = Cluster.Campaign(
            """<ItemGroup><CampaignTask Include="a" OperatorKey="hpc.default" Command="true" /></ItemGroup>""",
            ", options: [\"--clusters=tests\"]"
        );
        campaign.Build("Loop").Failed("MATTER2013", "'--clusters=tests'", "key 'cluster'");
    }
}
