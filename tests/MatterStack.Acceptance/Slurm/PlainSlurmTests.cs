using MatterStack.Acceptance.Support;

namespace MatterStack.Acceptance.Slurm;

/// <summary>Campaigns on a real Slurm without accounting, and on one that ends what takes too much memory.</summary>
[TestClass]
public sealed class PlainSlurmTests
{
    [TestMethod]
    public void A_job_that_runs_out_of_memory_says_so_and_its_next_attempt_has_more_and_ends_well()
    {
        using var cluster = PlainSlurm.Start(memory: true);
        // The pipe hides the end: its last command ends with 0.
        using var campaign = cluster.Campaign(
            """
              <ItemGroup>
                <CampaignTask Include="hungry" OperatorKey="hpc.default" MemoryGb="0.05" MaxAttempts="3" RetryMemoryFactor="5" Outputs="size" Command="head -c 100000000 /dev/zero | tail -c 100000000 | wc -c > size" />
                <CampaignTask Include="never" OperatorKey="hpc.default" MemoryGb="0.05" MaxAttempts="2" AllowFailure="true" Command="head -c 100000000 /dev/zero | tail -c 100000000 | wc -c" />
              </ItemGroup>
            """
        );

        campaign.Build("Loop").Succeeded().Says("COMPLETED");

        var run = campaign.Run();
        StringAssert.StartsWith(run.Attempt("hungry", "reason"), "OUT_OF_MEMORY");
        StringAssert.Contains(run.File("hungry", "submit.sh"), "--mem=52M");
        Assert.AreEqual("COMPLETED", run.Attempt("hungry", index: 2));
        StringAssert.Contains(run.File("hungry", "submit.sh", 2), "--mem=256M");
        Assert.AreEqual("100000000\n", run.File("hungry", "work/size", 2));
        // Without the factor each asks for the same, and ends the same.
        StringAssert.StartsWith(run.Attempt("never", "reason", 2), "OUT_OF_MEMORY");
        StringAssert.Contains(run.File("never", "submit.sh", 2), "--mem=52M");
    }

    [TestMethod]
    public void What_a_node_killed_for_memory_is_reported_by_the_job_where_nobody_else_knows_it_any_more()
    {
        using var cluster = PlainSlurm.Start(memory: true);
        using var campaign = cluster.Campaign(
            """
              <ItemGroup>
                <CampaignTask Include="killed" OperatorKey="hpc.default" AllowFailure="true" MemoryGb="0.05" Command="head -c 100000000 /dev/zero | tail -c 100000000 | wc -c" />
                <CampaignTask Include="good" OperatorKey="hpc.default" MemoryGb="0.05" Command="true" />
              </ItemGroup>
            """
        );
        campaign.Build("Step").Succeeded();
        var run = campaign.Run();
        Wait.Until(
            () =>
                new[] { "killed", "good" }.All(t =>
                    File.Exists(run.PathOf(t, "exit_code"))
                    && File.ReadAllText(run.PathOf(t, "exit_code")).StartsWith("0\n", StringComparison.Ordinal)
                ),
            "both to leave exit code 0"
        );

        cluster.Forget();
        campaign.Build("Loop").Succeeded().Says("COMPLETED");

        Assert.AreEqual("FAILED", run.Attempt("killed"));
        StringAssert.StartsWith(run.Attempt("killed", "reason"), "OUT_OF_MEMORY: ");
        Assert.AreEqual("COMPLETED", run.Attempt("good"));
        Assert.AreEqual("", run.Attempt("good", "reason"));
    }

    [TestMethod]
    public void What_Slurm_itself_killed_for_memory_without_control_groups_is_distinguished_from_a_failure_in_arrays_too()
    {
        using var cluster = PlainSlurm.Start(more: "JobAcctGatherParams=OverMemoryKill");
        const string hungry = "(head -c 100000000 /dev/zero; sleep 60) | tail -c 100000000 &gt; /dev/null";
        using var campaign = cluster.Campaign(
            $"""
              <ItemGroup>
                <CampaignTask Include="one;two" OperatorKey="hpc.default" AllowFailure="true" MemoryGb="0.05" Command="{hungry}" />
                <CampaignTask Include="alone" OperatorKey="hpc.default" AllowFailure="true" MemoryGb="0.06" Command="{hungry}" />
                <CampaignTask Include="bad" OperatorKey="hpc.default" AllowFailure="true" MemoryGb="0.05" Command="echo wrong >&amp;2; exit 9" />
              </ItemGroup>
            """
        );

        campaign.Build("Loop").Succeeded();

        var run = campaign.Run();
        foreach (var task in new[] { "one", "two", "alone" })
        {
            Assert.AreEqual("FAILED", run.Attempt(task));
            StringAssert.StartsWith(run.Attempt(task, "reason"), "OUT_OF_MEMORY: ");
            StringAssert.Contains(run.File(task, "stderr.log"), "exceeded memory limit");
        }

        Assert.AreEqual("exit code 9", run.Attempt("bad", "reason"));
        Assert.AreEqual("wrong\n", run.File("bad", "stderr.log"));
        Assert.IsEmpty(Directory.GetFiles(Path.Combine(run.Folder, "tasks")));
    }

    [TestMethod]
    public void Without_accounting_exit_codes_decide_what_the_controller_has_forgotten_and_a_number_given_twice_misleads_nobody()
    {
        using var cluster = PlainSlurm.Start();
        using var campaign = cluster.Campaign(
            $"""
              <ItemGroup>
                <CampaignTask Include="good" OperatorKey="hpc.default" Outputs="out" Command="{Campaign.LogStart}; echo 1 > out" />
                <CampaignTask Include="bad" OperatorKey="hpc.default" AllowFailure="true" Command="{Campaign.LogStart}; exit 3" />
              </ItemGroup>
            """
        );
        campaign.Build("Step").Succeeded();
        var run = campaign.Run();
        Wait.Until(
            () =>
                new[] { "good", "bad" }.All(t =>
                    File.Exists(run.PathOf(t, "exit_code")) && File.ReadAllText(run.PathOf(t, "exit_code")).Length > 0
                ),
            "both to end"
        );
        var array = run.Attempt("good", "external_id").Split('_')[0];

        cluster.Forget();
        // Another's job gets the number, and ends otherwise.
        Assert.AreEqual(array, cluster.Command("sbatch --parsable -o /dev/null --wrap 'exit 9'"));
        Wait.Until(() => cluster.Command("squeue -h -o %T").Length == 0, "the other job of that number to end");
        Assert.AreEqual("FAILED", cluster.Command($"squeue -h -t all -j {array} -o %T"));
        campaign.Build("Loop").Succeeded().Says("COMPLETED");

        Assert.AreEqual("COMPLETED", run.Attempt("good"));
        Assert.AreEqual("exit code 3", run.Attempt("bad", "reason"));
        Assert.HasCount(2, campaign.Started());
        Assert.AreEqual("2", run.Text("SELECT count(*) FROM attempts"));
    }
}
