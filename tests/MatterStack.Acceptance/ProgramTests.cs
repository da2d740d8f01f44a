using System.Xml.Linq;
using MatterStack.Acceptance.Support;

namespace MatterStack.Acceptance;

/// <summary>A campaign class in a library, with all that a library can need: a package, native code, another project, its translations, a
/// file. A run has it beside the class, or there is no run.</summary>
[TestClass]
[OSCondition(ConditionMode.Exclude, OperatingSystems.Windows)]
public sealed class ProgramTests
{
    private const string Words = """
        <root>
          <resheader name="resmimetype"><value>text/microsoft-resx</value></resheader>
          <resheader name="version"><value>2.0</value></resheader>
          <resheader name="reader"><value>System.Resources.ResXResourceReader, System.Windows.Forms</value></resheader>
          <resheader name="writer"><value>System.Resources.ResXResourceWriter, System.Windows.Forms</value></resheader>
          <data name="Hello"><value>WORD</value></data>
        </root>
        """;

    [TestMethod]
    public void A_class_in_a_library_with_packages_native_code_projects_and_translations_plans_and_analyzes()
    {
        using var campaign = Library("");

        campaign.Build("Loop").Succeeded().Says("COMPLETED");

        var run = campaign.Run();
        StringAssert.Matches(
            run.Text("SELECT state FROM iterations"),
            new System.Text.RegularExpressions.Regex("^\\{\"Text\":\"\\d+\\.\\d+\\.\\d+ hallo ours \\d+\"\\}$")
        );
        campaign.Build("ExportEvidence").Succeeded();
        campaign.Build("VerifyEvidence").Succeeded();
    }

    [TestMethod]
    [DataRow(
        "<CopyLocalLockFileAssemblies>false</CopyLocalLockFileAssemblies>",
        "",
        "",
        "Microsoft.Data.Sqlite.dll of Microsoft.Data.Sqlite"
    )]
    [DataRow("", "ExcludeAssets=\"runtime\"", "", "common.dll needs the assembly Microsoft.Data.Sqlite")]
    [DataRow("", "", "Private=\"false\"", "coded.dll needs the assembly common")]
    [DataRow("<GenerateDependencyFile>false</GenerateDependencyFile>", "", "Private=\"false\"", "coded.dll needs the assembly common")]
    public void A_program_of_which_a_part_is_not_beside_it_is_refused_before_a_run_exists(
        string properties,
        string package,
        string project,
        string missing
    )
    {
        using var campaign = Library(properties, package, project);

        foreach (var target in new[] { "Build", "Init", "Loop" })
        {
            campaign.Build(target).Failed("MATTER2027", missing, "Let the build copy it");
        }

        Assert.IsEmpty(Directory.Exists(campaign.Runs) ? Directory.GetDirectories(campaign.Runs) : []);
    }

    [TestMethod]
    public void What_a_class_does_in_the_builds_process_leaves_the_output_for_scripts_and_the_tasks_as_they_are()
    {
        using var campaign = Coded(
            "",
            """
            using MatterStack.Engine.Campaigns;
            public sealed class Loud : Campaign
            {
                public override Workflow Plan()
                {
                    System.Console.WriteLine("planning {");
                    System.Console.Error.WriteLine("::error::not ours");
                    System.Environment.SetEnvironmentVariable("LEAKED", "yes");
                    System.Environment.CurrentDirectory = "/";
                    return [new() { Id = "a", Command = $"echo ${{LEAKED:-clean}} {System.Console.ReadLine() ?? "eof"}" }];
                }
            }
            """
        );

        var looped = campaign.Build("Loop", "-getTargetResult:Loop").Succeeded();

        // Warnings go to standard error, which the tests have in the same file.
        using var json = System.Text.Json.JsonDocument.Parse(looped.Said[looped.Said.IndexOf("{\n", StringComparison.Ordinal)..]);
        Assert.AreEqual("Success", json.RootElement.GetProperty("TargetResults").GetProperty("Loop").GetProperty("Result").GetString());
        Assert.AreEqual("clean eof\n", campaign.Run().File("a", "stdout.log"));
        campaign.Build("Build").Succeeded().Says("the campaign prints: planning {", "warning MATTER2028", "LEAKED");
    }

