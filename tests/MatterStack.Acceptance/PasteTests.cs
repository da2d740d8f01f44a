using System.Text.RegularExpressions;
using MatterStack.Acceptance.Support;

namespace MatterStack.Acceptance;

/// <summary>Command lines that we print can be pasted into a shell and do what they say.</summary>
[TestClass]
public sealed class PasteTests
{
    private const string Gates = """
        <ItemGroup>
          <CampaignTask Include="check.1" Kind="Gate" Message="Is it good?" />
          <CampaignTask Include="other" Kind="Gate" />
          <CampaignTask Include="measured" OperatorKey="human.default" />
        </ItemGroup>
        """;

    [TestMethod]
    public void The_lines_that_say_how_to_answer_do_it_also_from_another_folder_and_in_a_path_that_needs_quotes()
    {
        using var campaign = new Campaign(Gates, "it's a große $HOME day!");
        var said = campaign.Build("Loop").Succeeded().Said;

        // The line of the console, from anywhere.
        var hint = said.Split('\n')
            .Single(l => l.Contains("answer: ", StringComparison.Ordinal) && l.Contains("check.1", StringComparison.Ordinal))
            .Split("answer: ")[1];
        Paste("/", hint).Says("check.1").Says("approve");
        // Those of instructions.md, in the project's folder.
        var instructions = File.ReadAllLines(Path.Combine(campaign.Run().Folder, "tasks", "other@1", "instructions.md"))
            .Where(l => l.StartsWith("dotnet build", StringComparison.Ordinal))
            .ToList();
        Assert.HasCount(2, instructions);
        Paste(campaign.Folder, instructions[1]).Says("reject");
        // The remedy of data that a shell has spoilt.
        var wrong = DotnetBuild.StartCommand(
            campaign.Folder,
            ["bash", "-c", "dotnet build -t:Respond -p:TaskId=measured '-p:Data={\"x\": 1}x'"]
        );
        var remedy = Regex.Match(wrong.Wait().Failed("MATTER3017").Said, "-p:Data='[^']*'").Value;
        Paste(campaign.Folder, "dotnet build -t:Respond -p:TaskId=measured " + remedy).Says("measured");

        Assert.Contains("\"y\": 2", File.ReadAllText(Path.Combine(campaign.Run().Folder, "tasks", "measured@1", "response.json")));
        campaign.Build("Loop").Failed("other");
    }

    [TestMethod]
    public void The_command_with_a_comment_that_the_page_shows_works()
    {
        using var campaign = new Campaign("""<ItemGroup><CampaignTask Include="check" Kind="Gate" /></ItemGroup>""");
        campaign.Build("Step").Succeeded();

        Paste(campaign.Folder, Page.Example("targets.md", "", "-p:Comment=\"fine%2C thanks\""));

        Assert.Contains("\"fine, thanks\"", File.ReadAllText(Path.Combine(campaign.Run().Folder, "tasks", "check@1", "response.json")));
    }

    [TestMethod]
    [DataRow("'-p:Comment=it is 100% fine%3B 5 $ each%21 %22so%22'", "it is 100% fine; 5 $ each! \\\"so\\\"")]
    [DataRow("-p:Comment=\"it's größer%2C see a%0Ab\"", "it's größer, see a\\nb")]
    [DataRow("'-p:Comment=\"fine, thanks; all\"'", "fine, thanks; all")]
    [DataRow("-p:CommentFile='a note, or two.txt'", null)]
    public void A_comment_arrives_through_a_shell(string argument, string? meant)
    {
        using var campaign = new Campaign("""<ItemGroup><CampaignTask Include="check" Kind="Gate" /></ItemGroup>""");
        campaign.Write("a note, or two.txt", "of all sorts");
        campaign.Build("Step").Succeeded();
        var given = DotnetBuild
            .StartCommand(campaign.Folder, ["bash", "-c", "dotnet build -t:Respond -p:TaskId=check -p:Decision=approve " + argument])
            .Wait();

        if (meant is null)
        {
            // MSBuild splits there, in quotes of the shell or not.
            given.Failed("MSB1006");
            return;
        }

        given.Succeeded();
        Assert.Contains(
            $"\"comment\": \"{meant}\"",
            File.ReadAllText(Path.Combine(campaign.Run().Folder, "tasks", "check@1", "response.json"))
        );
    }

    [TestMethod]
    public void A_misspelt_target_names_the_one_that_was_meant_and_a_target_of_ones_own_is_left_alone()
    {
        using var campaign = new Campaign(
            """
            <ItemGroup><CampaignTask Include="a" Command="true" /></ItemGroup>
            <Target Name="Loops"><Message Importance="high" Text="my own" /></Target>
            """
        );
        campaign.Build("Help").Succeeded().Says("dotnet build [PROJECT]", "  Loop ", "LoopTimeout");

        campaign.Build("Lop").Failed("MATTER2040", "Did you mean -t:Loop?", "-t:Help").SaysNot("MSB4057");
        campaign.Build("Status;Explan").Failed("MATTER2040", "-t:Explain");
        campaign.Build("Loops").Succeeded().Says("my own");
        campaign.Build("Nightly").Failed("MSB4057");

        Assert.IsFalse(Directory.Exists(campaign.Runs));
    }

    [TestMethod]
    public void An_argument_that_the_target_does_not_take_is_said()
    {
        using var campaign = new Campaign("""<ItemGroup><CampaignTask Include="a" Kind="Gate" /></ItemGroup>""");
        campaign.Build("Step").Succeeded();

        campaign.Build("Cancel", "-p:TaskId=a").Failed("MATTER3041", "Cancel does not take TaskId");
        Assert.AreEqual("RUNNING", campaign.Run().State);
        campaign.Build("Status", "-p:TaskId=a").Succeeded().Says("warning MATTER3041");
        campaign.Build("Status", "-p:TaskId=a", "-warnaserror").Failed("error MATTER3041");
        campaign.Build("Respond;Loop", "-p:TaskId=a", "-p:Decision=approve").Succeeded().SaysNot("MATTER3041");
    }

    private static BuildOutcome Paste(string folder, string line)
    {
        using var command = DotnetBuild.StartCommand(folder, ["bash", "-c", line]);
        return command.Wait().Succeeded();
    }
}
