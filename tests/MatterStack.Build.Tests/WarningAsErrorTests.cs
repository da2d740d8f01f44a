using MatterStack.Build.Tests.Support;

namespace MatterStack.Build.Tests;

/// <summary>Who makes errors of warnings gets no run that begins in spite of them.</summary>
[TestClass]
public sealed class WarningAsErrorTests
{
    // Metadata that nothing reads.
    private const string Odd = """<ItemGroup><CampaignTask Include="a" Command="true" Colour="red" /></ItemGroup>""";

    [TestMethod]
    [DataRow("TreatWarningsAsErrors", "true")]
    [DataRow("MSBuildTreatWarningsAsErrors", "true")]
    [DataRow("MSBuildWarningsAsErrors", "MATTER2006")]
    [DataRow("WarningsAsErrors", "MATTER2006")]
    public void A_warning_of_the_campaign_keeps_a_run_from_being_made(string property, string value)
    {
        using var workspace = new TestWorkspace($"<PropertyGroup><{property}>{value}</{property}></PropertyGroup>" + Odd);

        foreach (var target in (string[])["Build", "Init", "Step", "Loop"])
        {
            var answer = workspace.Build(target).Failed();
            Assert.IsTrue(answer.Errors.Any(e => e.Code == "MATTER2006"), answer.Said);
        }

        Assert.IsFalse(Directory.Exists(workspace.Runs) && Directory.GetDirectories(workspace.Runs).Length > 0, "no run");
    }

    [TestMethod]
    public void Without_it_the_warning_is_one_and_the_run_continues()
    {
        using var workspace = new TestWorkspace(Odd);

        Assert.AreEqual("MATTER2006", workspace.Build("Loop").Succeeded().Warnings.Single().Code);
    }

    [TestMethod]
    public void A_code_that_is_not_named_stays_a_warning()
    {
        using var workspace = new TestWorkspace(
            "<PropertyGroup><MSBuildWarningsAsErrors>MATTER3041</MSBuildWarningsAsErrors></PropertyGroup>" + Odd
        );

        workspace.Build("Loop").Succeeded();
    }

    [TestMethod]
    public void A_change_of_the_campaign_stops_a_run_that_is_under_way_each_time()
    {
        using var workspace = new TestWorkspace("""<ItemGroup><CampaignTask Include="a" Command="true" /></ItemGroup>""");
        workspace.Build("Init").Succeeded();
        workspace.Declare(
            """<PropertyGroup><MSBuildTreatWarningsAsErrors>true</MSBuildTreatWarningsAsErrors></PropertyGroup><ItemGroup><CampaignTask Include="a" Command="false" /></ItemGroup>"""
        );

        for (var i = 0; i < 2; i++)
        {
            var answer = workspace.Build("Loop").Failed();
            CollectionAssert.AreEquivalent(
                (string[])["MATTER3009", "MATTER3042"],
                answer.Errors.Select(e => e.Code).ToArray(),
                answer.Said
            );
        }

        Assert.AreEqual("PENDING", workspace.Build("Status").Succeeded().Item.GetMetadata("state"));
        Assert.AreEqual(
            "MATTER3009",
            workspace.Build("Loop", ("MSBuildTreatWarningsAsErrors", "false")).Succeeded().Warnings.Single().Code
        );
    }

    [TestMethod]
    public void A_warning_of_the_wiring_keeps_a_run_from_being_made()
    {
        using var workspace = new TestWorkspace(
            """<PropertyGroup><MSBuildTreatWarningsAsErrors>true</MSBuildTreatWarningsAsErrors></PropertyGroup><ItemGroup><CampaignTask Include="a" Command="true" /></ItemGroup>"""
        );
        workspace.Write("operators.yaml", "operators:\n  local.default: { kind: local, backend: { type: local } }\n");
        var legacy = workspace.Write("hpc.yaml", "partition: short\n");

        foreach (var target in (string[])["Init", "Step", "Loop"])
        {
            var answer = workspace.Build(target, ("HpcConfig", legacy)).Failed();
            Assert.IsTrue(answer.Errors.Any(e => e.Code.StartsWith("MATTER10", StringComparison.Ordinal)), answer.Said);
        }

        Assert.IsFalse(Directory.Exists(workspace.Runs) && Directory.GetDirectories(workspace.Runs).Length > 0, "no run");
    }
}
