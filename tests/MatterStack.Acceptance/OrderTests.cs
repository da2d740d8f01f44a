using MatterStack.Acceptance.Support;

namespace MatterStack.Acceptance;

/// <summary>What starts first, and what a person sees of it.</summary>
[TestClass]
[OSCondition(ConditionMode.Exclude, OperatingSystems.Windows)]
public sealed class OrderTests
{
    [TestMethod]
    public void Priority_and_the_longest_chain_decide_what_starts_first()
    {
        using var campaign = new Campaign(
            $"""
              <ItemGroup>
                <CampaignTask Include="single;other" Command="{Campaign.LogStart}" />
                <CampaignTask Include="last" Command="{Campaign.LogStart}" Priority="-1" />
                <CampaignTask Include="chain1" Command="{Campaign.LogStart}" />
                <CampaignTask Include="chain2" DependsOn="chain1" Command="{Campaign.LogStart}" />
                <CampaignTask Include="urgent" Command="{Campaign.LogStart}" Priority="5" />
              </ItemGroup>
            """
        );
        campaign.Write("operators.yaml", "operators:\n  local.default: { kind: local, max_concurrent: 1, backend: { type: local } }\n");

        campaign.Build("Loop").Succeeded();

        Assert.AreEqual("urgent chain1 single other chain2 last", string.Join(' ', campaign.Started()));
        campaign.Build("CheckRun").Succeeded();
    }

    [TestMethod]
    public void The_first_of_many_starts_alone_and_its_failure_pauses_the_run()
    {
        using var campaign = new Campaign(
            $"""
              <PropertyGroup><MatterStackCanary>true</MatterStackCanary></PropertyGroup>
              <ItemGroup>
                <CampaignTask Include="e_Pt_1;e_Cu_2;e_Ni_3" Command="{Campaign.LogStart}; [ -e &quot;$OUT/mended&quot; ] # %(Identity)" />
              </ItemGroup>
            """
        );

        campaign.Build("Loop").Succeeded().Says("the first of 3 tasks like it failed: e_Pt_1").Says("-t:Resume lets them start");
        Assert.AreEqual("e_Pt_1", string.Join(' ', campaign.Started()));
        campaign.Build("Explain", "-p:TaskId=e_Pt_1").Succeeded().Says("CANARY_STARTED").Says("CANARY_FAILED");

        campaign.Give("mended");
        campaign.Build("Resume").Succeeded();
        campaign.Build("Loop").Failed("e_Pt_1");
        Assert.AreEqual("e_Cu_2 e_Ni_3 e_Pt_1", string.Join(' ', campaign.Started().Order(StringComparer.Ordinal)));
    }

    [TestMethod]
    public void While_the_first_runs_Explain_says_for_whom_the_others_wait()
    {
        using var campaign = new Campaign(
            $"""
              <PropertyGroup><MatterStackCanary>true</MatterStackCanary></PropertyGroup>
              <ItemGroup><CampaignTask Include="t1;t2;t3" Command="{Campaign.WaitFor("go")}" /></ItemGroup>
            """
        );

        campaign.Build("Step").Succeeded();
        campaign
            .Build("Explain", "-p:TaskId=t2")
            .Succeeded()
            .Says("waits until t1 has completed: it is the first of 3 tasks like it (MatterStackCanary)");
        campaign.Give("go");
        campaign.Build("Loop").Succeeded();
    }

    [TestMethod]
    public void Tags_and_a_note_are_set_and_found()
    {
        using var campaign = new Campaign("""<ItemGroup><CampaignTask Include="a" Command="true" /></ItemGroup>""");
        campaign.Build("Loop", "-p:RunTags=pilot").Succeeded();

        campaign.Build("Annotate", "-p:Tags=+paper +fig-3", "-p:Note=converged").Succeeded().Says("pilot, paper, fig-3");

        campaign.Build("ListRuns", "-p:Tag=fig-*").Succeeded().Says("tags pilot, paper, fig-3, note: converged");
        campaign.Build("ListRuns", "-p:Tag=fig").Succeeded().Says("matches");
        campaign.Build("Annotate").Failed("Annotate needs tags or a note");
        campaign.Build("ExportEvidence").Succeeded();
        campaign.Build("VerifyEvidence").Succeeded();
    }

    [TestMethod]
    public void Each_line_of_two_campaigns_that_are_built_together_names_its_campaign()
    {
        const string Tasks = """
              <ItemGroup>
                <CampaignTask Include="work" Command="sleep 0.2; echo made" />
                <CampaignTask Include="held" OnFailure="hold" Command="echo no convergence >&amp;2; exit 4" />
                <CampaignTask Include="ask" Kind="Gate" Message="Go on?" />
                <CampaignTask Include="after" DependsOn="held" Command="true" />
                <CampaignTask Include="lost" AllowFailure="true" Command="exit 3" />
                <CampaignTask Include="skipped" DependsOn="lost" Command="true" />
              </ItemGroup>
            """;
        using var campaign = new Campaign(Tasks);
        foreach (var name in (string[])["alpha", "beta"])
        {
            campaign.Write($"{name}/{name}.proj", $"<Project><Import Project=\"{Repository.Targets}\" />{Tasks}</Project>");
        }

        campaign.Write(
            "both/both.proj",
            """
            <Project>
              <Target Name="Build"><MSBuild Projects="../alpha/alpha.proj;../beta/beta.proj" Targets="Loop" BuildInParallel="true" /></Target>
            </Project>
            """
        );
        using var build = DotnetBuild.Start(Path.Combine(campaign.Folder, "both"), ["-m:2", "-tl:off", "-v:m", "-nologo"]);
        var lines = build.Wait().Succeeded().Said.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

        var strangers = lines.Where(static line =>
            !line.Contains("alpha", StringComparison.Ordinal) && !line.Contains("beta", StringComparison.Ordinal)
        );
        CollectionAssert.AreEqual((string[])[], strangers.Where(static line => !IsOfMSBuild(line)).ToArray());
        foreach (var words in (string[])["held after", "answer: ", "no convergence", "log: ", "done", "skipped", "completed"])
        {
            Assert.IsTrue(
                lines.Any(l => l.Contains(words, StringComparison.Ordinal) && l.Contains("alpha", StringComparison.Ordinal))
                    && lines.Any(l => l.Contains(words, StringComparison.Ordinal) && l.Contains("beta", StringComparison.Ordinal)),
                $"no line with '{words}' of each campaign:\n{string.Join('\n', lines)}"
            );
        }
    }

    private static bool IsOfMSBuild(string line) =>
        line.StartsWith("Build succeeded", StringComparison.Ordinal)
        || line.EndsWith("Warning(s)", StringComparison.Ordinal)
        || line.EndsWith("Error(s)", StringComparison.Ordinal)
        || line.StartsWith("Time Elapsed", StringComparison.Ordinal)
        || line.StartsWith("Determining projects", StringComparison.Ordinal)
        || line.StartsWith("Nothing to do", StringComparison.Ordinal);
}
