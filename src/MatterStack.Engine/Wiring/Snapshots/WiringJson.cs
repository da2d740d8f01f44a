using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using MatterStack.Engine.Identity;

namespace MatterStack.Engine.Wiring.Snapshots;

/// <summary>Helpers to read and write JSON in the files of a snapshot.</summary>
internal static class WiringJson
{
    public static readonly JsonWriterOptions OneLine = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static readonly JsonWriterOptions Indented = OneLine with { Indented = true, NewLine = "\n" };

    public static string? ReadText(JsonElement json, string name) =>
        json.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    public static int? ReadInteger(JsonElement json, string name) =>
        json.ValueKind == JsonValueKind.Object
        && json.TryGetProperty(name, out var value)
        && value.ValueKind == JsonValueKind.Number
        && value.TryGetInt32(out var number)
            ? number
            : null;

    public static Sha256? ReadHash(JsonElement json, string name) => Sha256.TryParse(ReadText(json, name), out var hash) ? hash : null;

    public static WiringSource? ReadSource(JsonElement json) =>
        WiringSources.TryParse(ReadText(json, "source"), out var source) ? source : null;

    public static DateTimeOffset? ReadTime(JsonElement json, string name) =>
        DateTimeOffset.TryParse(ReadText(json, name), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at) ? at : null;
}
