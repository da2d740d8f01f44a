using MatterStack.Build.Tests.Support;
using Microsoft.Build.Framework;

namespace MatterStack.Build.Tests;

/// <summary>What MSBuild replaces by nothing, or passes over, is said with the right spelling, before a run is made.</summary>
[TestClass]
public sealed class ExpansionTests
{
    [TestMethod]
    [DataRow("echo $(date)", "%24(date)")]
    [DataRow("n=$(nproc) run", "%24(nproc)")]
    [DataRow("echo $( date )", "%24( date )")]
    [DataRow("echo $((1+2))", "%24((1+2))")]
    [DataRow("echo $(( (1 + 2) * 3 )) and more", "%24(( (1 + 2) * 3 ))")]
    [DataRow("echo $(MSBuildProjectName) $(uname)", "%24(uname)")]
    [DataRow("printf '%4d' 7", "%254d")]
    [DataRow("date +%61", "%2561")]
    public void What_was_meant_for_the_shell_is_an_error_with_the_right_spelling(string command, string spelling)
    {
        Said("MATTER2042", "Command=", $"""<ItemGroup><CampaignTask Include="a" Command="{command}" /></ItemGroup>""", spelling);
        Said(
            "MATTER2042",
            "<Command>",
            $"""<ItemGroup><CampaignTask Include="a"><Command>{command}</Command></CampaignTask></ItemGroup>""".Replace(
                "<Command>",
                "\n<Command>",
                StringComparison.Ordinal
            ),
            spelling
        );
    }

    [TestMethod]
    public void In_other_metadata_it_is_an_error_too() =>
        Said(
            "MATTER2042",
            "Env=",
            """
            <ItemGroup><CampaignTask Include="a" Command="true" Env="A=1;STAMP=$(date)" /></ItemGroup>
            """,
            "%24(date)"
        );

    [TestMethod]
    [DataRow("echo $(Undefined)")]
    [DataRow("printf '%20s' x")]
    [DataRow("echo @(Nothing)")]
    public void What_may_be_meant_and_leaves_nothing_is_a_warning(string command)
    {
        using var workspace = new TestWorkspace($"""<ItemGroup><CampaignTask Include="a" Command="{command}" /></ItemGroup>""");

        var warning = workspace.Build("Build").Succeeded().Warnings.Single();

        Assert.AreEqual("MATTER2042", warning.Code);
        Assert.AreEqual(workspace.LineOf("Command="), warning.LineNumber);
    }

    [TestMethod]
    [DataRow("echo %24(date) %24((1+2)) %2525 100%25 %25(x) ${HOME} $HOME `date` %3B %20 %0A")]
    [DataRow("echo $(Empty) $(MSBuildProjectName) $([System.IO.Path]::GetFileName('/a/b')) $(Name.ToUpper()) $(Given)")]
    [DataRow("echo %(Identity) %(Extension) %(CampaignTask.Identity)")]
    [DataRow("date +%Y%m%d; printf '%s %d %5.2f' 1 2 3; echo 5% %( ) %(%Y)T")]
    [DataRow("echo @(List, ' ') @(List->'%(Identity).dat') @(List->Count())")]
    public void What_is_right_is_left_alone(string command)
    {
        using var workspace = new TestWorkspace(
            $"""
            <PropertyGroup><Empty></Empty><Name>x</Name></PropertyGroup>
            <ItemGroup><List Include="p;q" /><CampaignTask Include="a" Command="{command}" /></ItemGroup>
            """
        );

        Assert.IsEmpty(workspace.Build("Build", ("Given", "")).Succeeded().Warnings);
    }

    [TestMethod]
    public void A_list_outside_a_target_is_an_error() =>
        Said(
            "MATTER2042",
            "Command=",
            """
            <ItemGroup><El Include="Cu;Ni" /><CampaignTask Include="a" Command="echo %(El.Identity)" /></ItemGroup>
            """,
            "%(El.Identity)",
            "CollectCampaignTasks"
        );

