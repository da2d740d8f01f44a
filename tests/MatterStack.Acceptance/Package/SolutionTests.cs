using MatterStack.Acceptance.Support;

namespace MatterStack.Acceptance.Package;

/// <summary>Campaigns without code beside other projects in a solution: what is given to all of it passes them by without a
/// complaint.</summary>
[TestClass]
[OSCondition(ConditionMode.Exclude, OperatingSystems.Windows)]
public sealed class SolutionTests
{
    private static readonly string[] Commands = ["restore", "build", "build -t:Rebuild", "publish", "pack", "test", "clean"];

    [TestMethod]
    [DataRow("sln")]
    [DataRow("slnx")]
    public void A_campaign_of_the_package_is_a_project_of_a_solution(string format)
    {
        using var user = new User();
        user.NoCode("a");

        Give(user, "a/nocode.proj", format);
    }

    [TestMethod]
    public void A_campaign_of_a_checkout_is_a_project_of_a_solution()
    {
        using var user = new User();
        user.Write(
            "a/few.proj",
            $"""
            <Project>
              <Import Project="{Repository.Targets}" />
              <ItemGroup><CampaignTask Include="hello" Command="echo hello" /></ItemGroup>
            </Project>
            """
        );

        Give(user, "a/few.proj", "sln");
    }

    [TestMethod]
    public void Targets_of_a_projects_own_are_not_taken_away()
    {
        using var user = new User();
        user.Write(
            "a/own.proj",
            $"""
            <Project Sdk="MatterStack.Build/{PackageFeed.Shared.Version}">
              <ItemGroup><CampaignTask Include="hello" Command="echo hello" /></ItemGroup>
              <Target Name="Publish"><Message Importance="high" Text="published by the project" /></Target>
            </Project>
            """
        );

        user.Build("a", "-t:Publish").Succeeded().Says("published by the project");
    }

    private static void Give(User user, string project, string format)
    {
        user.Write(
            "b/b.csproj",
            """<Project Sdk="Microsoft.NET.Sdk"><PropertyGroup><TargetFramework>net10.0</TargetFramework></PropertyGroup></Project>"""
        );
        user.Write("b/B.cs", "public sealed class B;");
        user.Type($"dotnet new sln -n all --format {format}").Succeeded();
        user.Type($"dotnet sln all.{format} add {project} b/b.csproj").Succeeded().SaysNot("unknown project type");

        foreach (var command in Commands)
        {
            var said = user.Type($"dotnet {command} all.{format}").Succeeded().SaysNot("warning").SaysNot("error").Said;
            if (command.StartsWith("build", StringComparison.Ordinal))
            {
                Assert.Contains("1 task is valid", said);
            }
        }

        Assert.IsFalse(Directory.Exists(Path.Combine(user.Folder, "a", "runs")), "nothing has run");
    }
}
