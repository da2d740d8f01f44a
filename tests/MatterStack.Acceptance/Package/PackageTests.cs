using MatterStack.Acceptance.Support;

namespace MatterStack.Acceptance.Package;

/// <summary>Campaigns of somebody who has the package and not this repository.</summary>
[TestClass]
public sealed class PackageTests
{
    [TestMethod]
    public void A_project_without_code_that_names_the_package_as_its_SDK_is_a_campaign()
    {
        using var user = new User();
        user.NoCode("w");

        user.Build("w").Succeeded().Says("1 task is valid");
        Assert.IsFalse(Directory.Exists(Path.Combine(user.Folder, "w", "runs")), "a plain build runs nothing");
        user.Build("w", "-t:Loop").Succeeded().Says("COMPLETED");

        Assert.AreEqual("hello\n", user.Run("w").File("hello", "work/said.txt"));
        user.Build("w", "-t:Clean").Succeeded();
        user.Build("w", "-t:Step").Succeeded().Says("nothing is left to do");
        Assert.AreEqual("COMPLETED", user.Run("w").State);
        Assert.AreEqual(PackageFeed.Shared.Version, user.MadeBy("w"));
    }

    [TestMethod]
    public void A_project_in_CSharp_needs_the_one_reference_and_compiles_against_the_engine_that_runs_it()
    {
        using var user = new User();
        user.Coded("w");

        user.Build("w", "-t:Loop").Succeeded().Says("COMPLETED").SaysNot("warning");

        var run = user.Run("w");
        Assert.AreEqual("COMPLETED", run.State);
        Assert.AreEqual("""{"Value":84,"Iterations":2}""", run.Text("SELECT state FROM iterations ORDER BY iteration DESC"));
        Assert.IsFalse(
            File.Exists(Path.Combine(user.Folder, "w", "bin", "Debug", "net10.0", "MatterStack.Engine.dll")),
            "the engine is not copied"
        );
        user.Build("w", "-t:Compile", "-p:DesignTimeBuild=true", "-p:SkipCompilerExecution=true", "-p:ProvideCommandLineArgs=true")
            .Succeeded();
        user.Build("w", "-t:Clean").Succeeded();
        Assert.AreEqual("COMPLETED", user.Run("w").State);
    }

    [TestMethod]
    public void The_projects_that_the_documentation_shows_are_campaigns()
    {
        using var user = new User();
        user.Write("a/anneal.proj", Page.Example("packages.md", "xml", "<Project Sdk=\"MatterStack.Build/"));
        user.Write("b/anneal.csproj", Page.Example("packages.md", "xml", "<Project Sdk=\"Microsoft.NET.Sdk\">"));
        user.Write("b/Program.cs", "System.Console.WriteLine(\"measured\");");
        user.Write(
            "b/Directory.Build.targets",
            "<Project><ItemGroup><CampaignTask Include=\"measure\" Command=\"{campaign}\" /></ItemGroup></Project>"
        );

        user.Build("a", "-t:Loop").Succeeded();
        user.Build("b", "-t:Loop").Succeeded();

        Assert.AreEqual("hello\n", user.Run("a").File("hello", "stdout.log"));
        Assert.AreEqual("measured\n", user.Run("b").File("measure", "stdout.log"));
    }

    [TestMethod]
    public void Beside_another_SDK_it_is_named_as_a_second_one()
    {
        using var user = new User();
        user.Coded("w", "</ItemGroup><Sdk Name=\"MatterStack.Build\" Version=\"{0}\" /><ItemGroup>");

        user.Build("w", "-t:Loop").Succeeded().Says("COMPLETED");

        Assert.AreEqual("COMPLETED", user.Run("w").State);
    }