    [TestMethod]
    public void Metadata_that_stand_after_the_text_that_reads_them_are_an_error() =>
        Said(
            "MATTER2042",
            "Command=",
            """
            <ItemGroup><CampaignTask Include="a" Command="echo %(T)" T="300" /></ItemGroup>
            """,
            "Write T before Command"
        );

    [TestMethod]
    public void Metadata_before_the_text_that_reads_them_are_right()
    {
        using var workspace = new TestWorkspace(
            """<ItemGroup><CampaignTask Include="a" T="300" Command="echo %(T)" Env="A=1" /><CampaignTask Update="a" Env="%(Env);B=2" /></ItemGroup>"""
        );

        Assert.IsEmpty(workspace.Build("Loop").Succeeded().Warnings);
        Assert.AreEqual(
            "300\n",
            File.ReadAllText(Path.Combine(workspace.Build("Status").Item.GetMetadata("path"), "tasks", "a@1", "stdout.log"))
        );
    }

    [TestMethod]
    public void Two_lists_in_one_element_are_an_error() =>
        Said(
            "MATTER2042",
            "Include=\"x_",
            InTarget("""<CampaignTask Include="x_%(El.Identity)_%(T.Identity)" Command="true" />"""),
            "%(El.…)",
            "pairs",
            times: 5
        );

    [TestMethod]
    [DataRow("x_%(El.Sybol)")]
    [DataRow("%(El.Sybol)x")]
    [DataRow("x_%(Elm.Identity)_y")]
    [DataRow("x_$(Undefined)_%(El.Identity)")]
    public void An_id_with_an_empty_part_is_an_error(string id) =>
        Said(
            "MATTER2042",
            "<CampaignTask Include=",
            InTarget($"""<CampaignTask Include="{id}" Command="true" />"""),
            "empty part",
            times: 0
        );

    [TestMethod]
    public void Metadata_that_a_list_does_not_have_are_a_warning()
    {
        using var workspace = new TestWorkspace(InTarget("""<CampaignTask Include="x_%(El.Identity)" Command="echo %(El.Sybol)" />"""));

        StringAssert.Contains(workspace.Build("Build").Succeeded().Warnings.Single().Message, "%(El.Sybol)");
    }

    [TestMethod]
    public void Dependencies_on_an_empty_list_are_a_warning()
    {
        using var workspace = new TestWorkspace(
            """<ItemGroup><El Include="Cu" /><CampaignTask Include="a" Command="true" DependsOn="@(Ell->'fit_%(Identity)')" /></ItemGroup>"""
        );

        StringAssert.Contains(workspace.Build("Build").Succeeded().Warnings.Single().Message, "@(Ell->");
    }

    [TestMethod]
    public void Update_in_a_target_is_an_error() =>
        Said(
            "MATTER2042",
            "Update",
            InTarget(
                """
                <CampaignTask Include="x_%(El.Identity)" Command="true" />
                    <CampaignTask Update="x_Cu" Cores="1" />
                """
            ),
            "Condition=\"'%(Identity)' == 'x_Cu'\""
        );

    [TestMethod]
    [DataRow("<ItemGroup><CampaignTasks Include=\"b\" Command=\"true\" /></ItemGroup>", "'CampaignTask'")]
    [DataRow("<ItemGroup><CampainTask Include=\"b\" Command=\"true\" /></ItemGroup>", "'CampaignTask'")]
    [DataRow("<Target Name=\"T\" BeforeTargets=\"CollectCampaignTask\" />", "'CollectCampaignTasks'")]
    [DataRow("<PropertyGroup><MatterStackCacheMod>off</MatterStackCacheMod></PropertyGroup>", "'MatterStackCacheMode'")]
    [DataRow("<PropertyGroup><MatterstackRunDirectory>x</MatterstackRunDirectory></PropertyGroup>", "'MatterStackRunsDirectory'")]
    public void A_misspelt_name_of_the_project_is_an_error(string text, string meant) =>
        Said("MATTER2041", text[..30], "<ItemGroup><CampaignTask Include=\"a\" Command=\"true\" /></ItemGroup>\n" + text, meant);

