using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using MatterStack.Engine.Identity;

namespace MatterStack.Engine.Wiring.Snapshots;

/// <summary>Helpers to read and write JSON in the files of a snapshot.</summary>
internal static class WiringJson
{
    private const string TimeFormat = "yyyy-MM-dd'T'HH:mm:ss.fff'Z'";

    public static readonly JsonWriterOptions OneLine = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static readonly JsonWriterOptions Indented = OneLine with { Indented = true, NewLine = "\n" };

    public static string FormatTime(DateTimeOffset at) => at.UtcDateTime.ToString(TimeFormat, CultureInfo.InvariantCulture);

    public static string? Text(JsonElement json, string name) =>
        json.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    public static int? Integer(JsonElement json, string name) =>
        json.ValueKind == JsonValueKind.Object && json.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var number) ? number : null;

    public static Sha256? Hash(JsonElement json, string name) => Sha256.TryParse(Text(json, name), out var hash) ? hash : null;

    public static WiringSource? Source(JsonElement json) => WiringSources.TryParse(Text(json, "source"), out var source) ? source : null;

    public static DateTimeOffset? Time(JsonElement json, string name) =>
        DateTimeOffset.TryParse(Text(json, name), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at) ? at : null;
}
