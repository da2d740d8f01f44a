using System.Buffers;
using System.Text;
using System.Text.Json;

namespace MatterStack.Engine.Caching;

/// <summary>JSON form of a result's origin in the cache, in a run's database and in evidence.</summary>
internal static class OriginJson
{
    public static string Write(CacheOrigin origin)
    {
        var bytes = new ArrayBufferWriter<byte>(512);
        using (var json = new Utf8JsonWriter(bytes))
        {
            Write(json, origin);
        }

        return Encoding.UTF8.GetString(bytes.WrittenSpan);
    }

    public static void Write(Utf8JsonWriter json, CacheOrigin origin)
    {
        json.WriteStartObject();
        json.WriteString("run_id", origin.RunId);
        json.WriteString("attempt_id", origin.AttemptId);
        json.WriteNumber("attempt_index", origin.AttemptIndex);
        json.WriteString("task_id", origin.TaskId);
        json.WriteString("workspace_slug", origin.Workspace);
        json.WriteString("operator_key", origin.OperatorKey);
        json.WriteString("wiring_sha256", origin.WiringSha256);
        json.WriteString("operator_sha256", origin.OperatorSha256);
        WriteOptional(json, "external_id", origin.ExternalId);
        json.WriteString("host", origin.Host);
        if (origin.ExitCode is { } code)
        {
            json.WriteNumber("exit_code", code);
        }

        json.WriteString("created_at_utc", origin.CreatedAtUtc);
        WriteOptional(json, "submitted_at_utc", origin.SubmittedAtUtc);
        json.WriteString("ended_at_utc", origin.EndedAtUtc);
        json.WriteString("engine_version", origin.EngineVersion);
        json.WriteEndObject();
    }

    /// <exception cref="FormatException">A value is missing.</exception>
    /// <exception cref="JsonException">The text is not JSON.</exception>
    public static CacheOrigin Read(string text)
    {
        using var document = JsonDocument.Parse(text);
        return Read(document.RootElement);
    }

    /// <exception cref="FormatException">A value is missing.</exception>
    public static CacheOrigin Read(JsonElement json) => new()
    {
        RunId = Text(json, "run_id"),
        AttemptId = Text(json, "attempt_id"),
        AttemptIndex = json.GetProperty("attempt_index").GetInt64(),
        TaskId = Text(json, "task_id"),
        Workspace = Text(json, "workspace_slug"),
        OperatorKey = Text(json, "operator_key"),
        WiringSha256 = Text(json, "wiring_sha256"),
        OperatorSha256 = Text(json, "operator_sha256"),
        ExternalId = Maybe(json, "external_id"),
        Host = Text(json, "host"),
        ExitCode = json.TryGetProperty("exit_code", out var code) ? code.GetInt64() : null,
        CreatedAtUtc = Text(json, "created_at_utc"),
        SubmittedAtUtc = Maybe(json, "submitted_at_utc"),
        EndedAtUtc = Text(json, "ended_at_utc"),
        EngineVersion = Text(json, "engine_version"),
    };

    private static void WriteOptional(Utf8JsonWriter json, string name, string? value)
    {
        if (value is not null)
        {
            json.WriteString(name, value);
        }
    }

    private static string Text(JsonElement json, string name) => Maybe(json, name) ?? throw new FormatException($"'{name}' is missing");

    private static string? Maybe(JsonElement json, string name) => json.TryGetProperty(name, out var value) ? value.GetString() : null;
}