    [TestMethod]
    public void An_exception_that_nobody_catches_ends_the_command_with_its_line_and_not_the_build()
    {
        using var campaign = Coded(
            "",
            """
            using MatterStack.Engine.Campaigns;
            public sealed class Careless : Campaign
            {
                public override Workflow Plan()
                {
                    var thread = new System.Threading.Thread(Fail);
                    thread.Start();
                    thread.Join();
                    return [new() { Id = "a", Command = "true" }];
                }
                private static void Fail()
                {
                    throw new System.IO.InvalidDataException("nobody catches this");
                }
            }
            """
        );

        campaign.Build("Loop").Failed("Careless.cs(13,", "MATTER2019", "nobody catches this");
    }

    private static Campaign Library(string properties, string package = "", string project = "")
    {
        var campaign = Coded(
            $"""
            <PropertyGroup>{properties}</PropertyGroup>
            <ItemGroup>
              <Compile Remove="common/**;yaml/**" />
              <ProjectReference Include="common/common.csproj" {project} />
            </ItemGroup>
            """,
            """
            using MatterStack.Engine.Campaigns;
            public sealed record Said(string Text);
            public sealed class Asking : Campaign<Said>
            {
                public override Workflow? Plan(Said? state) => state is null ? [new() { Id = "a", Command = "echo '{}' > results.json", Outputs = ["results.json"] }] : null;
                public override Said Analyze(Said? state, TaskResults results) => new($"{Common.Tool.Sqlite()} {Common.Tool.Hello()} {YamlDotNet.Ours.Said} {System.Linq.Enumerable.Count(results)}");
            }
            """
        );
        campaign.Write(
            "common/common.csproj",
            $"""
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup><TargetFramework>net10.0</TargetFramework><RootNamespace>Common</RootNamespace></PropertyGroup>
              <ItemGroup>
                <PackageReference Include="Microsoft.Data.Sqlite" Version="{VersionOf("Microsoft.Data.Sqlite")}" {package} />
                <ProjectReference Include="../yaml/YamlDotNet.csproj" />
              </ItemGroup>
            </Project>
            """
        );
        campaign.Write(
            "common/Tool.cs",
            """
            namespace Common;
            public static class Tool
            {
                public static string Sqlite()
                {
                    using var connection = new Microsoft.Data.Sqlite.SqliteConnection("Data Source=:memory:");
                    connection.Open();
                    return connection.ServerVersion;
                }
                public static string Hello() => new System.Resources.ResourceManager("Common.Words", typeof(Tool).Assembly).GetString("Hello", new System.Globalization.CultureInfo("de"))!;
            }
            """
        );
        campaign.Write("common/Words.resx", Words.Replace("WORD", "hello", StringComparison.Ordinal));
        campaign.Write("common/Words.de.resx", Words.Replace("WORD", "hallo", StringComparison.Ordinal));
        // Of the name of one that the engine has: the campaign gets its own.
        campaign.Write(
            "yaml/YamlDotNet.csproj",
            """<Project Sdk="Microsoft.NET.Sdk"><PropertyGroup><TargetFramework>net10.0</TargetFramework></PropertyGroup></Project>"""
        );
        campaign.Write("yaml/Ours.cs", """namespace YamlDotNet; public static class Ours { public static string Said => "ours"; }""");
        return campaign;
    }

    private static Campaign Coded(string body, string code)
    {
        var campaign = new Campaign("");
        File.Delete(campaign.Project);
        campaign.Write("Directory.Build.props", "<Project />");
        campaign.Write(
            "Directory.Build.targets",
            $"""<Project><Import Project="{Repository.Targets}" Condition="'$(MSBuildProjectName)' == 'coded'" /></Project>"""
        );
        campaign.Write(
            "coded.csproj",
            $"""
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup><TargetFramework>net10.0</TargetFramework><Nullable>enable</Nullable><MatterStackCampaign>true</MatterStackCampaign></PropertyGroup>
            {body}
            </Project>
            """
        );
        campaign.Write($"{code.Split("class ")[1].Split(' ')[0]}.cs", code);
        return campaign;
    }

    // One that the engine's own build has brought to this machine.
    private static string VersionOf(string package) =>
        XDocument
            .Load(Path.Combine(Repository.Folder, "Directory.Packages.props"))
            .Descendants("PackageVersion")
            .Single(p => p.Attribute("Include")!.Value == package)
            .Attribute("Version")!
            .Value;
}
