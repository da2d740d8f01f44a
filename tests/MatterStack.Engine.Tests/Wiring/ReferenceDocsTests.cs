using System.Text;
using System.Text.RegularExpressions;
using MatterStack.Engine.Commands.Hosting;
using MatterStack.Engine.Wiring.Fields;

namespace MatterStack.Engine.Tests.Wiring;

/// <summary>The reference of operators.yaml is what the parser's tables say.</summary>
[TestClass]
public sealed partial class ReferenceDocsTests
{
    [TestMethod]
    public void The_tables_of_the_reference_are_those_of_the_parser()
    {
        var path = Path.Combine(Corpus.Repository, "docs", "operators-yaml.md");
        var text = File.ReadAllText(path).ReplaceLineEndings("\n");

        var expected = Places()
            .Replace(text, static place => $"{place.Groups["begin"].Value}\n{Content(place.Groups["name"].Value)}<!-- end -->");

        if (Environment.GetEnvironmentVariable("MATTERSTACK_WRITE_DOCS") == "1")
        {
            File.WriteAllText(path, text = expected);
        }

        Assert.AreEqual(expected, text, "docs/operators-yaml.md is out of date: set MATTERSTACK_WRITE_DOCS=1 to write it again");
    }

    [TestMethod]
    public void Every_backend_has_its_table()
    {
        var names = Places()
            .Matches(File.ReadAllText(Path.Combine(Corpus.Repository, "docs", "operators-yaml.md")).ReplaceLineEndings("\n"))
            .Select(static place => place.Groups["name"].Value)
            .ToArray();

        foreach (var backend in Schedulers.Schema.Backends)
        {
            Assert.Contains(backend.Name, names);
            foreach (var group in backend.Fields.Where(static field => field.Type == FieldType.Group))
            {
                Assert.IsTrue(names.Contains(group.Name) || names.Contains($"{backend.Name}.{group.Name}"), group.Name);
            }
        }
    }

    [TestMethod]
    public void Every_key_of_a_kind_has_its_table()
    {
        var names = Places()
            .Matches(File.ReadAllText(Path.Combine(Corpus.Repository, "docs", "operators-yaml.md")).ReplaceLineEndings("\n"))
            .Select(static place => place.Groups["name"].Value)
            .ToArray();

        foreach (var kind in Schedulers.Schema.Kinds.Where(static kind => kind.Fields.Any(static field => !CodeFields.IsCodeField(field))))
        {
            Assert.Contains(kind.Name, names);
            foreach (var group in kind.Fields.Where(static field => field.Type == FieldType.Group))
            {
                Assert.Contains(group.Name, names);
            }
        }
    }

    private static string Content(string name) =>
        name.Length == 0
            ? Kinds()
            : Table(
                name switch
                {
                    "defaults" => WiringSchema.DefaultsFields,
                    "operator" =>
                    [
                        .. WiringSchema.OperatorFields,
                        new Field("backend", FieldType.Group, "What executes the attempts; see Backends."),
                    ],
                    "defaults.hooks" => HookFields.OfRun.Fields,
                    "hooks" => HookFields.OfOperator.Fields,
                    "hook" => HookFields.Target,
                    "human" => HumanFields.All,
                    "experiment" => ExperimentFields.All,
                    "api" => ExperimentFields.Api.Fields,
                    "codes" => CodeFields.All,
                    "code" => CodeFields.Codes.Fields,
                    "ssh" => BackendFields.Ssh.Fields,
                    "container" => BackendFields.Container.Fields,
                    "limits" => BackendFields.Limits.Fields,
                    "slurm.partitions" => Schedulers
                        .All.First(family => family.Type == "slurm")
                        .Fields.First(field => field.Name == "partitions")
                        .Fields,
                    _ when Schedulers.All.FirstOrDefault(family => name == $"{family.Type}.{family.Type}") is { } family => family.Fields,
                    _ =>
                    [
                        WiringSchema.BackendTypeField with
                        {
                            Description = $"`{name}`.",
                        },
                        .. Schedulers.Schema.FindBackend(name)!.Fields,
                    ],
                }
            );

    private static string Kinds() =>
        "| kind | who does the work | backends |\n|---|---|---|\n"
        + string.Concat(
            Schedulers.Schema.Kinds.Select(static kind =>
                $"| `{kind.Name}` | {kind.Description} | "
                + $"{(kind.Backends.Count == 0 ? "none" : string.Join(", ", kind.Backends.Select(static backend => $"`{backend}`")))} |\n"
            )
        );

    private static string Table(IReadOnlyList<Field> fields)
    {
        var table = new StringBuilder("| key | value | hash | meaning |\n|---|---|---|---|\n");
        foreach (var field in fields)
        {
            table.Append(
                System.Globalization.CultureInfo.InvariantCulture,
                $"| `{field.Name}` | {Value(field)} | {(field.AffectsResults ? "yes" : "no")} | {field.Description} |\n"
            );
        }

        return table.ToString();
    }

    private static string Value(Field field)
    {
        var type = field.Type switch
        {
            FieldType.Word or FieldType.Text => "text",
            FieldType.Path => "path",
            FieldType.Integer => "integer",
            FieldType.Number => "number",
            FieldType.Duration => "time span `hh:mm:ss`",
            FieldType.TimeLimit => "integer or text",
            FieldType.TextList => "list of texts",
            FieldType.TextMap => "mapping of names to texts",
            FieldType.Boolean => "`true` or `false`",
            FieldType.IntegerMap => "mapping of names to integers",
            FieldType.GroupMap => "mapping of names to mappings",
            FieldType.GroupList => "list of mappings",
            FieldType.Devices => "integer from 0, or list of names",
            _ => "mapping",
        };
        var range = (field.Minimum, field.Maximum) switch
        {
            ({ } from, { } to) => $" from {from} to {to}",
            ({ } from, _) when field.Type == FieldType.Number => $" above {from}",
            ({ } from, _) => $" from {from}",
            _ => "",
        };
        var unit = field.Unit is null || field.Type == FieldType.Duration ? "" : $", {field.Unit}";
        var choices = field.Choices is null ? "" : ": " + string.Join(", ", field.Choices.Select(static choice => $"`{choice}`"));
        return $"{type}{range}{unit}{choices}{(field.Default is null ? "" : $", default `{field.Default}`")}"
            + $"{(field.IsRequired ? ", required" : "")}";
    }

    [GeneratedRegex("(?<begin><!-- (table: (?<name>[a-z_.]+)|kinds) -->)\n(.*?)<!-- end -->", RegexOptions.Singleline)]
    private static partial Regex Places();
}
