using MatterStack.Acceptance.Support;

namespace MatterStack.Acceptance.Slurm;

/// <summary>A run that is asked to end while nobody can be told: the request stays, and the job is gone when somebody can.</summary>
[TestClass]
public sealed class CancelTests
{
    private const string Two = """
          <ItemGroup>
            <CampaignTask Include="long" OperatorKey="hpc.default" MaxAttempts="3" Command="sleep 100000" />
            <CampaignTask Include="next" OperatorKey="hpc.default" DependsOn="long" Command="true" />
          </ItemGroup>
        """;

    [TestMethod]
    [DataRow("Step")]
    [DataRow("Loop")]
    public void What_ssh_does_not_reach_stays_asked_to_end_and_is_ended_by_the_next_command_that_does(string next)
    {
        Require.Component("ssh");
        using var cluster = PlainSlurm.Start();
        using var door = cluster.OpenDoor();
        using var campaign = cluster.Campaign(Two);
        campaign.Write("operators.yaml", door.Wiring);
        campaign.Build("Step").Succeeded();
        Wait.Until(() => cluster.Command("squeue -h -o %T") == "RUNNING", "the job to run");
        var run = campaign.Run();

        door.Close();
        campaign.Build("CleanupOrphans").Succeeded().Says("there is no orphan; live attempts: long").Says("-t:CancelAttempt");
        campaign.Build("Cancel", "-p:Reason=wrong potential").Failed().Says("MATTER3018").Says("NOT REACHED").Says("-t:Step");
        Assert.AreEqual("RUNNING", run.State);
        Assert.AreEqual("", run.Attempt("long", "ended_at_utc"), "nobody has said that it is over");
        Assert.AreEqual("RUNNING", cluster.Command("squeue -h -o %T"));
        if (next == "Step")
        {
            campaign.Build("Explain").Succeeded().Says("asked to end").Says("NOT REACHED");
            campaign.Build("Reset", "-p:Confirm=true").Failed("MATTER3015", "NOT REACHED", "-t:CleanupOrphans");
            campaign.Build("Step").Failed().Says("MATTER3018");
        }

        door.Open();
        campaign.Build(next).Failed().Says("MATTER3013").Says("wrong potential");
        Assert.AreEqual("", cluster.Command("squeue -h -o %T"));
        Assert.AreEqual("CANCELLED CANCELLED CANCELLED", $"{run.State} {run.Attempt("long")} {run.Task("next")}");
        Assert.AreEqual("1", run.Text("SELECT count(*) FROM attempts"));
        campaign.Build("CheckRun").Succeeded();
    }

    [TestMethod]
    public void What_a_dead_controller_does_not_take_stays_asked_to_end()
    {
        using var cluster = PlainSlurm.Start();
        using var campaign = cluster.Campaign(Two);
        campaign.Build("Step").Succeeded();
        Wait.Until(() => cluster.Command("squeue -h -o %T") == "RUNNING", "the job to run");
        var run = campaign.Run();
        cluster.StopController();
        campaign.Build("Cancel").Failed().Says("MATTER3018").Says("NOT REACHED");
        Assert.AreEqual("", run.Attempt("long", "ended_at_utc"));

        cluster.StartController();
        campaign.Build("Step").Failed().Says("MATTER3013");
        Assert.AreEqual("CANCELLED CANCELLED", $"{run.State} {run.Attempt("long")}");
        Assert.AreEqual("", cluster.Command("squeue -h -o %T"));
    }
}
