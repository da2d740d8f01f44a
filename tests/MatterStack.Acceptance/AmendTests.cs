using MatterStack.Acceptance.Support;

namespace MatterStack.Acceptance;

/// <summary>A live run is amended with the commands that people type, on a laptop.</summary>
[TestClass]
[OSCondition(ConditionMode.Exclude, OperatingSystems.Windows)]
public sealed class AmendTests
{
    [TestMethod]
    public void Tasks_are_amended_while_a_loop_runs()
    {
        using var campaign = new Campaign(
            $"""
              <ItemGroup>
                <CampaignTask Include="first" Command="{Campaign.LogStart}; {Campaign.WaitFor("go")}; echo cores $MATTERSTACK_CORES" />
                <CampaignTask Include="rank_a;rank_b" DependsOn="first" Command="echo cores $MATTERSTACK_CORES in $PLACE" />
              </ItemGroup>
            """
        );
        using var loop = campaign.Start("Loop");
        Wait.Until(() => loop.HasEnded || campaign.Started().Length == 1, "the first task");

        campaign.Build("Amend", "-p:Cores=2").Failed().Says("Amend needs a task");
        campaign.Build("Amend", "-p:TaskId=rank_a").Failed().Says("Amend has no value to change");
        campaign.Build("Amend", "-p:Select=rang_*", "-p:Cores=2").Failed().Says("rang_*");
        campaign.Build("Amend", "-p:Select=rank_*", "-p:Cores=many", "-p:Confirm=true").Failed().Says("Cores is 'many'");
        campaign.Build("Amend", "-p:TaskId=rank_a", "-p:Env=PLACE=here").Failed().Says("-p:ChangesResult=true");
        campaign.Build("Amend", "-p:Select=rank_*", "-p:Cores=2").Succeeded().Says("rank_b PENDING").Says("-p:Confirm=true does it");
        campaign.Build("Amend", "-p:Select=first rank_*", "-p:Cores=2", "-p:Reason=faster", "-p:Confirm=true").Succeeded().Says("3 tasks");
        campaign.Build("Amend", "-p:TaskId=rank_b", "-p:Env=PLACE=there", "-p:ChangesResult=true").Succeeded();
        campaign.Give("go");
        loop.Wait().Succeeded().Says("COMPLETED");

        var run = campaign.Run();
        Assert.AreEqual("cores 1\n", run.File("first", "stdout.log"));
        Assert.AreEqual("cores 2 in\n", run.File("rank_a", "stdout.log"));
        Assert.AreEqual("cores 2 in there\n", run.File("rank_b", "stdout.log"));
        campaign.Build("Attempts", "-p:TaskId=first").Succeeded().Says("before an amendment: Cores was the default");
        campaign.Build("Explain", "-p:TaskId=rank_b").Succeeded().Says("TASK_AMENDED by").Says("the result can change: definition");
        campaign.Build("CheckRun").Succeeded();
        campaign.Build("ExportEvidence").Succeeded();
        campaign.Build("VerifyEvidence").Succeeded();
    }
}
