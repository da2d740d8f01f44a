using MatterStack.Acceptance.Support;

namespace MatterStack.Acceptance.Slurm;

/// <summary>What a job on a real cluster left and cannot be fetched over a real ssh: it holds up nothing else, and there is a way out of it
/// that a person can type.</summary>
[TestClass]
public sealed class CollectingTests
{
    [TestMethod]
    public void An_attempt_whose_outputs_may_not_be_read_is_reported_cancelled_and_run_again()
    {
        var wiring = RealSlurm.WiringOfUser();
        using var campaign = new Campaign(
            $"""
              <ItemGroup>
                <CampaignTask Include="bad" OperatorKey="hpc.default" Outputs="secret" Command="{Campaign.LogStart}; echo s > secret; [ -e &quot;$OUT/open&quot; ] || chmod 000 secret" />
                <CampaignTask Include="good" OperatorKey="hpc.default" Outputs="out" Command="{Campaign.LogStart}; echo 1 > out; echo s > other; chmod 000 other" />
              </ItemGroup>
            """
        );
        Shell.Run($"chmod 777 '{campaign.Signs}'; chmod 711 '{Path.GetDirectoryName(campaign.Signs)}'");
        campaign.Write("operators.yaml", wiring);
        campaign.Build("Step").Succeeded();
        var run = campaign.Run();
        Wait.Until(() => campaign.Started().Length == 2 && RealSlurm.Command("squeue -h -u nobody -o %i").Length == 0, "both jobs to end");

        campaign
            .Build("Step")
            .Succeeded()
            .Says("good completed", "good warning: not fetched, and not declared in Outputs: other cannot be read", "Permission denied");
        Assert.AreEqual("", run.Attempt("bad", "ended_at_utc"));
        var attempt = run.Attempt("bad", "attempt_id");
        campaign
            .Build("Explain")
            .Succeeded()
            .Says("output 'secret' cannot be read", "Permission denied", $"-t:CancelAttempt -p:AttemptId={attempt}");
        campaign.Build("Attempts").Succeeded().Says("warning: not fetched, and not declared in Outputs: other");
        campaign.Build("Rerun", "-p:TaskId=bad").Failed("CancelAttempt");
        campaign
            .Build("CleanupOrphans")
            .Succeeded()
            .Says($"there is no orphan; live attempts: bad ({attempt}): has ended; output 'secret' cannot be read");
        campaign.Build("Reset", "-p:Confirm=true").Failed("MATTER3015", "has ended; output 'secret' cannot be read", "-t:Cancel");

        campaign.Build("CancelAttempt", "-p:AttemptId=" + attempt, "-p:Reason=enough").Succeeded();
        Assert.AreEqual("CANCELLED", run.Attempt("bad"));
        StringAssert.StartsWith(run.Attempt("bad", "reason"), "enough; its job had ended by itself, and output 'secret' cannot be read");

        campaign.Give("open");
        campaign.Build("Rerun", "-p:TaskId=bad").Succeeded();
        campaign.Build("Loop").Succeeded().Says("COMPLETED");
        Assert.AreEqual("s\n", run.File("bad", "work/secret", 2));
    }

    [TestMethod]
    public void A_purged_folder_fails_its_attempt_and_a_run_that_is_cancelled_ends_whatever_cannot_be_fetched()
    {
        var wiring = RealSlurm.WiringOfUser();
        using var campaign = new Campaign(
            $"""
              <ItemGroup>
                <CampaignTask Include="purged" OperatorKey="hpc.default" AllowFailure="true" Outputs="out" Command="{Campaign.LogStart}; echo 1 > out; cd ..; rm -rf &quot;$PWD&quot;" />
                <CampaignTask Include="bad" OperatorKey="hpc.default" Outputs="secret" Command="{Campaign.LogStart}; echo s > secret; chmod 000 secret" />
              </ItemGroup>
            """
        );
        Shell.Run($"chmod 777 '{campaign.Signs}'; chmod 711 '{Path.GetDirectoryName(campaign.Signs)}'");
        campaign.Write("operators.yaml", wiring);
        campaign.Build("Step").Succeeded();
        var run = campaign.Run();
        Wait.Until(() => campaign.Started().Length == 2 && RealSlurm.Command("squeue -h -u nobody -o %i").Length == 0, "both jobs to end");

        campaign.Build("Step").Succeeded();
        Assert.AreEqual("FAILED", run.Attempt("purged"));
        StringAssert.Contains(run.Attempt("purged", "reason"), "is gone");
        StringAssert.Contains(run.Attempt("purged", "reason"), "purged@1");

        campaign.Build("Cancel", "-p:Reason=enough").Succeeded();
        Assert.AreEqual("CANCELLED", run.State);
        StringAssert.Contains(run.Attempt("bad", "reason"), "output 'secret' cannot be read");
    }
}
