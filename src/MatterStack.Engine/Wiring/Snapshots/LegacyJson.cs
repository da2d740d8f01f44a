using System.Text.Json;
using MatterStack.Engine.Wiring.Parsing;

namespace MatterStack.Engine.Wiring.Snapshots;

/// <summary>Reads and writes the JSON object <c>legacy</c>: the file that wiring was converted from. Files that it references are under
/// <c>also</c>.</summary>
internal static class LegacyJson
{
    public static void Write(Utf8JsonWriter json, IReadOnlyList<LegacyInput> inputs)
    {
        if (inputs.Count == 0)
        {
            return;
        }

        json.WriteStartObject("legacy");
        WriteOne(json, inputs[0]);
        if (inputs.Count > 1)
        {
            json.WriteStartArray("also");
            foreach (var input in inputs.Skip(1))
            {
                json.WriteStartObject();
                WriteOne(json, input);
                json.WriteEndObject();
            }

            json.WriteEndArray();
        }

        json.WriteEndObject();
    }

    public static IReadOnlyList<LegacyInput> Read(JsonElement parent)
    {
        if (!parent.TryGetProperty("legacy", out var legacy) || legacy.ValueKind != JsonValueKind.Object)
        {
            return [];
        }

        var also =
            legacy.TryGetProperty("also", out var more) && more.ValueKind == JsonValueKind.Array ? more.EnumerateArray().ToArray() : [];
        return also.Where(static one => one.ValueKind == JsonValueKind.Object)
            .Prepend(legacy)
            .Select(ReadOne)
            .OfType<LegacyInput>()
            .ToArray();
    }

    private static void WriteOne(Utf8JsonWriter json, LegacyInput input)
    {
        json.WriteString("kind", input.Kind);
        json.WriteString("path", input.Path);
        json.WriteString("sha256", input.Sha256.Hex);
        if (input.Name is not null)
        {
            json.WriteString("name", input.Name);
        }
    }

    private static LegacyInput? ReadOne(JsonElement json) =>
        WiringJson.ReadText(json, "kind") is { } kind
        && WiringJson.ReadText(json, "path") is { } path
        && WiringJson.ReadHash(json, "sha256") is { } hash
            ? new LegacyInput(kind, path, hash, WiringJson.ReadText(json, "name"))
            : null;
}
