using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using MatterStack.Engine.Campaigns.Declarations.Fields;

namespace MatterStack.Engine.Tests;

/// <summary>
/// <c>build/MatterStack.Build.buildschema.json</c> tells the MSBuild Editor extension what metadata, settings and targets mean; it looks
/// for that name beside the targets. It is made from the code and from the page of targets. Set MATTERSTACK_WRITE_DOCS=1 to write it anew.
/// </summary>
[TestClass]
public sealed class EditorSchemaTests
{
    private static readonly JsonSerializerOptions Layout = new()
    {
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    [TestMethod]
    public void What_an_editor_is_told_is_what_the_reference_says()
    {
        var path = Path.Combine(Repository.Folder, "build", "MatterStack.Build.buildschema.json");
        var schema = Schema().ToJsonString(Layout).ReplaceLineEndings("\n") + "\n";
        if (Environment.GetEnvironmentVariable("MATTERSTACK_WRITE_DOCS") == "1")
        {
            File.WriteAllText(path, schema);
        }

        Assert.AreEqual(schema, File.ReadAllText(path).ReplaceLineEndings("\n"), "write it anew with MATTERSTACK_WRITE_DOCS=1");
    }

    private static JsonObject Schema() =>
        new()
        {
            ["items"] = new JsonObject
            {
                ["CampaignTask"] = new JsonObject
                {
                    ["description"] = "One unit of work of a campaign.",
                    ["includeDescription"] = "the task's id",
                    ["metadata"] = new JsonObject(TaskFields.All.Select(m => KeyValuePair.Create(m.Name, (JsonNode?)DescribeMetadata(m)))),
                },
            },
            ["properties"] = new JsonObject(
                Rows("## Settings")
                    .Select(cells =>
                        KeyValuePair.Create(Names(cells[0]).Single(), (JsonNode?)$"{Text(cells[2])}; without it: {Text(cells[1])}")
                    )
            ),
            ["targets"] = new JsonObject(
                Rows("## Targets")
                    .SelectMany(cells =>
                        Names(cells[0]).Select(name => KeyValuePair.Create(name, (JsonNode?)JsonValue.Create(Text(cells[1]))))
                    )
            ),
        };

    private static JsonObject DescribeMetadata(TaskField field)
    {
        var told = new JsonObject { ["description"] = field.Description };
        if (field.IsList)
        {
            told["isList"] = true;
        }

        JsonNode? type = field.Type switch
        {
            TaskFieldType.Choice => new JsonArray([.. field.Choices!]),
            TaskFieldType.Boolean => "bool",
            TaskFieldType.Integer => "int",
            _ => null,
        };
        if (type is not null)
        {
            told["type"] = type;
        }

        return told;
    }

    private static IEnumerable<string[]> Rows(string heading) =>
        File.ReadAllText(Path.Combine(Repository.Folder, "docs", "targets.md"))
            .ReplaceLineEndings("\n")
            .Split(heading + "\n")[1]
            .Split("\n## ")[0]
            .Split('\n')
            .Where(l => l.StartsWith("| `", StringComparison.Ordinal))
            .Select(l => l.Trim('|').Split('|').Select(c => c.Trim()).ToArray());

    private static IEnumerable<string> Names(string cell) => cell.Split('`').Where((_, i) => i % 2 == 1);

    // Links lead nowhere from an editor.
    private static string Text(string cell) =>
        System.Text.RegularExpressions.Regex.Replace(cell.Replace("`", "", StringComparison.Ordinal), @"\[([^\]]*)\]\([^)]*\)", "$1");
}
