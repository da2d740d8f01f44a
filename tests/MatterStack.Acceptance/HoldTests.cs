using MatterStack.Acceptance.Support;

namespace MatterStack.Acceptance;

/// <summary>Held tasks, amended answers and the limit of failures, with the commands that people type.</summary>
[TestClass]
[OSCondition(ConditionMode.Exclude, OperatingSystems.Windows)]
public sealed class HoldTests
{
    private const string Relax = """
          <ItemGroup>
            <CampaignTask Include="relax" OnFailure="hold" Outputs="out.txt"
              Command="echo cores $MATTERSTACK_CORES; [ $MATTERSTACK_CORES -ge 2 ] || { echo no convergence >&amp;2; exit 4; }; date > out.txt" />
            <CampaignTask Include="plot" DependsOn="relax" Command="cat deps/relax/out.txt" />
          </ItemGroup>
        """;

    [TestMethod]
    public void A_held_task_continues_with_amended_resources()
    {
        using var campaign = new Campaign(Relax);

        campaign
            .Build("Loop")
            .Succeeded()
            .Says("relax is held after attempt 1: EXIT: exit code 4")
            .Says("no convergence")
            .Says("-t:Respond -p:TaskId=relax -p:Decision=retry")
            .Says("-t:Respond -p:TaskId=relax -p:Decision=give_up");
        Assert.AreEqual("WAITING_EXTERNAL", campaign.Run().Task("relax"));
        campaign.Build("Status").Succeeded().Says("relax is held");
        campaign.Build("Respond", "-p:TaskId=relax", "-p:Decision=retry", "-p:Cores=none").Failed().Says("Cores is 'none'");
        campaign.Build("Respond", "-p:TaskId=relax", "-p:Decision=retry", "-p:Memory=2").Failed().Says("MemoryGb");
        campaign.Build("Respond", "-p:TaskId=plot", "-p:Decision=retry").Failed().Says("MATTER3016");

        campaign
            .Build("Respond", "-p:TaskId=relax", "-p:Decision=retry", "-p:Cores=2", "-p:Comment=two cores")
            .Succeeded()
            .Says("Cores from the default to 2");
        campaign.Build("Respond", "-p:TaskId=relax", "-p:Decision=give_up").Failed().Says("MATTER3016");
        campaign.Build("Loop").Succeeded().Says("COMPLETED");

        Assert.Contains("cores 2", campaign.Run().File("relax", "stdout.log", 2));
        campaign.Build("Explain", "-p:TaskId=relax").Succeeded().Says("TASK_HELD").Says("TASK_AMENDED").Says("two cores");
        campaign.Build("CheckRun").Succeeded();
        campaign.Build("ExportEvidence").Succeeded();
        campaign.Build("VerifyEvidence").Succeeded();
    }

    [TestMethod]
    public void A_property_of_a_project_may_have_the_name_of_a_metadata()
    {
        using var campaign = new Campaign(
            """
              <ItemGroup><CampaignTask Include="a" Cores="$(Cores)" Command="echo cores $MATTERSTACK_CORES" /></ItemGroup>
            """
        );

        campaign.Build("Loop", "-p:Cores=2", "-p:TreatWarningsAsErrors=true").Succeeded();

        Assert.Contains("cores 2", campaign.Run().File("a", "stdout.log"));
    }

    [TestMethod]
    public void The_limit_of_failures_is_checked_and_pauses_the_run()
    {
        using var campaign = new Campaign(
            """
              <ItemGroup>
                <CampaignTask Include="a" Command="exit 1" />
                <CampaignTask Include="b" Command="exit 1" />
                <CampaignTask Include="c" AllowDependencyFailure="true" DependsOn="a;b" Command="true" />
              </ItemGroup>
            """
        );

        campaign.Build("Loop", "-p:MatterStackMaxFailures=many").Failed().Says("MatterStackMaxFailures is 'many'").Says("10%");
        campaign.Build("Loop", "-p:MatterStackMaxFailures=2").Succeeded().Says("PAUSED").Says("MatterStackMaxFailures is 2");
        Assert.AreEqual("READY", campaign.Run().Task("c"));
        campaign.Build("Resume").Succeeded();
        campaign.Build("Loop", "-p:MatterStackMaxFailures=2").Failed();
        Assert.AreEqual("COMPLETED", campaign.Run().Task("c"));
    }

    [TestMethod]
    public void A_compiled_campaign_decides_what_follows_a_failed_attempt()
    {
        using var campaign = new Campaign("", name: "mixing");
        File.Delete(campaign.Project);
        campaign.Write(
            "Directory.Build.props",
            "<Project><PropertyGroup><MatterStackCampaign>true</MatterStackCampaign></PropertyGroup></Project>"
        );
        campaign.Write("Directory.Build.targets", $"""<Project><Import Project="{Repository.Targets}" /></Project>""");
        campaign.Write("mixing.csproj", Page.Example("campaigns-csharp.md", "xml", "<Project Sdk="));
        campaign.Write(
            "Mixing.cs",
            """
            using MatterStack.Engine.Campaigns;

            public sealed class Mixing : Campaign
            {
                public override Workflow Plan() => [new() { Id = "scf", Command = "echo mixing 0.7; exit 3" }];

                public override CampaignTask? OnFailed(CampaignTask task, TaskAttempt ended) =>
                    File.ReadAllText(Path.Combine(ended.Folder, "stdout.log")).Contains("0.7") && ended.Cause == "EXIT"
                        ? task with { Command = "echo mixing 0.3" }
                        : null;
            }
            """
        );

        campaign.Build("Loop").Succeeded();

        Assert.Contains("mixing 0.3", campaign.Run().File("scf", "stdout.log", 2));
        campaign.Build("Explain", "-p:TaskId=scf").Succeeded().Says("OnFailed of the campaign class");
    }
}
