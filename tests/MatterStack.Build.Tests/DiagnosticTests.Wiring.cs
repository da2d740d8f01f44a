using MatterStack.Build.Tests.Support;

namespace MatterStack.Build.Tests;

/// <content>Errors of the wiring.</content>
public sealed partial class DiagnosticTests
{
    [TestMethod]
    public void An_operator_key_that_the_wiring_does_not_have_is_reported_with_the_one_that_was_meant() =>
        Reports(
            "MATTER2012",
            "CampaignTask",
            """
              <ItemGroup><CampaignTask Include="a" Command="true" OperatorKey="local.defualt" /></ItemGroup>
            """,
            "'local.defualt'",
            "local.default"
        );

    [TestMethod]
    public void An_unknown_operator_key_makes_no_run()
    {
        using var workspace = new TestWorkspace(
            """<ItemGroup><CampaignTask Include="a" Command="true" OperatorKey="local.other" /></ItemGroup>"""
        );

        foreach (var target in (string[])["Init", "Step", "Loop"])
        {
            Assert.AreEqual("MATTER2012", workspace.Build(target).Failed().Error.Code, target);
        }

        Assert.HasCount(0, workspace.Build("ListRuns").Succeeded().Items);
        Assert.HasCount(0, Directory.GetDirectories(workspace.Runs), "nor a part of one");
    }

    [TestMethod]
    public void A_syntax_error_in_the_wiring_is_reported_with_its_place()
    {
        using var workspace = new TestWorkspace("""<ItemGroup><CampaignTask Include="a" Command="true" /></ItemGroup>""");
        var wiring = workspace.Write("operators.yaml", "operators:\n  local.default: { kind: local\n");

        var error = workspace.Build("Build").Failed().Error;

        Assert.AreEqual(wiring, error.File);
        StringAssert.StartsWith(error.Code, "MATTER1");
        Assert.IsGreaterThanOrEqualTo(2, error.LineNumber);
        Assert.IsGreaterThanOrEqualTo(1, error.ColumnNumber);
    }

    [TestMethod]
    public void All_errors_of_the_wiring_and_of_the_campaign_are_said_at_once()
    {
        using var workspace = new TestWorkspace("""<ItemGroup><CampaignTask Include="a" Command="true" Cores="none" /></ItemGroup>""");
        workspace.Write(
            "operators.yaml",
            "operators:\n  local.default: { kind: local, backend: { type: local }, max_concurrent: 0 }\n  human.default: { kind: human, "
                + "backend: { type: local } }\nnonsense: 1\n"
        );

        var answer = workspace.Build("Build").Failed();

        Assert.HasCount(4, answer.Errors, answer.Said);
        Assert.IsTrue(
            answer.Errors.All(e => e is { LineNumber: > 0, ColumnNumber: > 0 } && e.Code.StartsWith("MATTER", StringComparison.Ordinal)),
            answer.Said
        );
    }

    [TestMethod]
    public void A_schema_for_editors_that_cannot_be_written_is_reported_in_one_line_and_keeps_nobody_waiting()
    {
        using var workspace = new TestWorkspace();
        workspace.Declare("<ItemGroup><CampaignTask Include=\"a\" Command=\"true\" /></ItemGroup>");
        workspace.Write(
            "operators.yaml",
            "# yaml-language-server: $schema=.matterstack/operators.schema.json\noperators:\n  local.default: { kind: local }\n"
        );
        // As in a folder that may only be read: no folder can be made there, by nobody.
        workspace.Write(".matterstack", "");

        var built = workspace.Build("Build").Succeeded();

        Assert.IsEmpty(built.Warnings, built.Said);
        Assert.AreEqual(
            1,
            built.Said.Split('\n').Count(line => line.Contains("operators.schema.json", StringComparison.Ordinal)),
            built.Said
        );
    }
}
