using NJsonSchema;

namespace MatterStack.Engine.Operators.Exchange;

/// <summary>Finds reasons why a JSON schema cannot be used: keywords that the library ignores, and chains of references that do not go
/// deeper into the data.</summary>
internal static class SchemaSupport
{
    // Each reference is a nested call in the library, for each level of the data.
    private const int MaxChain = 32;

    // Keywords of later drafts that the library ignores. A schema with them is refused, because it would not be checked completely.
    private static readonly HashSet<string> IgnoredKeywords =
    [
        "const",
        "if",
        "then",
        "else",
        "contains",
        "minContains",
        "maxContains",
        "propertyNames",
        "dependentRequired",
        "dependentSchemas",
        "dependencies",
        "prefixItems",
        "unevaluatedProperties",
        "unevaluatedItems",
        "$dynamicRef",
        "$recursiveRef",
    ];

    /// <summary>Returns why the schema cannot be used; null if it can.</summary>
    public static string? FindProblem(JsonSchema schema)
    {
        var all = CollectSubschemas(schema);
        if (
            all.Select(s => s.ExtensionData?.Keys.FirstOrDefault(IgnoredKeywords.Contains)).FirstOrDefault(word => word is not null) is
            { } word
        )
        {
            return $"the schema uses '{word}', which cannot be checked; write it with type, required, properties, enum, minimum, pattern, "
                + $"items, allOf, anyOf, oneOf, not";
        }

        return HasLongChain(all)
            ? $"the schema refers to itself, or follows more than {MaxChain} references, without going into properties or items"
            : null;
    }

    private static List<JsonSchema> CollectSubschemas(JsonSchema schema)
    {
        var seen = new HashSet<JsonSchema> { schema };
        var all = new List<JsonSchema> { schema };
        for (var i = 0; i < all.Count; i++)
        {
            all.AddRange(GetDirectSubschemas(all[i]).Where(seen.Add).ToList());
        }

        return all;
    }

    private static IEnumerable<JsonSchema> GetDirectSubschemas(JsonSchema schema) =>
        schema
            .Properties.Values.Concat(schema.PatternProperties.Values)
            .Cast<JsonSchema>()
            .Concat(schema.Items)
            .Concat(schema.Definitions.Values)
            .Concat(new[] { schema.Item, schema.AdditionalPropertiesSchema, schema.AdditionalItemsSchema }.OfType<JsonSchema>())
            .Concat(GetSameValueSubschemas(schema));

    // Subschemas that are checked against the same value.
    private static IEnumerable<JsonSchema> GetSameValueSubschemas(JsonSchema schema) =>
        schema.AllOf.Concat(schema.AnyOf).Concat(schema.OneOf).Concat(new[] { schema.Not, schema.Reference }.OfType<JsonSchema>());

    // A schema without subschemas for the same value has length 0, a schema that refers only to such schemas has length 1, and so on.
    // A schema without a length after the last round is part of a circle, or refers to one.
    private static bool HasLongChain(List<JsonSchema> all)
    {
        var open = all;
        var done = new HashSet<JsonSchema>();
        for (var length = 0; length <= MaxChain && open.Count > 0; length++)
        {
            var next = open.Where(s => GetSameValueSubschemas(s).All(done.Contains)).ToList();
            done.UnionWith(next);
            open = [.. open.Where(s => !done.Contains(s))];
        }

        return open.Count > 0;
    }
}
