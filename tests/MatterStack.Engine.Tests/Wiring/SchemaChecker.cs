using System.Text.Json;
using System.Text.RegularExpressions;
using MatterStack.Engine.Wiring.Parsing;

namespace MatterStack.Engine.Tests.Wiring;

/// <summary>The part of JSON schema (draft 07) that the schema of operators.yaml uses; an unknown keyword is an error, so that nothing is
/// passed over.</summary>
internal sealed class SchemaChecker(JsonElement root)
{
    private static readonly System.Collections.Concurrent.ConcurrentDictionary<string, Regex> Patterns = new();
    private static readonly string[] Notes = ["$schema", "title", "description", "default", "definitions"];

    public bool Accepts(YamlNode node) => Accepts(root, node);

    private bool Accepts(JsonElement schema, YamlNode node)
    {
        if (schema.ValueKind is JsonValueKind.True or JsonValueKind.False)
        {
            return schema.ValueKind == JsonValueKind.True;
        }

        foreach (var rule in schema.EnumerateObject())
        {
            if (!Notes.Contains(rule.Name) && !Holds(rule.Name, rule.Value, schema, node))
            {
                return false;
            }
        }

        return true;
    }

    private bool Holds(string keyword, JsonElement rule, JsonElement schema, YamlNode node) =>
        keyword switch
        {
            "type" => rule.ValueKind == JsonValueKind.Array
                ? rule.EnumerateArray().Any(type => IsOfType(type.GetString()!, node))
                : IsOfType(rule.GetString()!, node),
            "enum" => rule.EnumerateArray().Any(value => IsValue(value, node)),
            "const" => IsValue(rule, node),
            "pattern" => node is not ScalarNode { Kind: ScalarKind.Text } text || Matches(text.Text, rule.GetString()!),
            "minimum" => Number(node) is not { } value || value >= rule.GetDecimal(),
            "exclusiveMinimum" => Number(node) is not { } value || value > rule.GetDecimal(),
            "maximum" => Number(node) is not { } value || value <= rule.GetDecimal(),
            "items" => node is not ListNode list || list.Items.All(item => Accepts(rule, item)),
            "minItems" => node is not ListNode counted || counted.Items.Count >= rule.GetInt32(),
            "uniqueItems" => node is not ListNode listed
                || listed.Items.OfType<ScalarNode>().DistinctBy(static item => (item.Kind, item.Text)).Count() == listed.Items.Count,
            "required" => node is not MapNode map || rule.EnumerateArray().All(key => map.Find(key.GetString()!) is not null),
            "properties" => node is not MapNode map
                || map.Entries.All(entry => !rule.TryGetProperty(entry.Key.Text, out var property) || Accepts(property, entry.Value)),
            "patternProperties" => node is not MapNode map
                || map.Entries.All(entry =>
                    rule.EnumerateObject().All(pattern => !Matches(entry.Key.Text, pattern.Name) || Accepts(pattern.Value, entry.Value))
                ),
            "propertyNames" => node is not MapNode map
                || map.Entries.All(entry => Accepts(rule, entry.Key with { Kind = ScalarKind.Text })),
            "additionalProperties" => node is not MapNode map
                || map.Entries.All(entry => IsNamed(schema, entry.Key.Text) || Accepts(rule, entry.Value)),
            "anyOf" => rule.EnumerateArray().Any(one => Accepts(one, node)),
            "allOf" => rule.EnumerateArray().All(one => Accepts(one, node)),
            "not" => !Accepts(rule, node),
            "if" => Accepts(rule, node)
                ? !schema.TryGetProperty("then", out var then) || Accepts(then, node)
                : !schema.TryGetProperty("else", out var otherwise) || Accepts(otherwise, node),
            "then" or "else" => true,
            "$ref" => Accepts(rule.GetString()!.Split('/')[1..].Aggregate(root, static (at, name) => at.GetProperty(name)), node),
            _ => throw new NotSupportedException($"The checker does not know '{keyword}'."),
        };

    private static bool IsNamed(JsonElement schema, string key) =>
        (schema.TryGetProperty("properties", out var properties) && properties.TryGetProperty(key, out _))
        || (
            schema.TryGetProperty("patternProperties", out var patterns)
            && patterns.EnumerateObject().Any(pattern => Matches(key, pattern.Name))
        );

    private static bool Matches(string text, string pattern) =>
        Patterns.GetOrAdd(pattern, static pattern => new Regex(pattern)).IsMatch(text);

    private static bool IsOfType(string type, YamlNode node) =>
        type switch
        {
            "object" => node is MapNode,
            "array" => node is ListNode,
            "string" => node is ScalarNode { Kind: ScalarKind.Text },
            "integer" => node is ScalarNode { Kind: ScalarKind.Integer },
            "number" => node is ScalarNode { Kind: ScalarKind.Integer or ScalarKind.Number },
            "boolean" => node is ScalarNode { Kind: ScalarKind.Boolean },
            "null" => node is ScalarNode { Kind: ScalarKind.Null },
            _ => throw new NotSupportedException(type),
        };

    private static bool IsValue(JsonElement value, YamlNode node) =>
        value.ValueKind switch
        {
            JsonValueKind.String => node is ScalarNode { Kind: ScalarKind.Text } text && text.Text == value.GetString(),
            JsonValueKind.Null => node is ScalarNode { Kind: ScalarKind.Null },
            _ => throw new NotSupportedException(value.ToString()),
        };

    private static decimal? Number(YamlNode node) =>
        node is ScalarNode { Kind: ScalarKind.Integer or ScalarKind.Number } number
        && decimal.TryParse(number.Text, System.Globalization.CultureInfo.InvariantCulture, out var value)
            ? value
            : null;
}
