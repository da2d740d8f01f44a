using MatterStack.Build.Tests.Support;
using Microsoft.Build.Framework;

namespace MatterStack.Build.Tests;

/// <summary>What is wrong with a campaign is said by plain build, where it is, before a run exists.</summary>
[TestClass]
public sealed partial class DiagnosticTests
{
    [TestMethod]
    public void A_duplicate_id_is_reported_where_it_is_declared_again() =>
        Reports(
            "MATTER2002",
            "again",
            """
              <ItemGroup>
                <CampaignTask Include="a" Command="first" />
                <CampaignTask Include="a" Command="again" />
              </ItemGroup>
            """,
            "'a'"
        );

    [TestMethod]
    public void Ids_that_differ_in_case_only_are_duplicates() =>
        Reports(
            "MATTER2002",
            "Include=\"Relax\"",
            """
              <ItemGroup>
                <CampaignTask Include="relax" Command="true" />
                <CampaignTask Include="Relax" Command="true" />
              </ItemGroup>
            """,
            "'relax'",
            "'Relax'",
            "case"
        );

    [TestMethod]
    public void Batching_outside_a_target_is_an_illegal_id_and_the_way_out_is_named() =>
        Reports(
            "MATTER2001",
            "eos_",
            """
              <ItemGroup>
                <Element Include="Ni;Cu" />
                <CampaignTask Include="eos_%(Element.Identity)" Command="true" />
              </ItemGroup>
            """,
            "CollectCampaignTasks"
        );

    [TestMethod]
    [DataRow("a b")]
    [DataRow(".hidden")]
    [DataRow("-a")]
    [DataRow("a:b")]
    [DataRow("größe")]
    public void An_id_that_cannot_be_a_folder_is_refused(string id) =>
        Reports(
            "MATTER2001",
            "CampaignTask",
            $"""
              <ItemGroup><CampaignTask Include="{id}" Command="true" /></ItemGroup>
            """,
            $"'{id}'"
        );

    [TestMethod]
    public void An_unknown_dependency_is_reported_with_the_name_that_was_meant() =>
        Reports(
            "MATTER2003",
            "rank",
            """
              <ItemGroup>
                <CampaignTask Include="relax_Ni" Command="true" />
                <CampaignTask Include="rank" DependsOn="relax_ni2" Command="true" />
              </ItemGroup>
            """,
            "'relax_ni2'",
            "Did you mean 'relax_Ni'?"
        );

    [TestMethod]
    public void A_circle_is_reported_with_its_tasks() =>
        Reports(
            "MATTER2004",
            "Include=\"a\"",
            """
              <ItemGroup>
                <CampaignTask Include="a" DependsOn="c" Command="true" />
                <CampaignTask Include="b" DependsOn="a" Command="true" />
                <CampaignTask Include="c" DependsOn="b" Command="true" />
              </ItemGroup>
            """,
            "a -> c -> b -> a"
        );

    [TestMethod]
    public void A_task_that_depends_on_itself_is_a_circle() =>
        Reports(
            "MATTER2004",
            "CampaignTask",
            """
              <ItemGroup><CampaignTask Include="a" DependsOn="a" Command="true" /></ItemGroup>
            """,
            "a -> a"
        );

    [TestMethod]
    public void A_file_that_is_not_there_is_reported() =>
        Reports(
            "MATTER2007",
            "CampaignTask",
            """
              <ItemGroup><CampaignTask Include="a" Command="true" Files="missing.py" /></ItemGroup>
            """,
            "'missing.py'"
        );

    [TestMethod]
    public void A_pattern_that_fits_no_file_is_reported() =>
        Reports(
            "MATTER2007",
            "CampaignTask",
            """
              <ItemGroup><CampaignTask Include="a" Command="true" Files="potentials/*.%2A" /></ItemGroup>
            """,
            "potentials/"
        );

    [TestMethod]
    [DataRow("Files", "../outside")]
    [DataRow("Files", "/etc/hostname")]
    [DataRow("Outputs", "../../state.sqlite")]
    public void A_path_that_leaves_its_folder_is_refused(string metadata, string path) =>
        Reports(
            "MATTER2008",
            "CampaignTask",
            $"""
              <ItemGroup><CampaignTask Include="a" Command="true" {metadata}="{path}" /></ItemGroup>
            """,
            path,
            metadata
        );

    [TestMethod]
    public void A_project_without_tasks_is_reported() => Reports("MATTER2010", null, "");

    [TestMethod]
    public void A_task_for_a_machine_needs_a_command() =>
        Reports(
            "MATTER2009",
            "CampaignTask",
            """
              <ItemGroup><CampaignTask Include="a" /></ItemGroup>
            """,
            "'a'"
        );

    [TestMethod]
    public void The_placeholder_of_the_program_needs_a_program() =>
        Reports(
            "MATTER2011",
            "CampaignTask",
            """
              <ItemGroup><CampaignTask Include="a" Command="{campaign} energy" /></ItemGroup>
            """,
            "{campaign}"
        );

