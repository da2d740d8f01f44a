using MatterStack.Acceptance.Support;

namespace MatterStack.Acceptance;

/// <summary>Published outputs and usage, as a user gets them.</summary>
[TestClass]
public sealed class PublishTests
{
    [TestMethod]
    public void Outputs_come_into_the_project_and_those_of_another_run_are_replaced_only_on_request()
    {
        using var campaign = new Campaign(Declare("1"));

        campaign.Build("Loop").Succeeded().Says("has published 2 files: results/eos_Al.csv, results/eos_Cu.csv");

        Assert.AreEqual("eos_Cu 1\n", Read(campaign, "eos_Cu.csv"));
        Assert.StartsWith("file,task,run,sha256\r\neos_Al.csv,eos_Al,20", Read(campaign, "index.csv"));
        Assert.IsNull(new FileInfo(Path.Combine(campaign.Folder, "results", "eos_Cu.csv")).LinkTarget);

        campaign.Declare(Declare("2"));
        campaign.Build("Loop").Failed("MATTER3090", "has published another file there", "-p:Replace=true");
        Assert.AreEqual("eos_Cu 1\n", Read(campaign, "eos_Cu.csv"));
        campaign.Build("Loop", "-p:Replace=true").Succeeded().Says("2 files replaced on request");
        Assert.AreEqual("eos_Cu 2\n", Read(campaign, "eos_Cu.csv"));

        // What the attempts used is known, whatever measured it, and scripts get plain numbers or nothing.
        var csv = Path.Combine(campaign.Folder, "usage.csv");
        campaign.Build("Usage", "-p:Format=csv", "-p:OutputFile=usage.csv").Succeeded();
        Assert.Contains(",eos_*,local.default,eos_Cu,2,2,0,0,0,", File.ReadAllText(csv));
    }

    private static string Declare(string value) =>
        $"""
              <ItemGroup>
                <CampaignTask Include="eos_Cu;eos_Al" Command="echo $MATTERSTACK_TASK_ID {value} > eos.csv" Outputs="eos.csv" Publish="results/%(Identity).csv" />
              </ItemGroup>
            """;

    private static string Read(Campaign campaign, string name) => File.ReadAllText(Path.Combine(campaign.Folder, "results", name));
}
