using System.Text.Json;
using System.Text.Json.Nodes;
using MatterStack.Acceptance.Support;

namespace MatterStack.Acceptance;

/// <summary>Evidence, checked by tools that are not ours.</summary>
[TestClass]
public sealed class EvidenceTests
{
    private const string Tasks = """
          <ItemGroup>
            <CampaignTask Include="a" Command="echo result > out.txt; cat in.txt" Files="in.txt" Outputs="out.txt" Env="$OUT;COLOUR=red" />
            <CampaignTask Include="b" DependsOn="a" Command="cat deps/a/out.txt; exit 3" AllowFailure="true" />
            <CampaignTask Include="c" DependsOn="a" Kind="Gate" Message="Good?" />
          </ItemGroup>
        """;

    [TestMethod]
    public void A_reader_checks_every_byte_with_sha256sum_and_VerifyEvidence_names_what_has_changed()
    {
        using var campaign = Exported("-p:EvidenceFormat=bag");
        var run = campaign.Run();

        Expect(0, "sha256sum -c --quiet --strict manifest-sha256.txt", Evidence(campaign));
        campaign.Build("VerifyEvidence").Succeeded().Says("is whole");
        campaign.Build("VerifyEvidence", $"-p:EvidencePath={run.Folder}/evidence-{run.Id}.zip").Succeeded();
        if (Shell.Run("unzip -v").Code == 0)
        {
            Expect(
                0,
                $"unzip -q evidence-{run.Id}.zip -d unpacked && cd unpacked/* && sha256sum -c --quiet --strict manifest-sha256.txt && "
                    + $"sha256sum -c --quiet --strict tagmanifest-sha256.txt && cd data && sha256sum -c --quiet --strict "
                    + $"manifest-sha256.txt",
                run.Folder
            );
        }

        File.AppendAllText(Path.Combine(Evidence(campaign), "tasks/a@1/work/out.txt"), "x");
        campaign.Build("VerifyEvidence").Failed("error MATTER5011").Says("'tasks/a@1/work/out.txt'");
        Expect(1, "sha256sum -c --quiet manifest-sha256.txt", Evidence(campaign));
    }

    [TestMethod]
    [DataRow("EC -pkeyopt ec_paramgen_curve:P-256")]
    [DataRow("ED25519")]
    public void A_signature_is_verified_with_openssl_by_the_documented_commands(string algorithm)
    {
        Require.Component("openssl");
        using var campaign = new Campaign("  <ItemGroup><CampaignTask Include=\"a\" Command=\"true\" /></ItemGroup>");
        Expect(
            0,
            $"openssl genpkey -algorithm {algorithm} -out key.pem && openssl pkey -in key.pem -pubout -out key.pub && openssl genpkey "
                + $"-algorithm {algorithm} -out other.pem",
            campaign.Folder
        );
        campaign.Build("Loop").Succeeded();
        campaign.Build("ExportEvidence", "-p:EvidenceKey=key.pem").Succeeded();
        campaign.Build("VerifyEvidence", "-p:EvidenceKey=key.pub").Succeeded().Says("signed with sha256:");
        campaign.Build("VerifyEvidence", "-p:EvidenceKey=other.pem").Failed("error MATTER5031");

        // Word for word as the page says.
        var page = File.ReadAllText(Path.Combine(Repository.Folder, "docs", "evidence.md"));
        var commands = page.Split("```")
            .Single(block =>
                block.Contains("statement.pae", StringComparison.Ordinal) && block.Contains("DSSEv1", StringComparison.Ordinal)
            )
            .Trim()
            .Split('\n');
        if (algorithm == "ED25519")
        {
            commands[3] = page.Split('`').Single(s => s.StartsWith("openssl pkeyutl -verify", StringComparison.Ordinal));
        }

        var script = string.Join(" && ", commands)
            .Replace("/tmp/", campaign.Signs + "/", StringComparison.Ordinal)
            .Replace("key.pub", campaign.Folder + "/key.pub", StringComparison.Ordinal);
        StringAssert.Contains(Expect(0, script, Evidence(campaign)), "the statement is about this bundle");
        File.AppendAllText(Path.Combine(Evidence(campaign), "manifest-sha256.txt"), "\n");
        Assert.AreNotEqual(0, Shell.Run(script, Evidence(campaign)).Code);
    }