    [TestMethod]
    [DataRow("Cores", "0")]
    [DataRow("Cores", "two")]
    [DataRow("Cores", "1.5")]
    [DataRow("MemoryGb", "-1")]
    [DataRow("MemoryGb", "1,5")]
    [DataRow("Gpus", "-1")]
    [DataRow("TimeLimitMinutes", "0")]
    [DataRow("TimeLimitMinutes", "soon")]
    [DataRow("AllowFailure", "yes")]
    [DataRow("AllowDependencyFailure", "1")]
    [DataRow("MaxAttempts", "0")]
    [DataRow("RetryMemoryFactor", "no")]
    [DataRow("Kind", "Dance")]
    [DataRow("Cache", "never")]
    [DataRow("Env", "1A=b")]
    [DataRow("Env", "novalue")]
    [DataRow("Env", "MATTERSTACK_TASK_ID=x")]
    [DataRow("Parameters", "{not json")]
    [DataRow("OperatorKey", "no key")]
    [DataRow("DependsOn", "a b")]
    public void An_illegal_value_of_metadata_is_reported_with_what_it_takes(string name, string value) =>
        Reports(
            "MATTER2005",
            "CampaignTask",
            $"""
              <ItemGroup><CampaignTask Include="a" Command="true" {name}="{value}" /></ItemGroup>
            """,
            name,
            value,
            "It takes"
        );

    [TestMethod]
    public void A_per_cent_sign_that_MSBuild_takes_for_an_escape_is_reported() =>
        Reports(
            "MATTER2005",
            "CampaignTask",
            """
              <ItemGroup><CampaignTask Include="a" Command="printf '%05d' 7" /></ItemGroup>
            """,
            "U+0005",
            "%25"
        );

    [TestMethod]
    public void All_that_is_wrong_is_said_at_once()
    {
        using var workspace = new TestWorkspace(
            """
              <ItemGroup>
                <CampaignTask Include="a" Command="true" Cores="none" />
                <CampaignTask Include="b" Command="true" MaxAttempts="-1" />
                <CampaignTask Include="c d" Command="true" />
              </ItemGroup>
            """
        );

        var answer = workspace.Build("Build").Failed();

        CollectionAssert.AreEquivalent(
            (string[])["MATTER2001", "MATTER2005", "MATTER2005"],
            answer.Errors.Select(e => e.Code).ToArray(),
            answer.Said
        );
    }

    [TestMethod]
    public void A_campaign_with_an_error_makes_no_run()
    {
        using var workspace = new TestWorkspace("""<ItemGroup><CampaignTask Include="a" Command="true" DependsOn="gone" /></ItemGroup>""");

        foreach (var target in (string[])["Init", "Step", "Loop"])
        {
            Assert.AreEqual("MATTER2003", workspace.Build(target).Failed().Error.Code, target);
        }

        Assert.IsFalse(Directory.Exists(workspace.Runs));
    }

    [TestMethod]
    public void A_task_that_an_imported_file_declares_is_reported_there()
    {
        using var workspace = new TestWorkspace("""<Import Project="more.targets" />""");
        var more = workspace.Write(
            "more.targets",
            "<Project>\n  <ItemGroup>\n    <CampaignTask Include=\"a\" Command=\"true\" Cores=\"none\" />\n  </ItemGroup>\n</Project>\n"
        );

        var error = workspace.Build("Build").Failed().Error;

        Assert.AreEqual(more, error.File);
        Assert.AreEqual(3, error.LineNumber);
    }

    [TestMethod]
    public void A_task_that_a_target_makes_by_batching_is_reported_at_its_element()
    {
        using var workspace = new TestWorkspace(
            """
              <ItemGroup><Element Include="Ni;Cu" /></ItemGroup>
              <Target Name="Declare" BeforeTargets="CollectCampaignTasks">
                <ItemGroup>
                  <CampaignTask Include="fine" Command="true" />
                  <CampaignTask Include="eos_%(Element.Identity)" Command="true" Cores="none" />
                </ItemGroup>
              </Target>
            """
        );

        var answer = workspace.Build("Build").Failed();

        Assert.HasCount(2, answer.Errors, answer.Said);
        Assert.IsTrue(answer.Errors.All(e => e.LineNumber == workspace.LineOf("eos_") && e.File == workspace.Project), answer.Said);
    }

    [TestMethod]
    public void A_run_continues_although_the_workspace_has_become_invalid()
    {
        using var workspace = new TestWorkspace("""<ItemGroup><CampaignTask Include="a" Command="true" /></ItemGroup>""");
        workspace.Build("Init").Succeeded();
        workspace.Declare("""<ItemGroup><CampaignTask Include="a" Command="true" Cores="none" /></ItemGroup>""");
        workspace.Write("operators.yaml", "operators: [");

        var answer = workspace.Build("Loop").Succeeded();

        Assert.AreEqual("COMPLETED", answer.Item.GetMetadata("state"));
        Assert.IsTrue(answer.Warnings.Any(w => w.Code == "MATTER2005"), answer.Said);
    }

    // One error, with its code, at the line of the project that holds the marker.
    private static void Reports(string code, string? marker, string body, params ReadOnlySpan<string> parts)
    {
        using var workspace = new TestWorkspace(body);

        var answer = workspace.Build("Build").Failed();

        BuildErrorEventArgs error = answer.Error;
        Assert.AreEqual(code, error.Code, answer.Said);
        Assert.AreEqual(workspace.Project, error.File);
        if (marker is not null)
        {
            Assert.AreEqual(workspace.LineOf(marker), error.LineNumber, answer.Said);
            Assert.IsGreaterThan(0, error.ColumnNumber, answer.Said);
        }

        foreach (var part in parts)
        {
            StringAssert.Contains(error.Message, part);
        }

        Assert.AreEqual(1, Directory.GetFileSystemEntries(workspace.Folder).Length, "nothing is written");
    }
}
