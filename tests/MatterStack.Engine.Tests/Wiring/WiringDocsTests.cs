using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using MatterStack.Engine.Commands.Hosting;
using MatterStack.Engine.Wiring;
using MatterStack.Engine.Wiring.Parsing;

namespace MatterStack.Engine.Tests.Wiring;

/// <summary>What docs/wiring.md and docs/operators-yaml.md say is so.</summary>
[TestClass]
public sealed partial class WiringDocsTests
{
    private static readonly string Wiring = Read("wiring.md");

    [TestMethod]
    public void Every_yaml_example_is_read_without_a_problem()
    {
        var examples = new[] { "wiring.md", "operators-yaml.md" }
            .SelectMany(static name => YamlBlocks().Matches(Read(name)))
            .Select(static block => block.Groups[1].Value)
            .ToArray();

        Assert.HasCount(4, examples);
        foreach (var example in examples)
        {
            OperatorsFile.Parse(Encoding.UTF8.GetBytes(example), "example", Schedulers.Schema, outside: null).GetValueOrThrow();
        }
    }

    [TestMethod]
    public void Every_code_named_exists()
    {
        foreach (Match code in Codes().Matches(Wiring))
        {
            Assert.IsTrue(KnownCodes.ListIn(typeof(WiringCodes)).Any(known => known.Code == code.Value), code.Value);
        }
    }

    [TestMethod]
    public void Every_field_and_source_and_event_is_described()
    {
        var world = new WiringWorld().With("/c.yaml", LegacyTests.Curc).With("/o.yaml", WiringWorld.Two);
        world.Resolve(static request => request with { HpcConfig = "/c.yaml" }).GetValueOrThrow();
        world.Resolve(static request => request with { OperatorsConfig = "/o.yaml" });

        var line = JsonDocument.Parse(world.Disk.Text(WiringWorld.History).Split('\n')[0]).RootElement;
        var names = line.EnumerateObject()
            .Concat(world.Json(WiringWorld.Metadata).EnumerateObject())
            .Select(static property => property.Name)
            .Concat(Enum.GetValues<WiringSource>().Select(static source => source.ToText()))
            .Concat(Enum.GetValues<WiringEventKind>().Select(static kind => kind.ToText()))
            .Append("drift_noticed_sha256");
        foreach (var name in names)
        {
            Assert.Contains($"`{name}`", Wiring);
        }
    }

    private static string Read(string name) => File.ReadAllText(Path.Combine(Corpus.Repository, "docs", name)).ReplaceLineEndings("\n");

    [GeneratedRegex("```yaml\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex YamlBlocks();

    [GeneratedRegex("MATTER[0-9]{4}")]
    private static partial Regex Codes();
}
