using System.Text.Json;
using MatterStack.Engine.Runs;
using MatterStack.Engine.Wiring;

namespace MatterStack.Engine.Evidence;

/// <summary><c>bundle.json</c>: the run, its counts, every task with every attempt, and which wiring each attempt ran on.</summary>
internal static class Bundle
{
    public const int SchemaVersion = 1;

    public static byte[] Write(RunReader reader, RunWiring wiring, string state)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { Indented = true }))
        {
            json.WriteStartObject();
            json.WriteNumber("schema_version", SchemaVersion);
            json.WriteString("source_state", state);
            WriteRun(json, reader);
            WriteWiring(json, wiring);
            WriteInputs(json, reader);
            WriteTasks(json, reader);
            json.WriteEndObject();
        }

        buffer.WriteByte((byte)'\n');
        return buffer.ToArray();
    }

    private static void WriteRun(Utf8JsonWriter json, RunReader reader)
    {
        var row = reader.Row;
        json.WriteStartObject("run");
        json.WriteString("run_id", row.RunId);
        json.WriteString("workspace_slug", row.WorkspaceSlug);
        json.WriteString("state", row.State);
        Text(json, "reason", row.Reason);
        json.WriteString("created_at_utc", row.CreatedAtUtc);
        Text(json, "ended_at_utc", row.EndedAtUtc);
        json.WriteString("definition_sha256", row.DefinitionSha256);
        json.WriteString("engine_version", row.EngineVersion);
        json.WriteEndObject();
        json.WriteStartObject("counts");
        foreach (var (name, count) in reader.Counts().OrderBy(c => c.Key, StringComparer.Ordinal))
        {
            json.WriteNumber(name, count);
        }

        json.WriteEndObject();
    }

    private static void WriteWiring(Utf8JsonWriter json, RunWiring wiring)
    {
        json.WriteStartObject("operator_wiring");
        json.WriteString("source", wiring.Origin.ToText());
        json.WriteString("sha256", wiring.Hash.Hex);
        json.WriteString("snapshot_relpath", "operators_snapshot/operators.yaml");
        json.WriteStartObject("operators");
        foreach (var (key, wired) in wiring.Operators.Operators.OrderBy(o => o.Key))
        {
            json.WriteString(key.Value, wired.Hash.Hex);
        }

        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void WriteInputs(Utf8JsonWriter json, RunReader reader)
    {
        json.WriteStartArray("inputs");
        foreach (var input in reader.Inputs().Where(i => i.Kind != "operators_config"))
        {
            json.WriteStartObject();
            json.WriteString("kind", input.Kind);
            json.WriteString("path", input.Path);
            json.WriteString("sha256", input.Sha256);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteTasks(Utf8JsonWriter json, RunReader reader)
    {
        // Both in the order of their keys, so that one pass over each is enough however many there are.
        var attempts = reader.Attempts().ToLookup(a => a.TaskId);
        var outputs = reader.Outputs().ToLookup(o => o.AttemptId);
        json.WriteStartArray("tasks");
        foreach (var task in reader.Tasks())
        {
            json.WriteStartObject();
            json.WriteString("task_id", task.TaskId);
            json.WriteString("state", task.State);
            Text(json, "reason", task.Reason);
            json.WriteString("operator_key", task.OperatorKey);
            json.WriteString("command", task.Command);
            Text(json, "current_attempt_id", task.CurrentAttemptId);
            json.WriteNumber("iteration", task.Iteration);
            json.WriteStartArray("attempts");
            foreach (var attempt in attempts[task.TaskId])
            {
                WriteAttempt(json, attempt, outputs[attempt.AttemptId]);
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteAttempt(Utf8JsonWriter json, AttemptRow attempt, IEnumerable<OutputRow> outputs)
    {
        json.WriteStartObject();
        json.WriteString("attempt_id", attempt.AttemptId);
        json.WriteNumber("attempt_index", attempt.AttemptIndex);
        json.WriteString("state", attempt.State);
        Text(json, "reason", attempt.Reason);
        json.WriteString("operator_key", attempt.OperatorKey);
        json.WriteString("wiring_sha256", attempt.WiringSha256);
        json.WriteString("wiring_relpath", $"operators_snapshot/by-sha256/{attempt.WiringSha256}.yaml");
        json.WriteString("operator_sha256", attempt.OperatorSha256);
        Text(json, "external_id", attempt.ExternalId);
        if (attempt.ExitCode is { } code)
        {
            json.WriteNumber("exit_code", code);
        }

        json.WriteString("created_at_utc", attempt.CreatedAtUtc);
        Text(json, "submitted_at_utc", attempt.SubmittedAtUtc);
        Text(json, "ended_at_utc", attempt.EndedAtUtc);
        json.WriteString("relative_path", attempt.RelativePath);
        Text(json, "cached_from", attempt.CachedFrom);
        if (attempt.Results is not null)
        {
            json.WritePropertyName("results");
            json.WriteRawValue(attempt.Results);
        }

        json.WriteStartArray("outputs");
        foreach (var output in outputs)
        {
            json.WriteStartObject();
            json.WriteString("path", output.Path);
            json.WriteString("sha256", output.Sha256);
            json.WriteNumber("size", output.Size);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void Text(Utf8JsonWriter json, string name, string? value)
    {
        if (value is not null)
        {
            json.WriteString(name, value);
        }
    }
}
