using MatterStack.Acceptance.Support;

namespace MatterStack.Acceptance;

/// <summary>A person looks at a running calculation of this machine, and a monitor of a C# program's task ends a hopeless one.</summary>
[TestClass]
public sealed class LogsTests
{
    [TestMethod]
    public void Lines_appear_as_they_are_written_and_Ctrl_C_leaves_the_attempt_alone()
    {
        using var campaign = new Campaign(
            $"""
              <ItemGroup>
                <CampaignTask Include="scf" Command="echo iteration 1; {Campaign.WaitFor("more")}; echo iteration 2; {Campaign.WaitFor(
                "gate"
            )}" />
              </ItemGroup>
            """
        );
        campaign.Build("Step").Succeeded();
        using var stopped = campaign.Start("Logs", "-p:Follow=true", "-tl:off");
        Wait.Until(() => stopped.HasEnded || stopped.Said.Contains("iteration 1", StringComparison.Ordinal), "the first line");
        Assert.IsFalse(stopped.HasEnded, stopped.Said);
        stopped.Signal("INT");
        stopped.Wait().SaysNot("error MATTER");

        using var follower = campaign.Start("Logs", "-p:Follow=true", "-nologo", "-tl:off");
        Wait.Until(() => follower.HasEnded || follower.Said.Contains("iteration 1", StringComparison.Ordinal), "the first line again");
        campaign.Give("more");
        Wait.Until(() => follower.HasEnded || follower.Said.Contains("iteration 2", StringComparison.Ordinal), "the second line");
        Assert.IsFalse(follower.HasEnded, follower.Said);
        campaign.Give("gate");
        follower.Wait().Succeeded().Says("has ended with exit code 0");

        campaign.Build("Loop").Succeeded();
        campaign
            .Build("Logs", "-p:TaskId=scf", "-p:Lines=1", "-getTargetResult:Logs")
            .Succeeded()
            .Says("\"file\": \"stdout.log\"", "\"size_bytes\": \"24\"");
        campaign.Build("Logs", "-p:TaskId=scf", "-p:File=../stdout.log").Failed("MATTER3010", "is no file in the attempt's work/");
    }
}
