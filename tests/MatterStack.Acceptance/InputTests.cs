using MatterStack.Acceptance.Support;

namespace MatterStack.Acceptance;

/// <summary>Wiring files, arguments and environments that are not what they should be.</summary>
[TestClass]
public sealed class InputTests
{
    private const string OneTask = """<ItemGroup><CampaignTask Include="a" Command="true" /></ItemGroup>""";

    [TestMethod]
    public void A_syntax_error_in_operators_yaml_is_shown_by_plain_build_with_its_place()
    {
        using var campaign = new Campaign(OneTask);
        var wiring = campaign.Write("operators.yaml", "operators:\n  local.default: { kind: local\n  other\n");

        var outcome = campaign.Build("Build").Failed("error MATTER1");

        StringAssert.Matches(
            outcome.Said,
            new System.Text.RegularExpressions.Regex(
                System.Text.RegularExpressions.Regex.Escape(wiring) + @"\([0-9]+,[0-9]+(,[0-9]+,[0-9]+)?\): error MATTER1[0-9]{3}: "
            )
        );
        campaign.Build("Loop").Failed("error MATTER1");
        Assert.HasCount(0, Directory.Exists(campaign.Runs) ? Directory.GetDirectories(campaign.Runs) : []);
    }

    [TestMethod]
    public void An_operators_yaml_that_cannot_be_read_is_an_error_and_not_passed_over()
    {
        using var campaign = new Campaign(OneTask);
        if (Shell.Run("id -u").Said.Trim() == "0")
        {
            // Nothing is unreadable for root, but a folder is no file for anybody.
            Directory.CreateDirectory(Path.Combine(campaign.Folder, "operators.yaml"));
        }
        else
        {
            File.SetUnixFileMode(campaign.Write("operators.yaml", "operators: {}\n"), UnixFileMode.None);
        }

        campaign.Build("Build").Failed("error MATTER1", "operators.yaml");
    }

    [TestMethod]
    public void Variables_of_the_shell_that_are_named_like_arguments_change_nothing()
    {
        using var campaign = new Campaign(OneTask);
        var stray = new Dictionary<string, string>
        {
            ["PROFILE"] = "x",
            ["RUNID"] = "y",
            ["FORCEWIRINGOVERRIDE"] = "true",
            ["OPERATORSCONFIG"] = "/nope",
            ["HPCCONFIG"] = "/nope",
            ["NEWRUN"] = "true",
            ["TASKID"] = "z",
        };

        foreach (var target in (string[])["Build", "Loop", "Loop", "Status"])
        {
            using var build = DotnetBuild.Start(campaign.Folder, ["-t:" + target], stray);
            build.Wait().Succeeded();
        }

        var run = campaign.Run();
        Assert.HasCount(1, Directory.GetDirectories(campaign.Runs));
        Assert.AreEqual("COMPLETED", run.State);
        Assert.AreEqual("builtin_default", run.Text("SELECT source FROM run_inputs WHERE kind = 'operators_config'"));
        Assert.HasCount(1, File.ReadAllLines(Path.Combine(run.Folder, "operators_snapshot", "history.jsonl")));
    }

    [TestMethod]
    public void A_relative_path_in_an_argument_is_relative_to_where_the_command_was_given()
    {
        using var campaign = new Campaign(OneTask);
        File.WriteAllText(campaign.Sign("mine.yaml"), "operators:\n  local.default: { kind: local }\n");

        using var build = DotnetBuild.Start(campaign.Signs, [campaign.Project, "-t:Init", "-p:OperatorsConfig=mine.yaml"]);

        build.Wait().Succeeded();
        Assert.AreEqual("cli", campaign.Run().Text("SELECT source FROM run_inputs WHERE kind = 'operators_config'"));
        campaign.Build("Init", "-p:OperatorsConfig=mine.yaml").Failed("error MATTER1", "mine.yaml");
    }

    [TestMethod]
    public void A_campaign_that_changes_while_its_run_continues_warns_once_and_begins_a_new_run_afterwards()
    {
        using var campaign = new Campaign(
            $"""<ItemGroup><CampaignTask Include="a" Command="{Campaign.WaitFor("go")}; echo old" /></ItemGroup>"""
        );
        campaign.Build("Step").Succeeded();
        var first = campaign.Run();
        campaign.Declare("""<ItemGroup><CampaignTask Include="a" Command="echo new" /></ItemGroup>""");

        campaign.Build("Step").Succeeded().Says("warning MATTER3009");
        Assert.DoesNotContain("MATTER3009", campaign.Build("Step").Succeeded().Said);
        Assert.AreEqual("1", first.Text("SELECT count(*) FROM events WHERE kind = 'DEFINITION_CHANGED'"));
        campaign.Give("go");
        campaign.Build("Loop").Succeeded();
        Assert.AreEqual("old\n", first.File("a", "stdout.log"));

        campaign.Build("Loop").Succeeded().Says("the campaign has changed");
        Assert.AreNotEqual(first.Id, campaign.Run().Id);
        Assert.AreEqual("new\n", campaign.Run().File("a", "stdout.log"));
    }
}