    // The competency questions of the Workflow Run RO-Crate working group that a run of ours can answer.
    [TestMethod]
    public void The_competency_questions_of_the_standard_are_answered_by_SPARQL()
    {
        Require.Component("rdflib");
        using var campaign = Exported();
        var crate = JsonNode.Parse(File.ReadAllText(Path.Combine(Evidence(campaign), "ro-crate-metadata.json")))!;
        // The contexts are on the web; what they say of the words in use here is this.
        crate["@context"] = JsonNode.Parse(
            """
            {"@vocab": "http://schema.org/", "File": "http://schema.org/MediaObject", "ComputationalWorkflow": "https://bioschemas.org/ComputationalWorkflow",
             "conformsTo": "http://purl.org/dc/terms/conformsTo", "environment": "https://w3id.org/ro/terms/workflow-run#environment", "sha256": "https://w3id.org/ro/terms/workflow-run#sha256"}
            """
        );
        File.WriteAllText(campaign.Sign("crate.json"), crate.ToJsonString());
        File.WriteAllText(
            campaign.Sign("ask.py"),
            """
            import json, sys, rdflib
            g = rdflib.Graph()
            g.parse(sys.argv[1], format="json-ld", publicID="http://crate.example/")
            print(json.dumps([[str(v) for v in row] for row in g.query("PREFIX s: <http://schema.org/> PREFIX w: <https://w3id.org/ro/terms/workflow-run#> " + sys.argv[2])]))
            """
        );

        List<string[]> Ask(string query) =>
            JsonSerializer.Deserialize<List<string[]>>(Expect(0, $"/usr/bin/python3 ask.py crate.json '{query}'", campaign.Signs))!;

        var wiring = campaign.Run().Attempt("a", "wiring_sha256");
        Assert.IsTrue(
            Ask("SELECT ?c WHERE { ?o a s:OrganizeAction ; s:object ?c . FILTER NOT EXISTS { ?c a s:ControlAction } }")
                .Single()[0]
                .EndsWith(wiring + ".yaml", StringComparison.Ordinal),
            "configuration of the engine"
        );
        Assert.HasCount(
            3,
            Ask(
                $"SELECT ?a WHERE {{ ?a a s:CreateAction ; s:instrument ?t ; s:object ?f . ?t a s:SoftwareApplication . "
                    + $"?f w:sha256 \"{wiring}\" }}"
            ),
            "configuration of each step"
        );
        Assert.HasCount(
            3,
            Ask(
                "SELECT ?start ?end WHERE { ?a a s:CreateAction ; s:instrument ?t ; s:startTime ?start ; s:endTime ?end . "
                    + "?t a s:SoftwareApplication }"
            ),
            "how long each step took"
        );
        Assert.HasCount(
            1,
            Ask("SELECT ?start ?end WHERE { ?d s:mainEntity ?w . ?a s:instrument ?w ; s:startTime ?start ; s:endTime ?end }"),
            "how long the run took"
        );
        StringAssert.Contains(
            Ask("SELECT ?n ?e WHERE { ?a a s:CreateAction ; s:name ?n ; s:actionStatus s:FailedActionStatus ; s:error ?e }").Single()[1],
            "exit code 3",
            "what failed"
        );
        Assert.IsTrue(
            Ask("SELECT ?in WHERE { ?d s:mainEntity ?w . ?a s:instrument ?w ; s:object ?in }")
                .Single()[0]
                .Contains("inputs/", StringComparison.Ordinal),
            "inputs of the run"
        );
        CollectionAssert.AreEquivalent(
            (string[])["http://crate.example/tasks/a@1/work/out.txt", "http://crate.example/tasks/c@1/work/results.json"],
            Ask("SELECT ?out WHERE { ?d s:mainEntity ?w . ?a s:instrument ?w ; s:result ?out }").ConvertAll(r => r[0]),
            "outputs of the run"
        );
        Assert.IsNotEmpty(
            Ask("SELECT ?v WHERE { ?s a s:HowToStep ; s:workExample ?t . ?t s:softwareVersion ?v }"),
            "version of a step's tool"
        );
        Assert.AreEqual(
            "red",
            Ask("SELECT ?v WHERE { ?a w:environment ?e . ?e s:name \"COLOUR\" ; s:value ?v }").Single()[0],
            "environment of a step"
        );
        Assert.HasCount(
            1,
            Ask(
                "SELECT ?p WHERE { ?a a s:CreateAction ; s:instrument ?t ; s:agent ?who . ?t a s:SoftwareApplication . ?who a s:Person ; "
                    + "s:name ?p }"
            ),
            "who decided"
        );
    }

    [TestMethod]
    public void The_validator_of_the_crate_s_own_library_finds_nothing()
    {
        Require.Component("npm");
        using var campaign = Exported();
        foreach (var file in (string[])["package.json", "package-lock.json", "validate.cjs"])
        {
            File.Copy(Path.Combine(Repository.Folder, "tests", "crate", file), campaign.Sign(file));
        }

        var (installed, said) = Shell.Run("npm ci --ignore-scripts --no-audit --no-fund", campaign.Signs);
        if (installed != 0)
        {
            Require.Absent("npm", "the package ro-crate could not be installed: " + said);
        }

        Assert.AreEqual("10 rules kept", Expect(0, $"node validate.cjs '{Evidence(campaign)}'", campaign.Signs).Trim());

        // It does look: a file that is not described is named, and so is one that is gone.
        File.Delete(Path.Combine(Evidence(campaign), "tasks/a@1/work/out.txt"));
        File.WriteAllText(Path.Combine(Evidence(campaign), "extra.txt"), "?");
        var found = Expect(1, $"node validate.cjs '{Evidence(campaign)}'", campaign.Signs);
        StringAssert.Contains(found, "tasks/a@1/work/out.txt");
        StringAssert.Contains(found, "extra.txt");
    }

    private static Campaign Exported(params string[] arguments)
    {
        var campaign = new Campaign(Tasks.Replace("$OUT;", "", StringComparison.Ordinal));
        campaign.Write("in.txt", "input\n");
        campaign.Build("Loop").Succeeded();
        campaign.Build("Respond", "-p:TaskId=c", "-p:Decision=approve").Succeeded();
        campaign.Build("Loop").Succeeded();
        campaign.Build("ExportEvidence", arguments).Succeeded();
        return campaign;
    }

    private static string Evidence(Campaign campaign) => Path.Combine(campaign.Run().Folder, "evidence");

    private static string Expect(int code, string command, string folder)
    {
        var (ended, said) = Shell.Run(command, folder);
        Assert.AreEqual(code, ended, said);
        return said;
    }
}
