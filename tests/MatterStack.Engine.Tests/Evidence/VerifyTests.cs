using System.IO.Compression;
using System.Text.Json.Nodes;
using MatterStack.Engine.Commands;
using MatterStack.Engine.Commands.Hosting;
using MatterStack.Engine.Tests.Commands;

namespace MatterStack.Engine.Tests.Evidence;

/// <summary>A verifier that finds nothing proves nothing: every file is damaged, removed and added to once, and every rule
/// broken.</summary>
[TestClass]
[Slow]
[OSCondition(ConditionMode.Exclude, OperatingSystems.Windows)]
public sealed class VerifyTests : IDisposable
{
    private readonly EvidenceWorld _evidence = new EvidenceWorld().Run();

    private CommandWorld World => _evidence.World;

    public void Dispose() => _evidence.Dispose();

    [TestMethod]
    public void A_bit_that_is_flipped_in_any_file_is_found_and_the_file_is_named()
    {
        _evidence.Export();
        var random = new Random(1);
        foreach (
            var file in EvidenceWorld.FilesOf(_evidence.Evidence).Where(f => new FileInfo(Path.Combine(_evidence.Evidence, f)).Length > 0)
        )
        {
            var path = Path.Combine(_evidence.Evidence, file);
            var content = File.ReadAllBytes(path);
            var damaged = (byte[])content.Clone();
            damaged[random.Next(damaged.Length)] ^= (byte)(1 << random.Next(8));
            File.WriteAllBytes(path, damaged);

            var wrong = _evidence.Verify();

            Assert.IsNotEmpty(wrong, file);
            // A hash in the manifest that is another accuses the file that it is of.
            Assert.IsTrue(
                file == "manifest-sha256.txt" || wrong.Exists(w => w.Contains($"'{file}'", StringComparison.Ordinal)),
                $"{file}: {string.Join("; ", wrong)}"
            );
            File.WriteAllBytes(path, content);
        }

        Assert.IsEmpty(_evidence.Verify());
    }

    [TestMethod]
    public void A_file_that_is_missing_or_too_many_is_found_and_named()
    {
        _evidence.Export();
        foreach (var file in EvidenceWorld.FilesOf(_evidence.Evidence).ToList())
        {
            var (path, aside) = (Path.Combine(_evidence.Evidence, file), World.In("aside"));
            File.Move(path, aside);
            Assert.IsTrue(
                _evidence
                    .Verify()
                    .Exists(w => w.Contains("MATTER5012", StringComparison.Ordinal) && w.Contains($"'{file}'", StringComparison.Ordinal)),
                file
            );
            File.Move(aside, path);
        }

        foreach (var extra in (string[])["more.txt", "tasks/make@1/more", "operators_snapshot/by-sha256/x.yaml"])
        {
            File.WriteAllText(Path.Combine(_evidence.Evidence, extra), "");
            StringAssert.Contains(_evidence.Verify().Single(), $"'{extra}'");
            File.Delete(Path.Combine(_evidence.Evidence, extra));
        }

        File.CreateSymbolicLink(Path.Combine(_evidence.Evidence, "link"), "report.md");
        StringAssert.Contains(_evidence.Verify().Single(), "MATTER5013");
    }

    [TestMethod]
    [Slow]
    public void A_bit_that_is_flipped_anywhere_in_an_archive_is_found()
    {
        _evidence.Export(new RunArguments { EvidenceFormat = "bag" });
        var content = File.ReadAllBytes(_evidence.Archive);
        var damaged = World.In("damaged.zip");
        var random = new Random(2);
        // All of the directory's kinds of fields, and samples of the rest.
        foreach (
            var at in Enumerable
                .Range(0, 120)
                .Concat(Enumerable.Range(content.Length - 300, 300))
                .Concat(Enumerable.Range(0, 100).Select(_ => random.Next(content.Length)))
        )
        {
            content[at] ^= 4;
            File.WriteAllBytes(damaged, content);
            Assert.IsNotEmpty(EvidenceWorld.Verify(damaged), $"byte {at}");
            content[at] ^= 4;
        }

        File.WriteAllBytes(damaged, content[..^1]);
        Assert.IsNotEmpty(EvidenceWorld.Verify(damaged));
        Assert.IsEmpty(EvidenceWorld.Verify(_evidence.Archive), string.Join("; ", EvidenceWorld.Verify(_evidence.Archive)));
    }

