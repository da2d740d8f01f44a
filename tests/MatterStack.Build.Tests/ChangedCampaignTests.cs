using MatterStack.Build.Tests.Support;

namespace MatterStack.Build.Tests;

/// <summary>What a change of the campaign, or of what it stages, means for its runs; and what is no change.</summary>
[TestClass]
public sealed class ChangedCampaignTests
{
    private const string TwoTasks = """
          <ItemGroup>
            <CampaignTask Include="a" Command="echo hello > greeting.txt" Outputs="greeting.txt" />
            <CampaignTask Include="b" DependsOn="a" Command="cat deps/a/greeting.txt" />
          </ItemGroup>
        """;

    [TestMethod]
    public void A_campaign_that_has_changed_since_its_run_ended_begins_a_new_one()
    {
        using var workspace = new TestWorkspace(TwoTasks);
        workspace.Build("Loop").Succeeded();
        workspace.Declare(TwoTasks.Replace("hello", "good day", StringComparison.Ordinal));

        workspace.Build("Loop").Succeeded();

        Assert.HasCount(2, workspace.Build("ListRuns").Succeeded().Items);
    }

    [TestMethod]
    public void A_staged_file_that_has_changed_is_a_changed_campaign_and_a_touched_one_is_not()
    {
        using var workspace = new TestWorkspace(
            """<ItemGroup><CampaignTask Include="a" Command="cat in.txt" Files="in.txt" /></ItemGroup>"""
        );
        var file = workspace.Write("in.txt", "one");
        workspace.Build("Loop").Succeeded();

        File.SetLastWriteTimeUtc(file, DateTime.UtcNow.AddDays(1));
        workspace.Build("Loop").Succeeded();
        Assert.HasCount(1, workspace.Build("ListRuns").Succeeded().Items);

        File.WriteAllText(file, "two");
        workspace.Build("Loop").Succeeded();
        Assert.HasCount(2, workspace.Build("ListRuns").Succeeded().Items);
    }

    [TestMethod]
    public void A_campaign_that_has_become_invalid_since_its_run_ended_is_not_up_to_date()
    {
        using var workspace = new TestWorkspace(TwoTasks);
        workspace.Build("Loop").Succeeded();
        workspace.Declare(TwoTasks.Replace("DependsOn=\"a\"", "DependsOn=\"aa\"", StringComparison.Ordinal));

        Assert.AreEqual("MATTER2003", workspace.Build("Loop").Failed().Error.Code);

        Assert.HasCount(1, workspace.Build("ListRuns").Succeeded().Items);
    }

    [TestMethod]
    public void A_pattern_of_Files_does_not_reach_into_runs()
    {
        using var workspace = new TestWorkspace(
            """<ItemGroup><CampaignTask Include="a" Command="find . -type f | sort; touch more.txt" Files="**/*.txt" /></ItemGroup>"""
        );
        workspace.Write("deep/in.txt", "one");
        workspace.Write(".matterstack/cache/x.txt", "cached");
        var first = workspace.Build("Loop").Succeeded().Item;

        Assert.AreEqual("./deep/in.txt\n", File.ReadAllText(Path.Combine(first.GetMetadata("path"), "tasks", "a@1", "stdout.log")));
        Assert.AreEqual(
            first.ItemSpec,
            workspace.Build("Loop").Succeeded().Item.ItemSpec,
            "what a run leaves does not change the campaign"
        );
    }

    [TestMethod]
    public void A_campaign_that_changes_under_way_is_warned_of_once_and_recorded()
    {
        using var workspace = new TestWorkspace(TwoTasks);
        var run = workspace.Build("Init").Succeeded().Item;
        workspace.Declare(TwoTasks.Replace("hello", "good day", StringComparison.Ordinal));

        var first = workspace.Build("Step").Succeeded();
        var second = workspace.Build("Loop").Succeeded();

        Assert.AreEqual("MATTER3009", first.Warnings.Single().Code);
        Assert.HasCount(0, second.Warnings, second.Said);
        Assert.AreEqual("COMPLETED", second.Item.GetMetadata("state"));
        Assert.AreEqual("hello\n", File.ReadAllText(Path.Combine(run.GetMetadata("path"), "tasks", "b@1", "stdout.log")));
    }
}
