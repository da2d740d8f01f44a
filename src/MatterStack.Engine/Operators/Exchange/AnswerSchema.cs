using MatterStack.Engine.Files;
using NJsonSchema;

namespace MatterStack.Engine.Operators.Exchange;

/// <summary>Whether data matches a task's <c>schema.json</c>.</summary>
internal static class AnswerSchema
{
    /// <summary>A task's schema, where it has staged one under this name.</summary>
    public const string FileName = "schema.json";

    private const int Shown = 5;

    // Words of later drafts that the library reads over. What would silently not be checked is refused instead.
    private static readonly HashSet<string> NotChecked =
    [
        "const", "if", "then", "else", "contains", "minContains", "maxContains", "propertyNames", "dependentRequired", "dependentSchemas", "dependencies", "prefixItems",
        "unevaluatedProperties", "unevaluatedItems", "$dynamicRef", "$recursiveRef",
    ];

    /// <summary>The schema of a task, as an absolute path; null if it has none.</summary>
    public static string? Of(AttemptOrder order) =>
        order.Planned.Inputs.Any(input => input.Path == FileName) ? Path.Combine(order.WorkFolder, FileName) : null;

    /// <summary>What does not match, in words; null if all does.</summary>
    /// <param name="schemaPath">Absolute path of the schema.</param>
    /// <param name="json">Valid JSON.</param>
    public static string? Check(string schemaPath, string json)
    {
        try
        {
            using var stream = RegularFile.OpenRead(schemaPath);
            using var reader = new StreamReader(stream);
            // It does its work at once: nothing is fetched.
            var schema = JsonSchema.FromJsonAsync(reader.ReadToEnd()).GetAwaiter().GetResult();
            if (Unchecked(schema, []) is { } word)
            {
                return $"the schema uses '{word}', which cannot be checked; write it with type, required, properties, enum, minimum, pattern, items, allOf, anyOf, oneOf, not";
            }

            var errors = schema.Validate(json);
            return errors.Count == 0 ? null
                : string.Join("; ", errors.Take(Shown).Select(e => $"{(string.IsNullOrEmpty(e.Path) ? "it" : e.Path)}: {Words(e.Kind.ToString())}")) + (errors.Count > Shown ? $" and {errors.Count - Shown} more" : "");
        }
        catch (Exception e) when (e is Newtonsoft.Json.JsonException or InvalidOperationException or IOException or UnauthorizedAccessException)
        {
            return $"{FileName} cannot be used: {e.Message}";
        }
    }

    private static string? Unchecked(JsonSchema schema, HashSet<JsonSchema> seen)
    {
        if (!seen.Add(schema))
        {
            return null;
        }

        if (schema.ExtensionData?.Keys.FirstOrDefault(NotChecked.Contains) is { } word)
        {
            return word;
        }

        var below = schema.Properties.Values.Concat(schema.PatternProperties.Values).Cast<JsonSchema>()
            .Concat(schema.AllOf).Concat(schema.AnyOf).Concat(schema.OneOf).Concat(schema.Items).Concat(schema.Definitions.Values)
            .Concat(new[] { schema.Item, schema.Not, schema.AdditionalPropertiesSchema, schema.AdditionalItemsSchema, schema.Reference }.OfType<JsonSchema>());
        return below.Select(s => Unchecked(s, seen)).FirstOrDefault(found => found is not null);
    }

    // NumberTooSmall -> number too small.
    private static string Words(string kind) => string.Concat(kind.Select((c, i) => char.IsUpper(c) && i > 0 ? " " + char.ToLowerInvariant(c) : char.ToLowerInvariant(c).ToString()));
}