    [TestMethod]
    public void A_bag_is_verified_unpacked_and_packed_and_one_that_breaks_its_rules_is_not()
    {
        _evidence.Export(new RunArguments { EvidenceFormat = "bag" });
        ZipFile.ExtractToDirectory(_evidence.Archive, World.In("unpacked"));
        var bag = Directory.GetDirectories(World.In("unpacked")).Single();
        Assert.IsEmpty(EvidenceWorld.Verify(bag));
        Assert.IsEmpty(EvidenceWorld.Verify(World.In("unpacked")));
        foreach (var tag in (string[])["bagit.txt", "bag-info.txt", "manifest-sha256.txt", "tagmanifest-sha256.txt", "data/report.md"])
        {
            var content = File.ReadAllBytes(Path.Combine(bag, tag));
            File.AppendAllText(Path.Combine(bag, tag), "x");
            Assert.IsNotEmpty(EvidenceWorld.Verify(bag), tag);
            File.WriteAllBytes(Path.Combine(bag, tag), content);
        }

        File.WriteAllText(Path.Combine(bag, "stray"), "");
        StringAssert.Contains(EvidenceWorld.Verify(bag).Single(), "'stray'");
    }

    [TestMethod]
    [DataRow("state", "\"RUNNING\"", "MATTER3020")]
    [DataRow("operator_sha256", "\"0000000000000000000000000000000000000000000000000000000000000000\"", "operator hash")]
    [DataRow("wiring_sha256", "\"0000000000000000000000000000000000000000000000000000000000000000\"", "not in force")]
    [DataRow("attempt_index", "7", "numbered 7")]
    [DataRow("exit_code", "5", "contradicts")]
    [DataRow("ended_at_utc", "17", "is malformed")]
    [DataRow(
        "outputs",
        """[{"path": "out put.txt", "sha256": "0000000000000000000000000000000000000000000000000000000000000000", "size": 5}]""",
        "is not what was recorded"
    )]
    [DataRow(
        "outputs",
        """[{"path": "never.txt", "sha256": "0000000000000000000000000000000000000000000000000000000000000000", "size": 5}]""",
        "'never.txt'"
    )]
    public void A_bundle_that_was_forged_together_with_its_manifest_contradicts_itself(string name, string value, string says)
    {
        _evidence.Export();

        _evidence.Forge("bundle.json", b => b["tasks"]![0]!["attempts"]![0]![name] = JsonNode.Parse(value));

        Assert.IsTrue(_evidence.Verify().Exists(w => w.Contains(says, StringComparison.Ordinal)), string.Join("; ", _evidence.Verify()));
    }

    [TestMethod]
    public void A_wiring_that_was_forged_together_with_the_manifest_breaks_its_chain()
    {
        _evidence.Export();
        var history = Path.Combine(_evidence.Evidence, "operators_snapshot/history.jsonl");
        File.WriteAllText(history, File.ReadAllText(history).Replace("\"user\":\"", "\"user\":\"x", StringComparison.Ordinal));
        _evidence.Reseal();
        // The crate describes the file with the hash that it had.
        Assert.IsTrue(
            _evidence.Verify().Exists(w => w.Contains("history.jsonl", StringComparison.Ordinal)),
            string.Join("; ", _evidence.Verify())
        );
    }

