using System.Text.Json;
using MatterStack.Engine.Commands.Hosting;
using MatterStack.Engine.Problems;
using MatterStack.Engine.Wiring;
using MatterStack.Engine.Wiring.Parsing;

namespace MatterStack.Engine.Tests.Wiring;

[TestClass]
public sealed class JsonSchemaTests
{
    private static readonly SchemaChecker Schema = new(JsonDocument.Parse(JsonSchemaWriter.WriteSchema(Schedulers.Schema)).RootElement);

    [TestMethod]
    public void The_schema_in_the_package_is_the_one_that_the_tables_give()
    {
        var written = Path.Combine(Corpus.Repository, "build", "operators.schema.json");
        var expected = JsonSchemaWriter.WriteSchema(Schedulers.Schema);
        if (Environment.GetEnvironmentVariable("MATTERSTACK_WRITE_DOCS") == "1")
        {
            File.WriteAllText(written, expected);
        }

        Assert.AreEqual(
            expected,
            File.ReadAllText(written),
            "build/operators.schema.json is out of date: set MATTERSTACK_WRITE_DOCS=1 to write it again"
        );
    }

    [TestMethod]
    [DynamicData(nameof(Corpus.Good), typeof(Corpus))]
    public void What_the_parser_takes_the_schema_takes(string name) => Assert.IsTrue(Accepts(Corpus.Bytes("good", name)));

    [TestMethod]
    [DynamicData(nameof(Corpus.Bad), typeof(Corpus))]
    public void What_the_schema_can_see_it_refuses_like_the_parser(string name)
    {
        var bytes = Corpus.Bytes("bad", name);

        Assert.AreEqual(Corpus.SchemaCannotSee(bytes), Accepts(bytes));
    }

    [TestMethod]
    [Slow]
    public void A_changed_value_is_taken_by_both_or_by_neither()
    {
        // Every scalar of every good file, replaced by each of these in turn.
        string[] values =
        [
            "5",
            "0",
            "-1",
            "2.5",
            "true",
            "~",
            "text",
            "'5'",
            "[]",
            "[a]",
            "{}",
            "{ a: b }",
            "local",
            "slurm",
            "'${env:X}'",
            "'${env:}'",
            "' '",
            "\"a\\nb\"",
            "01:00:00",
            "-x",
            "/a",
        ];
        var (taken, refused) = (0, 0);
        foreach (var name in Corpus.Good.Select(static row => (string)row[0]))
        {
            var bytes = CanonicalBytes.FromRaw(Corpus.Bytes("good", name));
            var text = CanonicalBytes.Decode(bytes, "").Value;
            foreach (var scalar in Values(YamlReader.Read(text, "", [])!).Distinct())
            {
                var (from, to) = ((int)scalar.Start.Index, (int)scalar.End.Index);
                foreach (var value in values)
                {
                    var changed = System.Text.Encoding.UTF8.GetBytes($"{text[..from]} {value} {text[to..]}");
                    var parsed = OperatorsFile.Parse(changed, "operators.yaml", Schedulers.Schema, outside: null);
                    if (parsed.Problems.Any(IsNotForTheSchema))
                    {
                        continue;
                    }

                    _ = parsed.IsSuccess ? taken++ : refused++;
                    Assert.AreEqual(
                        parsed.IsSuccess,
                        Accepts(changed),
                        $"{name}, '{scalar.Text}' replaced by {value}\n{string.Join("\n", parsed.Problems)}"
                    );
                }
            }
        }

        Assert.IsGreaterThan(200, taken);
        Assert.IsGreaterThan(500, refused);
    }

    private static bool IsNotForTheSchema(Problem problem) =>
        problem.Code == WiringCodes.YamlSyntax
        || problem.Code == WiringCodes.YamlFeature
        || problem.Code == WiringCodes.DuplicateKey
        || problem.Code == WiringCodes.UnknownProfile
        || problem.Code == WiringCodes.UnknownLauncher
        || problem.Code == WiringCodes.IllegalCode
        || problem.Code == WiringCodes.OutsideReference
        || (problem.Code == WiringCodes.BackendNotAllowed && problem.Message.Contains("is of type", StringComparison.Ordinal));

    private static bool Accepts(byte[] bytes)
    {
        var decoded = CanonicalBytes.Decode(CanonicalBytes.FromRaw(bytes), "");
        return decoded.TryGet(out var text) && YamlReader.Read(text, "", []) is { } root && Schema.Accepts(root);
    }

    private static IEnumerable<ScalarNode> Values(YamlNode node) =>
        node switch
        {
            MapNode map => map.Entries.SelectMany(static entry => Values(entry.Value)),
            ListNode list => list.Items.SelectMany(Values),
            _ => [(ScalarNode)node],
        };
}
