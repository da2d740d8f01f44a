using MatterStack.Acceptance.Support;

namespace MatterStack.Acceptance.Slurm;

/// <summary>What a real Slurm with limits refuses for now waits; what it never takes fails at once; a slow <c>sbatch</c> submits each job
/// once.</summary>
[TestClass]
public sealed class LimitTests
{
    [TestMethod]
    public void More_tasks_than_a_user_may_submit_go_as_there_is_capacity_and_use_up_no_attempt()
    {
        RealSlurm.Need();
        Qos("three", "MaxSubmitJobsPerUser=3");
        using var campaign = Tasks("1;2;3;4;5;6;7;8", "true");
        campaign.Write("operators.yaml", RealSlurm.Wiring(more: ", qos: three"));
        campaign.Build("Init").Succeeded();

        // A step reports and leaves, and has taken what fits.
        campaign.Build("Step").Succeeded();
        var run = campaign.Run();
        Assert.AreEqual("3", run.Text("SELECT count(*) FROM attempts WHERE submitted_at_utc IS NOT NULL"));
        campaign.Build("Explain").Succeeded().Says("QOSMaxSubmitJobPerUserLimit").Says("is put off");

        campaign.Build("Loop").Succeeded().Says("COMPLETED");
        Assert.AreEqual("8", run.Text("SELECT count(*) FROM attempts WHERE state = 'COMPLETED'"));
        Assert.AreEqual("8", run.Text("SELECT count(*) FROM attempts"));
    }

    [TestMethod]
    public void What_waits_for_capacity_is_cancelled_with_the_run()
    {
        RealSlurm.Need();
        Qos("one", "MaxSubmitJobsPerUser=1");
        using var campaign = Tasks("1;2;3", "true");
        campaign.Write("operators.yaml", RealSlurm.Wiring(more: ", qos: one, options: [\"--hold\"]"));
        campaign.Build("Step").Succeeded();
        campaign.Build("Cancel", "-p:Reason=enough").Succeeded();
        Assert.AreEqual("CANCELLED", campaign.Run().State);
        Assert.AreEqual("3", campaign.Run().Text("SELECT count(*) FROM attempts WHERE state = 'CANCELLED'"));
    }

    [TestMethod]
    public void A_partition_that_is_drained_is_waited_for()
    {
        RealSlurm.Need();
        RealSlurm.Command(
            "scontrol create PartitionName=strict Nodes=n2 State=DRAIN MaxTime=60 DefaultTime=10 || scontrol update PartitionName=strict "
                + "State=DRAIN"
        );
        using var campaign = Tasks("1;2", "true");
        campaign.Write("operators.yaml", RealSlurm.Wiring("strict"));
        campaign.Build("Step").Succeeded();
        campaign.Build("Explain").Succeeded().Says("Required partition not available");

        RealSlurm.Command("scontrol update PartitionName=strict State=UP");
        campaign.Build("Loop").Succeeded().Says("COMPLETED");
        Assert.AreEqual("2", campaign.Run().Text("SELECT count(*) FROM attempts"));
    }

    [TestMethod]
    [DataRow("qos: never", "QOSMaxWallDurationPerJobLimit")]
    [DataRow("account: nobody", "Invalid account")]
    [DataRow("options: [\"--cpus-per-gpu=x\"]", "cpus-per-gpu")]
    [DataRow("constraint: nowhere", "Invalid feature specification")]
    public void What_can_never_be_taken_fails_at_once_in_the_schedulers_text(string more, string words)
    {
        RealSlurm.Need();
        Qos("never", "MaxWall=1 Flags=DenyOnLimit");
        using var campaign = Tasks("1", "true");
        campaign.Write("operators.yaml", RealSlurm.Wiring(more: $", time: 10, {more}"));
        campaign.Build("Loop").Failed("MATTER4021").Says(words);
        Assert.AreEqual("FAILED_INIT", campaign.Run().Attempt("1"));
    }

    [TestMethod]
    // Over there sbatch is at it, or has done it and has not said so.
    [DataRow("sleep 5; exec $SBATCH \"$@\"")]
    [DataRow("$SBATCH \"$@\"; sleep 600")]
    public void A_Loop_that_is_killed_while_sbatch_is_slow_is_followed_at_once_by_another_and_each_job_is_there_once(string wrapper)
    {
        RealSlurm.Need();
        using var campaign = Tasks("1;2", Campaign.LogStart);
        campaign.Write("operators.yaml", RealSlurm.Wiring());
        var folder = Path.GetDirectoryName(
            campaign.Write(
                "bin/sbatch",
                $"#!/bin/sh\nSBATCH={RealSlurm.Command("command -v sbatch")}\necho >> \"$OUT/called\"\n{wrapper}\n"
            )
        )!;
        RealSlurm.Command($"chmod +x '{folder}/sbatch'");
        campaign.Environment["PATH"] = $"{folder}:{Environment.GetEnvironmentVariable("PATH")}";
        campaign.Environment["OUT"] = campaign.Signs;
        campaign.Build("Init").Succeeded();

        using (var loop = campaign.Start("Loop"))
        {
            Wait.Until(() => loop.HasEnded || File.Exists(campaign.Sign("called")), "sbatch to be called");
            loop.Signal("KILL");
        }

        campaign.Build("Loop").Succeeded().Says("COMPLETED");
        Assert.HasCount(2, campaign.Started());
        Assert.HasCount(1, File.ReadAllLines(campaign.Sign("called")));
    }

    private static Campaign Tasks(string names, string command) =>
        new($"""<ItemGroup><CampaignTask Include="{names}" OperatorKey="hpc.default" Command="{command}" /></ItemGroup>""");

    // Where it is there already, it stays as it is.
    private static void Qos(string name, string limits)
    {
        RealSlurm.Command(
            $"[ -n \"$(sacctmgr -n -P list qos {name} format=name)\" ] || sacctmgr -Q -i add qos {name} {limits}; "
                + $"sacctmgr -Q -i modify user \"$(id -un)\" set qos+={name} || :"
        );
        Wait.Until(
            () => Shell.Run($"scontrol show assoc_mgr flags=qos qos={name}").Said.Contains($"QOS={name}(", StringComparison.Ordinal),
            "the controller to know the QOS"
        );
    }
}
