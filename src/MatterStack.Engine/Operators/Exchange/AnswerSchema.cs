using System.Text.Json;
using MatterStack.Engine.Files;
using NJsonSchema;

namespace MatterStack.Engine.Operators.Exchange;

/// <summary>Checks data against a task's <c>schema.json</c>.</summary>
internal static class AnswerSchema
{
    /// <summary>Name of a task's schema among its staged files.</summary>
    public const string FileName = "schema.json";

    private const int MaxShownErrors = 5;

    private const int MaxSchemaBytes = 1 << 20;

    /// <summary>Returns the absolute path of a task's schema; null if it has none.</summary>
    public static string? FindSchema(AttemptRequest request) =>
        request.Planned.Inputs.Any(input => input.Path == FileName) ? Path.Combine(request.WorkFolder, FileName) : null;

    /// <summary>Returns what does not match; null if everything matches.</summary>
    /// <param name="schemaPath">Absolute path of the schema.</param>
    /// <param name="json">Valid JSON.</param>
    public static string? FindMismatch(string schemaPath, string json)
    {
        try
        {
            if (RegularFile.Read(schemaPath, MaxSchemaBytes) is not { } bytes)
            {
                return $"{FileName} is larger than {MaxSchemaBytes >> 20} MiB";
            }

            using var document = OutsideJson.Parse(bytes, JsonRule.Results, out var fault);
            if (document is null)
            {
                return fault!.FormatFor(FileName);
            }

            // The library would load the reference from another file or machine.
            if (FindOutsideReference(document.RootElement) is { } reference)
            {
                return $"the schema refers to '{reference}', which is outside the schema; "
                    + $"put it under definitions and refer to #/definitions/…";
            }

            // Without outside references this call completes synchronously.
            var schema = JsonSchema.FromJsonAsync(document.RootElement.GetRawText()).GetAwaiter().GetResult();
            if (SchemaSupport.FindProblem(schema) is { } shape)
            {
                return shape;
            }

            var errors = schema.Validate(json);
            return errors.Count == 0
                ? null
                : string.Join(
                    "; ",
                    errors
                        .Take(MaxShownErrors)
                        .Select(e => $"{(string.IsNullOrEmpty(e.Path) ? "it" : e.Path)}: {DescribeKind(e.Kind.ToString())}")
                ) + (errors.Count > MaxShownErrors ? $" and {errors.Count - MaxShownErrors} more" : "");
        }
        catch (Exception e)
            when (e
                    is Newtonsoft.Json.JsonException
                        or InvalidOperationException
                        or IOException
                        or UnauthorizedAccessException
                        or ArgumentException
                        or FormatException
                        or OverflowException
                        or NotSupportedException
            )
        {
            return $"{FileName} cannot be used: {e.Message}";
        }
    }

    private static string? FindOutsideReference(JsonElement value) =>
        value.ValueKind switch
        {
            JsonValueKind.Object => value.TryGetProperty("$ref", out var reference)
            && reference.ValueKind == JsonValueKind.String
            && !reference.GetString()!.StartsWith('#')
                ? reference.GetString()
                : value
                    .EnumerateObject()
                    .Select(property => FindOutsideReference(property.Value))
                    .FirstOrDefault(found => found is not null),
            JsonValueKind.Array => value.EnumerateArray().Select(FindOutsideReference).FirstOrDefault(found => found is not null),
            _ => null,
        };

    // NumberTooSmall -> number too small.
    private static string DescribeKind(string kind) =>
        string.Concat(
            kind.Select((c, i) => char.IsUpper(c) && i > 0 ? " " + char.ToLowerInvariant(c) : char.ToLowerInvariant(c).ToString())
        );
}
