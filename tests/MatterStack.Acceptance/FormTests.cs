using MatterStack.Acceptance.Support;

namespace MatterStack.Acceptance;

/// <summary>Both forms of a campaign project, and folders without one.</summary>
[TestClass]
public sealed class FormTests
{
    [TestMethod]
    public void A_campaign_with_a_program_of_its_own_is_compiled_run_and_cleaned_without_losing_runs()
    {
        using var campaign = new Campaign("");
        File.Delete(campaign.Project);
        campaign.Write("Directory.Build.props", "<Project />");
        campaign.Write("Directory.Build.targets", $"""<Project><Import Project="{Repository.Targets}" /></Project>""");
        campaign.Write(
            "Program.cs",
            """System.Console.WriteLine($"sum {int.Parse(args[0]) + int.Parse(args[1])} in {System.IO.Path.GetFileName(System.Environment.CurrentDirectory)}");"""
        );
        campaign.Write(
            "coded.csproj",
            """
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup>
                <OutputType>Exe</OutputType>
                <TargetFramework>net10.0</TargetFramework>
                <MatterStackCampaign>true</MatterStackCampaign>
              </PropertyGroup>
              <ItemGroup>
                <CampaignTask Include="sum" Command="{campaign} 2 3" />
              </ItemGroup>
            </Project>
            """
        );

        campaign.Build("Build").Succeeded().Says("1 task is valid");
        campaign.Build("Compile", "-p:DesignTimeBuild=true", "-p:SkipCompilerExecution=true", "-p:ProvideCommandLineArgs=true").Succeeded();
        Assert.IsFalse(Directory.Exists(campaign.Runs), "neither a plain build nor an IDE's design-time build runs anything");

        campaign.Build("Loop").Succeeded();
        var run = campaign.Run();
        Assert.AreEqual("COMPLETED", run.State);
        Assert.AreEqual("sum 5 in work\n", run.File("sum", "stdout.log"));

        campaign.Build("Clean").Succeeded();
        Assert.AreEqual("sum 5 in work\n", run.File("sum", "stdout.log"));
        StringAssert.Contains(
            Shell.Run("sh run.sh", run.PathOf("sum", "")).Said,
            "sum 5 in work",
            "the run keeps the program it was made with"
        );

        campaign.Build("Loop").Succeeded().Says("nothing is left to do");
        Assert.HasCount(1, Directory.GetDirectories(campaign.Runs), "the same sources compile to the same campaign");
    }

    [TestMethod]
    public void A_file_given_by_name_from_elsewhere_is_run_in_its_own_folder()
    {
        using var campaign = new Campaign("""<ItemGroup><CampaignTask Include="a" Command="true" /></ItemGroup>""");

        using var build = DotnetBuild.Start(campaign.Signs, [campaign.Project, "-t:Loop"]);

        build.Wait().Succeeded();
        Assert.AreEqual("COMPLETED", campaign.Run().State);
        Assert.HasCount(0, Directory.GetFileSystemEntries(campaign.Signs));
    }

    [TestMethod]
    public void A_folder_without_a_project_and_one_with_two_are_refused_by_MSBuild()
    {
        using var campaign = new Campaign("");
        using var none = DotnetBuild.Start(campaign.Signs, ["-t:Loop"]);
        none.Wait().Failed("MSB1003");

        campaign.Write("other.proj", "<Project />");
        campaign.Build("Loop").Failed("MSB1011");
    }

    [TestMethod]
    public void A_path_with_blanks_and_letters_of_other_languages_is_a_path()
    {
        using var campaign = new Campaign(
            """
              <ItemGroup>
                <CampaignTask Include="a" Command="cat 'für Ångström.txt' > 'größe.txt'" Files="für Ångström.txt" Outputs="größe.txt" />
                <CampaignTask Include="b" DependsOn="a" Command="cat deps/a/größe.txt; pwd; cd &quot;$TMPDIR&quot; &amp;&amp; ls" />
              </ItemGroup>
            """,
            name: "Proben für 材料 (it's #1)"
        );
        campaign.Write("für Ångström.txt", "ä\n");

        campaign.Build("Loop").Succeeded();

        var run = campaign.Run();
        Assert.AreEqual("COMPLETED", run.State);
        StringAssert.StartsWith(run.File("b", "stdout.log"), "ä\n");
        StringAssert.Contains(
            run.File("b", "stdout.log"),
            Path.Combine("Proben für 材料 (it's #1)", "runs", run.Id, "tasks", "b@1", "work")
        );
        campaign.Build("ExportEvidence").Succeeded();
    }
}