    public static IEnumerable<object[]> BrokenRules =>
        [
            ["ro-crate-metadata.json", "about", null!],
            ["ro-crate-metadata.json", "conformsTo", null!],
            ["./", "name", null!],
            ["./", "description", null!],
            ["./", "datePublished", "\"soon\""],
            ["./", "license", null!],
            ["./", "conformsTo", null!],
            ["./", "mainEntity", null!],
            ["./", "hasPart", "[]"],
            ["./", "mentions", "[]"],
            ["./", "@type", "\"Thing\""],
            ["https://w3id.org/ro/wfrun/provenance/0.5", "version", null!],
            ["workflow.json", "programmingLanguage", null!],
            ["workflow.json", "name", null!],
            ["workflow.json", "@type", "\"File\""],
            ["workflow.json", "hasPart", "[]"],
            ["workflow.json", "step", "[]"],
            ["#step-make", "workExample", null!],
            ["#run", "instrument", null!],
            ["#run", "@type", "\"Thing\""],
            ["#run-engine", "object", "[]"],
            ["#run-engine", "result", null!],
            ["#run-engine", "instrument", null!],
            ["#operator-local.default", "@type", "\"Thing\""],
            ["#run", "error", "\"none\""],
            ["#run", "actionStatus", """{"@id": "http://example.com/Good"}"""],
            ["#run", "endTime", "\"late\""],
            ["#run", "agent", """{"@id": "./"}"""],
            ["report.md", "sha256", "\"0\""],
            ["report.md", "contentSize", "\"0\""],
            ["report.md", "@id", "\"other.md\""],
            ["report.md", "@id", "\"./\""],
            ["report.md", "@type", null!],
            ["report.md", "about", """{"@id": "#nobody"}"""],
            ["report.md", "about", """{"@id": "/home/ada/report.md"}"""],
            ["#attempt", "instrument", """{"@id": "#engine"}"""],
            ["#control", "object", null!],
            ["#control", "instrument", """{"@id": "#engine"}"""],
        ];

    [TestMethod]
    public void Every_rule_of_the_crate_is_missed_when_it_is_broken()
    {
        _evidence.Export();
        var path = Path.Combine(_evidence.Evidence, "ro-crate-metadata.json");
        var good = File.ReadAllBytes(path);
        foreach (var rule in BrokenRules)
        {
            _evidence.Forge("ro-crate-metadata.json", crate =>
            {
                var entity = crate["@graph"]!
                    .AsArray()
                    .First(e =>
                        e!["@id"]!.GetValue<string>() is var id
                        && (
                            id == (string)rule[0]
                            || (rule[0] is "#attempt" or "#control" && id.StartsWith((string)rule[0] + "-", StringComparison.Ordinal))
                        )
                    )!
                    .AsObject();
                _ = entity.Remove((string)rule[1]);
                if (rule[2] is string value)
                {
                    entity[(string)rule[1]] = JsonNode.Parse(value);
                }
            });

            Assert.IsTrue(
                _evidence.Verify().Exists(w => w.Contains("MATTER5016", StringComparison.Ordinal)),
                $"{rule[0]} {rule[1]}: {string.Join("; ", _evidence.Verify())}"
            );
            File.WriteAllBytes(path, good);
            _evidence.Reseal();
        }

        Assert.IsEmpty(_evidence.Verify(), string.Join("; ", _evidence.Verify()));
    }

    [TestMethod]
    public void A_bundle_is_verified_alone_by_path_and_what_is_no_bundle_is_an_error()
    {
        _evidence.Export();
        Directory.Move(_evidence.Evidence, World.In("elsewhere"));
        Directory.Delete(World.Workspace.RunsDirectory, recursive: true);

        Assert.IsTrue(
            VerifyEvidenceCommand.Execute(World.Context(new RunArguments { EvidencePath = World.In("elsewhere") })).Success,
            _evidence.Reported()
        );
        StringAssert.Contains(World.Said[^1], "is whole");
        Assert.IsFalse(VerifyEvidenceCommand.Execute(World.Context(new RunArguments { EvidencePath = World.In("nowhere") })).Success);
        Assert.IsFalse(VerifyEvidenceCommand.Execute(World.Context(new RunArguments { EvidencePath = World.In("campaign") })).Success);
        Assert.IsFalse(
            VerifyEvidenceCommand.Execute(World.Context(new RunArguments { EvidencePath = World.In("campaign/c.proj") })).Success
        );
        Assert.AreEqual("MATTER5010 MATTER5010 MATTER5017", string.Join(' ', World.Reported.Select(p => p.Code)));
    }
}
