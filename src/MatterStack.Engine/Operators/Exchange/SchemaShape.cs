using NJsonSchema;

namespace MatterStack.Engine.Operators.Exchange;

/// <summary>What keeps a schema from being checked with: words that would be read over, and references that lead on without going deeper into the data.</summary>
internal static class SchemaShape
{
    // Each is a call in the library, for each level of the data.
    private const int LongestChain = 32;

    // Words of later drafts that the library reads over. What would silently not be checked is refused instead.
    private static readonly HashSet<string> NotChecked =
    [
        "const", "if", "then", "else", "contains", "minContains", "maxContains", "propertyNames", "dependentRequired", "dependentSchemas", "dependencies", "prefixItems",
        "unevaluatedProperties", "unevaluatedItems", "$dynamicRef", "$recursiveRef",
    ];

    /// <summary>What is wrong with it, in words; null if nothing is.</summary>
    public static string? Of(JsonSchema schema)
    {
        var all = All(schema);
        if (all.Select(s => s.ExtensionData?.Keys.FirstOrDefault(NotChecked.Contains)).FirstOrDefault(word => word is not null) is { } word)
        {
            return $"the schema uses '{word}', which cannot be checked; write it with type, required, properties, enum, minimum, pattern, items, allOf, anyOf, oneOf, not";
        }

        return HasLongChain(all) ? $"the schema refers to itself, or from one part to the next more than {LongestChain} times, without going into properties or items" : null;
    }

    private static List<JsonSchema> All(JsonSchema schema)
    {
        var seen = new HashSet<JsonSchema> { schema };
        var all = new List<JsonSchema> { schema };
        for (var i = 0; i < all.Count; i++)
        {
            all.AddRange(Below(all[i]).Where(seen.Add).ToList());
        }

        return all;
    }

    private static IEnumerable<JsonSchema> Below(JsonSchema schema) => schema.Properties.Values.Concat(schema.PatternProperties.Values).Cast<JsonSchema>()
        .Concat(schema.Items).Concat(schema.Definitions.Values).Concat(new[] { schema.Item, schema.AdditionalPropertiesSchema, schema.AdditionalItemsSchema }.OfType<JsonSchema>()).Concat(Beside(schema));

    // Checked with the same value.
    private static IEnumerable<JsonSchema> Beside(JsonSchema schema) =>
        schema.AllOf.Concat(schema.AnyOf).Concat(schema.OneOf).Concat(new[] { schema.Not, schema.Reference }.OfType<JsonSchema>());

    // What has nothing beside it has length 0, what leads to such 1, and so on; what has none after the longest is in a circle, or leads to one.
    private static bool HasLongChain(List<JsonSchema> all)
    {
        var open = all;
        var done = new HashSet<JsonSchema>();
        for (var length = 0; length <= LongestChain && open.Count > 0; length++)
        {
            var next = open.Where(s => Beside(s).All(done.Contains)).ToList();
            done.UnionWith(next);
            open = [.. open.Where(s => !done.Contains(s))];
        }

        return open.Count > 0;
    }
}
