using MatterStack.Acceptance.Support;

namespace MatterStack.Acceptance;

/// <summary>The worked example of <c>docs/operators-of-your-own.md</c>, as a user would type it in, and what goes wrong with it.</summary>
[TestClass]
[OSCondition(ConditionMode.Exclude, OperatingSystems.Windows)]
public sealed class OwnOperatorTests
{
    private const string Code = "class FurnaceProvider";

    [TestMethod]
    public void The_documented_operator_compiles_is_found_and_does_the_work()
    {
        using var campaign = Anneal();

        campaign.Build("Build", "-p:TreatWarningsAsErrors=true").Succeeded().Says("2 tasks are valid");
        campaign.Build("Loop").Succeeded().Says("COMPLETED");

        Assert.AreEqual("anneal at 650 °C with {\"hours\": 3}\n", campaign.Run().File("look", "stdout.log"));
        Assert.AreEqual("furnace at 650 °C", campaign.Run().Attempt("anneal", "external_id"));
        // Targets that compile nothing know the kind, too.
        campaign.Build("Status").Succeeded();
        campaign.Build("Explain").Succeeded().Says("Operator wiring: source=workspace_default");
        campaign.Build("WiringDiff").Succeeded();
        campaign.Build("ExportEvidence").Succeeded();
        // Whoever checks has the evidence, not the program.
        campaign.Build("VerifyEvidence").Succeeded().Says("is whole");
        using var stranger = new Campaign("");
        stranger.Build("VerifyEvidence", $"-p:EvidencePath={Path.Combine(campaign.Run().Folder, "evidence")}").Succeeded().Says("is whole");
        campaign.Build("CheckRun").Succeeded().Says("is sound");
    }

    [TestMethod]
    public void Its_options_are_checked_with_position_and_remedy()
    {
        using var campaign = Anneal();
        campaign.Write(
            "operators.yaml",
            """
            operators:
              local.default: { kind: local, backend: { type: local } }
              furnace.tube2: { kind: furnace, celsius: 9000 }
              furnace.tube3: { kind: furnace, celsus: 650 }
            """
        );

        campaign
            .Build("Build")
            .Failed(
                "operators.yaml(3,44,3,48): error",
                "an integer from 20 to 1200",
                "operators.yaml(4,35,4,41): error",
                "Did you mean 'celsius'?"
            );
    }

    [TestMethod]
    public void An_operator_that_throws_fails_its_attempt_and_names_itself()
    {
        using var campaign = Anneal();
        campaign.Write(
            "Furnace.cs",
            Page.Example("operators-of-your-own.md", "csharp", Code)
                .Replace(
                    "context.Attempts.PrepareFolder(request);",
                    "throw new InvalidOperationException(\"no power\");",
                    StringComparison.Ordinal
                )
        );

        campaign.Build("Loop", "-p:MatterStackInfrastructureRetries=0").Failed("MATTER4030", "Anneal.Furnace", "no power");

        Assert.AreEqual("FAILED_INIT", campaign.Run().Attempt("anneal"));
    }

    [TestMethod]
    public void A_kind_that_is_built_in_cannot_be_replaced()
    {
        using var campaign = Anneal();
        campaign.Write(
            "Furnace.cs",
            Page.Example("operators-of-your-own.md", "csharp", Code).Replace("new(\"furnace\"", "new(\"human\"", StringComparison.Ordinal)
        );

        campaign.Build("Build").Failed("MATTER4030", "Anneal.FurnaceProvider serves the kind 'human', which is built in");
    }

    private static Campaign Anneal()
    {
        var campaign = new Campaign("", name: "anneal");
        File.Delete(campaign.Project);
        campaign.Write(
            "Directory.Build.props",
            "<Project><PropertyGroup><MatterStackCampaign>true</MatterStackCampaign></PropertyGroup></Project>"
        );
        campaign.Write("Directory.Build.targets", $"""<Project><Import Project="{Repository.Targets}" /></Project>""");
        campaign.Write("anneal.csproj", Page.Example("operators-of-your-own.md", "xml", "<Project Sdk="));
        campaign.Write("operators.yaml", Page.Example("operators-of-your-own.md", "yaml", "furnace.tube2"));
        campaign.Write("Furnace.cs", Page.Example("operators-of-your-own.md", "csharp", Code));
        return campaign;
    }
}
