using MatterStack.Acceptance.Support;

namespace MatterStack.Acceptance;

/// <summary>A plan before, during and after a loop.</summary>
[TestClass]
public sealed class PlanTests
{
    [TestMethod]
    public void A_plan_changes_nothing_and_says_what_the_next_Loop_does()
    {
        using var campaign = new Campaign(
            $"""
              <PropertyGroup><MatterStackCacheMode>readwrite</MatterStackCacheMode></PropertyGroup>
              <ItemGroup>
                <CampaignTask Include="a" Command="echo 1 > a.out" Outputs="a.out" TimeLimitMinutes="30" Cores="1" />
                <CampaignTask Include="b" DependsOn="a" Command="{Campaign.WaitFor("go")}; cat deps/a/a.out > b.out" Outputs="b.out" />
              </ItemGroup>
            """
        );

        // Before there is a run.
        var state = FolderState.Read(campaign.Folder);
        var plan = campaign.Build("Plan", "-p:MaxCoreHours=0.5").Succeeded();
        plan.Says("a: never run: no earlier result of it is known");
        plan.Says("b: waits for outputs of a");
        campaign.Build("Plan", "-p:MaxCoreHours=0.4").Failed().Says("MATTER3060");
        campaign.Build("Plan", "-p:Select=c").Failed().Says("Select='c'");
        Assert.AreEqual(state, FolderState.Read(campaign.Folder));

        // While a loop in another process has the store open and waits.
        using var loop = campaign.Start("Loop");
        Wait.Until(() => Directory.Exists(campaign.Runs) && Directory.GetDirectories(campaign.Runs, "2*").Length > 0, "a run");
        Wait.Until(() => campaign.Run().Attempt("b") == "RUNNING", "b to run");
        var said = "";
        Wait.Until(
            () =>
            {
                // The loop may still write when b has just begun.
                var before = FolderState.Read(campaign.Folder);
                said = campaign.Build("Plan").Succeeded().Said;
                return before == FolderState.Read(campaign.Folder);
            },
            "a plan that changes nothing"
        );
        Assert.Contains("b: attempt 1 is RUNNING", said);
        Assert.Contains("a: it completed in this run", said);
        Assert.IsFalse(loop.HasEnded);
        campaign.Give("go");
        loop.Wait().Succeeded();

        // After it.
        state = FolderState.Read(campaign.Folder);
        campaign.Build("Plan").Succeeded().Says("the next Loop does nothing");
        var items = campaign.Build("Plan", "-p:NewRun=true", "-p:Scripts=true", "-getTargetResult:Plan").Succeeded();
        items.Says("\"cause\": \"CACHED\"");
        Assert.AreEqual(state, FolderState.Read(campaign.Folder));
    }
}