    [TestMethod]
    public void After_the_first_build_no_feed_is_needed()
    {
        using var user = new User(
            feed: Path.Combine(PackageFeed.Shared.Root, "moved"),
            packages: Path.Combine(PackageFeed.Shared.Root, "own-packages")
        );
        var feed = Path.Combine(PackageFeed.Shared.Root, "moved");
        Directory.CreateDirectory(feed);
        var package = $"MatterStack.Build.{PackageFeed.Shared.Version}.nupkg";
        File.Copy(Path.Combine(PackageFeed.Shared.Folder, package), Path.Combine(feed, package));
        user.NoCode("a");
        user.Coded("b");
        user.Build("a").Succeeded();
        user.Build("b").Succeeded();

        Directory.Delete(feed, recursive: true);

        user.Build("a", "-t:Loop").Succeeded().Says("COMPLETED");
        user.Build("b", "-t:Loop").Succeeded().Says("COMPLETED");
    }

    [TestMethod]
    public void Two_versions_live_side_by_side_and_are_pinned_for_a_tree_of_workspaces()
    {
        using var user = new User();
        user.NoCode("a");
        user.Coded("b", version: PackageFeed.NextVersion);
        user.Write("c/global.json", $$"""{ "msbuild-sdks": { "MatterStack.Build": "{{PackageFeed.NextVersion}}" } }""");
        user.NoCode("c/w", sdk: "MatterStack.Build");

        foreach (var folder in new[] { "a", "b", "c/w" })
        {
            user.Build(folder, "-t:Loop").Succeeded().Says("COMPLETED");
        }

        Assert.AreEqual(PackageFeed.Shared.Version, user.MadeBy("a"));
        Assert.AreEqual(PackageFeed.NextVersion, user.MadeBy("b"));
        Assert.AreEqual(PackageFeed.NextVersion, user.MadeBy("c/w"));
    }

    [TestMethod]
    public void A_run_that_one_version_has_begun_is_gone_on_with_by_the_next()
    {
        using var user = new User();
        user.NoCode("w");
        user.Build("w", "-t:Init").Succeeded();

        user.NoCode("w", sdk: "MatterStack.Build/" + PackageFeed.NextVersion);
        user.Build("w", "-t:Loop").Succeeded().Says("COMPLETED");

        Assert.AreEqual("COMPLETED", user.Run("w").State);
        Assert.AreEqual(PackageFeed.Shared.Version, user.MadeBy("w"));
    }

    [TestMethod]
    [DataRow(false, "für 材料 (it's 100% #1; a=b, c)")]
    [DataRow(true, "für 材料 (it's #1; a=b, c)")]
    public void A_path_may_have_blanks_signs_and_letters_of_other_languages(bool coded, string name)
    {
        using var user = new User();
        var folder = coded ? user.Coded(name) : user.NoCode(name);

        user.Build(folder, "-t:Loop").Succeeded().Says("COMPLETED");
        user.Build(folder, "-t:ExportEvidence").Succeeded();
        user.Build(folder, "-t:VerifyEvidence").Succeeded();
    }

    [TestMethod]
    public void A_test_of_a_campaign_takes_the_engine_as_a_library()
    {
        using var user = new User();
        user.Coded("campaign");
        user.Write(
            "check/check.csproj",
            $"""
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup>
                <OutputType>Exe</OutputType>
                <TargetFramework>net10.0</TargetFramework>
                <ImplicitUsings>enable</ImplicitUsings>
              </PropertyGroup>
              <ItemGroup>
                <PackageReference Include="MatterStack.Engine" Version="{PackageFeed.Shared.Version}" />
                <ProjectReference Include="../campaign/coded.csproj" />
              </ItemGroup>
            </Project>
            """
        );
        user.Write(
            "check/Check.cs",
            """
            using MatterStack.Engine.Campaigns;

            using var harness = new CampaignHarness(task => HarnessResult.Completed(new { value = 2 * int.Parse(task.Command.Split(' ')[1]) }));
            var history = harness.Run(new Doubling());
            Console.WriteLine($"finished {history.Finished}, value {history.State!.Value}");
            """
        );

        user.Type("dotnet run", "check").Succeeded().Says("finished True, value 84");
    }
}
