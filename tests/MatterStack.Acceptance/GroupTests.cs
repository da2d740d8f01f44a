using MatterStack.Acceptance.Support;

namespace MatterStack.Acceptance;

/// <summary>Runs of a group: two users with processes of their own.</summary>
[TestClass]
[OSCondition(OperatingSystems.Linux)]
public sealed class GroupTests
{
    private const string Member = "65533";
    private const string Group = "65532";

    [TestMethod]
    public void Who_may_read_sees_a_run_that_is_being_moved_and_moves_nothing()
    {
        using var campaign = Shared("read");
        using var loop = campaign.Start("Loop");
        Wait.Until(() => loop.Said.Contains("w started", StringComparison.Ordinal), "the start of w");

        foreach (var target in new[] { "Status", "Explain", "Attempts", "ListRuns" })
        {
            AsMember(campaign, target).Succeeded().Says("w");
        }

        AsMember(campaign, "Pause").Failed("MATTER3030", "run.lock may not be written");
        AsMember(campaign, "Report").Failed("MATTER3030", "may not be written");
        campaign.Give("go");
        loop.Wait().Succeeded();
        AsMember(campaign, "Status").Succeeded().Says("1 COMPLETED", "1 WAITING_EXTERNAL");
    }

    [TestMethod]
    public void Who_may_drive_asks_answers_and_continues_with_what_another_began()
    {
        using var campaign = Shared("drive");
        campaign.Give("go");
        campaign.Build("Loop").Succeeded().Says("waits for a person");

        AsMember(campaign, "Pause").Succeeded();
        AsMember(campaign, "Resume").Succeeded();
        AsMember(campaign, "Respond", "-p:TaskId=g", "-p:Decision=approve").Succeeded();
        AsMember(campaign, "Loop").Succeeded().Says("3 of 3 done", "COMPLETED");
        AsMember(campaign, "Report").Succeeded();

        campaign.Build("Status").Succeeded().Says("3 COMPLETED of 3 tasks");
        campaign.Build("Report").Succeeded();
    }

    [TestMethod]
    public void Without_the_setting_another_user_hears_whose_run_it_is()
    {
        using var campaign = Shared("none");
        campaign.Give("go");
        campaign.Build("Loop").Succeeded();

        AsMember(campaign, "Status")
            .Failed("MATTER3030", "state.sqlite may not be read", "its mode is 0600", "MatterStackGroupAccess")
            .SaysNot("is gone");
        AsMember(campaign, "ListRuns").Succeeded().Says("cannot be read").SaysNot("No run");
    }

    private static Campaign Shared(string access)
    {
        Require.Component("users");
        var campaign = new Campaign(
            $"""
              <PropertyGroup><MatterStackGroupAccess>{access}</MatterStackGroupAccess></PropertyGroup>
              <ItemGroup>
                <CampaignTask Include="w" Command="{Campaign.WaitFor("go")}; echo 1 &gt; o.txt" Outputs="o.txt" />
                <CampaignTask Include="g" Kind="Gate" DependsOn="w" />
                <CampaignTask Include="z" Command="cat deps/w/o.txt &gt; p.txt" Outputs="p.txt" DependsOn="w;g" />
              </ItemGroup>
            """
        );
        var root = Path.GetDirectoryName(campaign.Folder)!;
        Assert.AreEqual(
            0,
            Shell
                .Run(
                    $"mkdir '{root}/home' && chown {Member} '{root}/home' && chgrp -R {Group} '{root}' && chmod 755 '{root}' && chmod "
                        + $"2775 '{campaign.Folder}'"
                )
                .Code
        );
        // The task assembly is there before a user comes who may not make it.
        campaign.Build("ListRuns").Succeeded();
        return campaign;
    }

    private static BuildOutcome AsMember(Campaign campaign, string target, params string[] arguments)
    {
        var home = Path.Combine(Path.GetDirectoryName(campaign.Folder)!, "home");
        using var build = DotnetBuild.Start(
            campaign.Folder,
            ["-t:" + target, .. arguments],
            new Dictionary<string, string>
            {
                ["HOME"] = home,
                ["DOTNET_CLI_HOME"] = home,
                ["TMPDIR"] = home,
                ["MSBUILDDISABLENODEREUSE"] = "1",
            },
            ["setpriv", "--reuid", Member, "--regid", Group, "--clear-groups"]
        );
        return build.Wait();
    }
}
