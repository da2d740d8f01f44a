using System.Buffers;
using System.Text;
using System.Text.Json;
using MatterStack.Engine.Files;

namespace MatterStack.Engine.Caching;

/// <summary>JSON form of a result's origin in the cache, in a run's database and in evidence.</summary>
internal static class CacheOriginJson
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
        json.WriteOptional("external_id", origin.ExternalId);
        json.WriteString("host", origin.Host);
        json.WriteOptional("exit_code", origin.ExitCode);
        json.WriteString("created_at_utc", origin.CreatedAtUtc);
        json.WriteOptional("submitted_at_utc", origin.SubmittedAtUtc);
        json.WriteString("ended_at_utc", origin.EndedAtUtc);
        json.WriteString("engine_version", origin.EngineVersion);
        if (origin.ContinuedAttempts > 0)
        {
            json.WriteNumber("continued_attempts", origin.ContinuedAttempts);
        }

        if (origin.CodeVersions.Count > 0)
        {
            json.WriteStartObject("code_versions");
            foreach (var (code, version) in origin.CodeVersions)
            {
                json.WriteString(code, version);
            }

            json.WriteEndObject();
        }

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
    public static CacheOrigin Read(JsonElement json) =>
        new()
        {
            RunId = ReadText(json, "run_id"),
            AttemptId = ReadText(json, "attempt_id"),
            AttemptIndex = json.GetProperty("attempt_index").GetInt64(),
            TaskId = ReadText(json, "task_id"),
            Workspace = ReadText(json, "workspace_slug"),
            OperatorKey = ReadText(json, "operator_key"),
            WiringSha256 = ReadText(json, "wiring_sha256"),
            OperatorSha256 = ReadText(json, "operator_sha256"),
            ExternalId = json.FindText("external_id"),
            Host = ReadText(json, "host"),
            ExitCode = json.FindNumber("exit_code"),
            CreatedAtUtc = ReadText(json, "created_at_utc"),
            SubmittedAtUtc = json.FindText("submitted_at_utc"),
            EndedAtUtc = ReadText(json, "ended_at_utc"),
            EngineVersion = ReadText(json, "engine_version"),
            ContinuedAttempts = (int)Math.Clamp(json.FindNumber("continued_attempts") ?? 0, 0, int.MaxValue),
            CodeVersions = ReadVersions(json),
        };

    private static IReadOnlyDictionary<string, string> ReadVersions(JsonElement json) =>
        json.TryGetProperty("code_versions", out var versions) && versions.ValueKind == JsonValueKind.Object
            ? versions
                .EnumerateObject()
                .Where(static version => version.Value.ValueKind == JsonValueKind.String)
                .ToDictionary(static version => version.Name, static version => version.Value.GetString()!, StringComparer.Ordinal)
            : System.Collections.ObjectModel.ReadOnlyDictionary<string, string>.Empty;

    private static string ReadText(JsonElement json, string name) =>
        json.FindText(name) ?? throw new FormatException($"'{name}' is missing");
}
