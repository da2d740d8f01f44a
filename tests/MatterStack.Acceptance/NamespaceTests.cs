using MatterStack.Acceptance.Support;

namespace MatterStack.Acceptance;

/// <summary>A run whose processes were started in another pid namespace of the same machine.</summary>
[TestClass]
public sealed class NamespaceTests
{
    private static readonly string[] Inside = ["unshare", "--pid", "--fork", "--mount-proc"];

    [TestMethod]
    public void A_process_of_another_namespace_is_elsewhere_and_nothing_begins_beside_it()
    {
        Require.Component("unshare");
        using var campaign = new Campaign(
            $"""<ItemGroup><CampaignTask Include="a" MaxAttempts="3" Command="{Campaign.LogStart}; {Campaign.WaitFor("go")}" /></ItemGroup>"""
        );
        campaign.Build("Step").Succeeded();
        Wait.Until(() => campaign.Started().Length == 1, "the start");
        var run = campaign.Run();

        // With a /proc of its own, and with that of the namespace outside.
        foreach (var through in new[] { Inside, Inside[..3] })
        {
            Build(campaign, through, "Loop").Succeeded().Says("belongs to another pid namespace");
            Build(campaign, through, "Explain").Succeeded().Says("belongs to another pid namespace");
            Assert.AreEqual("RUNNING", run.Attempt("a"));
        }

        campaign.Give("go");
        campaign.Build("Loop").Succeeded();
        Assert.HasCount(1, campaign.Started());
        Assert.AreEqual("1", run.Text("SELECT count(*) FROM attempts"));
    }

    [TestMethod]
    public void In_a_namespace_that_sees_the_processes_of_another_nothing_begins_and_nothing_is_lost()
    {
        Require.Component("unshare");
        using var campaign = new Campaign($"""<ItemGroup><CampaignTask Include="a" Command="{Campaign.LogStart}; true" /></ItemGroup>""");

        Build(campaign, Inside[..3], "Loop").Failed("MATTER4002", "--mount-proc");
        Assert.IsEmpty(campaign.Started());
        Build(campaign, Inside, "Loop").Succeeded();

        Assert.HasCount(1, campaign.Started());
        Assert.AreEqual("COMPLETED", campaign.Run().State);
    }

    private static BuildOutcome Build(Campaign campaign, string[] through, string target)
    {
        using var build = DotnetBuild.Start(campaign.Folder, ["-t:" + target], campaign.Environment, through);
        return build.Wait();
    }
}