    [TestMethod]
    public void Names_of_ones_own_are_left_alone()
    {
        using var workspace = new TestWorkspace(
            """
            <PropertyGroup><MatterStackVersion>1</MatterStackVersion><MatterStackTaskHost>false</MatterStackTaskHost></PropertyGroup>
            <ItemGroup><CampaignTasks Include="a" /><_CampaignTask Include="b" /><CampaignTask Include="@(CampaignTasks)" Command="true" /></ItemGroup>
            """
        );

        Assert.IsEmpty(workspace.Build("Build").Succeeded().Warnings);
    }

    [TestMethod]
    [DataRow("DependOn", "DependsOn")]
    [DataRow("Comand", "Command")]
    [DataRow("command_", "Command")]
    [DataRow("Outptus", "Outputs")]
    [DataRow("TimeLimit", "TimeLimitMinutes")]
    [DataRow("Memory", "MemoryGb")]
    [DataRow("MaxAttempt", "MaxAttempts")]
    [DataRow("OperatorsKey", "OperatorKey")]
    [DataRow("Envs", "Env")]
    public void Misspelt_metadata_are_an_error_where_they_stand(string name, string meant)
    {
        using var workspace = new TestWorkspace($"<ItemGroup>\n<CampaignTask Include=\"a\" Command=\"true\"\n{name}=\"b\" /></ItemGroup>");

        foreach (var target in (string[])["Build", "Init", "Loop"])
        {
            var error = workspace.Build(target).Failed().Error;
            Assert.AreEqual("MATTER2006", error.Code);
            Assert.AreEqual(workspace.LineOf(name + "="), error.LineNumber);
            StringAssert.Contains(error.Message, $"'{meant}'");
        }

        Assert.IsFalse(Directory.Exists(workspace.Runs));
    }

    [TestMethod]
    public void Metadata_of_ones_own_are_left_alone_where_the_project_reads_them_and_are_one_warning_where_it_does_not()
    {
        using var workspace = new TestWorkspace(
            """
            <ItemGroup>
              <Grid Include="p" Charge="1" /><Grid Include="q" Charge="2" />
              <CampaignTask Include="@(Grid->'x_%(Identity)')" Command="true" />
              <CampaignTask Include="y" Element="Cu" Scale="1" Command="echo %(Element)" />
            </ItemGroup>
            <Target Name="T" BeforeTargets="CollectCampaignTasks"><Message Text="@(CampaignTask->Metadata('Scale'))" /></Target>
            """
        );

        var warning = workspace.Build("Build").Succeeded().Warnings.Single();

        Assert.AreEqual("MATTER2006", warning.Code);
        StringAssert.Contains(warning.Message, "'x_p' and 1 more: metadata 'Charge'");
    }

    private static string InTarget(string items) =>
        $"""
            <ItemGroup><El Include="Cu;Ni" Mass="1" /><T Include="300;600" /></ItemGroup>
            <Target Name="Tasks" BeforeTargets="CollectCampaignTasks">
              <ItemGroup>
                {items}
              </ItemGroup>
            </Target>
            """;

    // Errors of one code at the line that holds the marker; no run is made.
    private static void Said(string code, string marker, string body, params ReadOnlySpan<string> parts) =>
        Said(code, marker, body, parts, 1);

    private static void Said(string code, string marker, string body, string part, string other, int times) =>
        Said(code, marker, body, [part, other], times);

    private static void Said(string code, string marker, string body, string part, int times) => Said(code, marker, body, [part], times);

    private static void Said(string code, string marker, string body, ReadOnlySpan<string> parts, int times)
    {
        using var workspace = new TestWorkspace(body);

        var answer = workspace.Build("Loop").Failed();

        if (times == 1)
        {
            Assert.HasCount(1, answer.Errors, answer.Said);
        }

        BuildErrorEventArgs error = answer.Errors.First(e => e.Code == code);
        Assert.AreEqual(workspace.Project, error.File);
        Assert.AreEqual(workspace.LineOf(marker), error.LineNumber, answer.Said);
        Assert.IsGreaterThan(0, error.ColumnNumber);
        foreach (var part in parts)
        {
            StringAssert.Contains(error.Message, part);
        }

        Assert.IsFalse(Directory.Exists(workspace.Runs));
    }
}
