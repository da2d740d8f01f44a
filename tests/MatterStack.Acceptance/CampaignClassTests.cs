using System.Globalization;
using System.Text.Json;
using MatterStack.Acceptance.Support;

namespace MatterStack.Acceptance;

/// <summary>The worked example of <c>docs/campaigns-csharp.md</c>, as a user would type it in.</summary>
[TestClass]
[OSCondition(ConditionMode.Exclude, OperatingSystems.Windows)]
public sealed class CampaignClassTests
{
    [TestMethod]
    public void The_documented_campaign_compiles_validates_and_finds_the_least()
    {
        using var campaign = new Campaign("", name: "search");
        File.Delete(campaign.Project);
        campaign.Write(
            "Directory.Build.props",
            "<Project><PropertyGroup><MatterStackCampaign>true</MatterStackCampaign></PropertyGroup></Project>"
        );
        campaign.Write("Directory.Build.targets", $"""<Project><Import Project="{Repository.Targets}" /></Project>""");
        campaign.Write("search.csproj", Page.Example("campaigns-csharp.md", "xml", "<Project Sdk="));
        campaign.Write("Search.cs", Page.Example("campaigns-csharp.md", "csharp", "class GoldenSection"));

        campaign
            .Build("Build", "-p:AnalysisLevel=latest-recommended", "-p:TreatWarningsAsErrors=true")
            .Succeeded()
            .Says("2 tasks of Search.GoldenSection's first workflow are valid");
        Assert.IsFalse(Directory.Exists(campaign.Runs), "a plain build runs nothing");
        campaign.Build("Loop").Succeeded().Says("the campaign is finished");

        var run = campaign.Run();
        Assert.AreEqual("COMPLETED", run.State);
        var last = run.Rows("SELECT iteration, state FROM iterations ORDER BY iteration DESC LIMIT 1")[0];
        using var state = JsonDocument.Parse(last[1]);
        var (low, high) = (state.RootElement.GetProperty("Low").GetDouble(), state.RootElement.GetProperty("High").GetDouble());
        Assert.IsTrue(low < 1.3 && 1.3 < high && high - low < 0.5, last[1]);
        Assert.AreEqual(
            2 * (int.Parse(last[0], CultureInfo.InvariantCulture) + 1),
            run.Rows("SELECT task_id FROM tasks WHERE state = 'COMPLETED'").Count
        );
        campaign.Build("Loop").Succeeded().Says("nothing is left to do");
        Assert.HasCount(1, Directory.GetDirectories(campaign.Runs));
    }
}
