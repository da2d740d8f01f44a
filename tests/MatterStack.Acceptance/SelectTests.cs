using MatterStack.Acceptance.Support;

namespace MatterStack.Acceptance;

/// <summary>Selections, as a user writes them in a shell.</summary>
[TestClass]
public sealed class SelectTests
{
    private const string Tasks = """
          <ItemGroup>
            <CampaignTask Include="start" Command="true" />
            <CampaignTask Include="rank_1;rank_2;rank_3" Command="true" DependsOn="start" />
            <CampaignTask Include="fit" Command="true" DependsOn="rank_1;rank_2;rank_3" />
          </ItemGroup>
        """;

    [TestMethod]
    public void A_Loop_runs_the_selected_tasks_and_a_later_one_the_rest()
    {
        using var campaign = new Campaign(Tasks);

        GiveInBash(campaign, "-t:Loop -p:Select=\"rank_1%3Brank_2\"")
            .Succeeded()
            .Says("the selected tasks and those they need have ended (3 COMPLETED); 2 tasks are left: -t:Loop goes on with them");
        Assert.AreEqual("COMPLETED COMPLETED COMPLETED PENDING PENDING", States(campaign));
        campaign.Build("Status").Succeeded().Says("selected: rank_1 rank_2; 2 tasks are left");
        GiveInBash(campaign, "-t:Step '-p:Select=fitt'").Failed("MATTER3024", "near are fit");
        campaign.Build("Loop").Succeeded().Says("COMPLETED");

        Assert.AreEqual("COMPLETED COMPLETED COMPLETED COMPLETED COMPLETED", States(campaign));
    }

    [TestMethod]
    [DataRow("-p:Select=\"rank_* state=COMPLETED\"", "rank_1 rank_2 rank_3")]
    [DataRow("-p:Select='rank_* !rank_3'", "rank_1 rank_2")]
    [DataRow("-p:Select=\"rank_1%3Brank_2\"", "rank_1 rank_2")]
    [DataRow("-p:Select='\"rank_1;rank_2\"'", "rank_1 rank_2")]
    public void Each_form_of_the_page_arrives_through_a_shell(string argument, string expected)
    {
        Assert.Contains(
            '`' + argument + '`',
            File.ReadAllText(Path.Combine(Repository.Folder, "docs", "selecting.md"))
                .Replace("state=FAILED", "state=COMPLETED", StringComparison.Ordinal)
        );
        using var campaign = new Campaign(Tasks);
        campaign.Build("Loop").Succeeded();

        var shown = GiveInBash(campaign, "-t:Rerun " + argument).Succeeded().Says("-p:Confirm=true does it").Said;

        Assert.AreEqual(
            expected,
            string.Join(' ', shown.Split('\n').Where(l => l.EndsWith(" COMPLETED", StringComparison.Ordinal)).Select(l => l.Split()[^2]))
        );
    }

    [TestMethod]
    public void A_selection_that_MSBuild_cuts_is_an_error_and_nothing_is_done()
    {
        using var campaign = new Campaign(Tasks);

        GiveInBash(campaign, "-t:Loop \"-p:Select=rank_*;state=READY\"").Failed("Select was cut", "Separate the terms");
        GiveInBash(campaign, "-t:Step \"-p:Select=rank_*,operator=hpc.*\"").Failed("Select was cut");
        GiveInBash(campaign, "-t:Loop \"-p:Select=rank_1;rank_2\"").Failed("MSB1006");
        GiveInBash(campaign, "-t:Loop -p:Select=\"rank_* state=REDY\"").Failed("Did you mean state=READY?");

        Assert.IsFalse(Directory.Exists(campaign.Runs));
    }

    [TestMethod]
    public void A_Loop_of_a_failed_selection_fails_and_its_tasks_run_again()
    {
        using var campaign = new Campaign(
            """
              <ItemGroup>
                <CampaignTask Include="a;b" Command="[ -e &quot;$OUT/mended&quot; ]" />
                <CampaignTask Include="c" Command="true" DependsOn="a" />
              </ItemGroup>
            """
        );

        GiveInBash(campaign, "-t:Loop -p:Select=\"a b\"").Failed("MATTER3", "2 selected tasks of run");
        campaign.Give("mended");
        GiveInBash(campaign, "-t:Rerun -p:Select=state=FAILED -p:Confirm=true").Succeeded().Says("2 tasks (a, b) run again");
        campaign.Build("Loop").Succeeded();

        Assert.AreEqual("COMPLETED COMPLETED COMPLETED", States(campaign));
    }

    private static BuildOutcome GiveInBash(Campaign campaign, string arguments) =>
        DotnetBuild.StartCommand(campaign.Folder, ["bash", "-c", "dotnet build " + arguments], campaign.Environment).Wait();

    private static string States(Campaign campaign) =>
        string.Join(" ", campaign.Run().Rows("SELECT state FROM tasks ORDER BY seq").Select(static row => row[0]));
}
