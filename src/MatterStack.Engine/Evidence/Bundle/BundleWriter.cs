using System.Text.Json;
using MatterStack.Engine.Files;
using MatterStack.Engine.Reports;
using MatterStack.Engine.Runs.Store;
using MatterStack.Engine.Wiring;
using MatterStack.Engine.Wiring.Resolving;
using MatterStack.Engine.Wiring.Snapshots;

namespace MatterStack.Engine.Evidence.Bundle;

/// <summary>
/// Writes the records of a run as JSON: <c>bundle.json</c>, <c>workflow.json</c>, <c>events.jsonl</c>, and <c>manifest.json</c> of each
/// attempt.
/// </summary>
internal sealed class BundleWriter(RecordedRun story, RunRecordsJson records)
{
    public const int SchemaVersion = 2;

    // The JSON writer is flushed after this many bytes.
    private const int FlushThresholdBytes = 1 << 16;

    /// <summary>Writes <c>bundle.json</c>: the run, its counts, every task with every attempt, and the wiring of each attempt.</summary>
    public void Write(Stream stream, RunWiring wiring, string state)
    {
        var reader = story.Reader;
        using (var json = new Utf8JsonWriter(stream, JsonText.Indented))
        {
            json.WriteStartObject();
            json.WriteNumber("schema_version", SchemaVersion);
            json.WriteString("source_state", state);
            json.WriteStartObject("run");
            records.WriteRun(json, reader.RunRow);
            json.WriteEndObject();
            json.WriteStartObject("counts");
            foreach (var (name, count) in reader.CountTasksByState().OrderBy(c => c.Key, StringComparer.Ordinal))
            {
                json.WriteNumber(name, count);
            }

            json.WriteEndObject();
            WriteWiring(json, wiring);
            WriteInputs(json, reader);
            WriteEnds(json, story.Reader.ReadOpenEnds());
            json.WriteStartArray("iterations");
            foreach (var iteration in reader.ReadIterations())
            {
                json.WriteStartObject();
                RunRecordsJson.WriteIteration(json, iteration);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            WriteAmendments(json, [.. reader.ReadAmendments()]);
            WritePublished(json, [.. reader.ReadPublications().Where(static row => row.At is not null)]);
            json.WriteStartArray("tasks");
            foreach (var task in story.ReadTasks())
            {
                json.WriteStartObject();
                records.WriteTask(json, task.Row);
                json.WriteStartArray("attempts");
                foreach (var attempt in task.Attempts)
                {
                    json.WriteStartObject();
                    records.WriteAttempt(json, attempt);
                    json.WriteEndObject();
                }

                json.WriteEndArray();
                json.WriteEndObject();
                FlushIfLarge(json);
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        stream.Write("\n"u8);
    }

    private void WriteAmendments(Utf8JsonWriter json, IReadOnlyList<AmendmentRow> amendments)
    {
        if (amendments.Count == 0)
        {
            return;
        }

        json.WriteStartArray(BundleNames.Amendments);
        foreach (var amendment in amendments)
        {
            json.WriteStartObject();
            records.WriteAmendment(json, amendment);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WritePublished(Utf8JsonWriter json, IReadOnlyList<PublishedRow> rows)
    {
        if (rows.Count == 0)
        {
            return;
        }

        json.WriteStartArray(BundleNames.Published);
        foreach (var row in rows)
        {
            json.WriteStartObject();
            RunRecordsJson.WritePublished(json, row);
            json.WriteEndObject();
            FlushIfLarge(json);
        }

        json.WriteEndArray();
    }

    /// <summary>Writes <c>workflow.json</c>: every task as it was declared, with its amendments.</summary>
    public void WriteWorkflow(Stream stream)
    {
        var row = story.Reader.RunRow;
        using (var json = new Utf8JsonWriter(stream, JsonText.Indented))
        {
            json.WriteStartObject();
            json.WriteNumber("schema_version", SchemaVersion);
            json.WriteString("workspace_slug", row.WorkspaceSlug);
            json.WriteString("definition_sha256", row.DefinitionSha256.Hex);
            json.WriteStartArray("tasks");
            foreach (var task in story.ReadTasks())
            {
                json.WriteStartObject();
                json.WriteString("task_id", task.Row.TaskId.Value);
                json.WriteString("operator_key", task.Row.OperatorKey.Value);
                json.WriteNumber("iteration", task.Row.Iteration);
                json.WritePropertyName("definition");
                json.WriteRawValue(task.Definition);
                json.WriteEndObject();
                FlushIfLarge(json);
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        stream.Write("\n"u8);
    }

    /// <summary>Writes <c>events.jsonl</c>: one JSON object per event and line.</summary>
    public void WriteEvents(Stream stream)
    {
        foreach (var happened in story.Reader.ReadEvents())
        {
            using (var json = new Utf8JsonWriter(stream))
            {
                json.WriteStartObject();
                records.WriteEvent(json, happened);
                json.WriteEndObject();
            }

            stream.Write("\n"u8);
        }
    }

    /// <summary>Creates <c>manifest.json</c> of an attempt: all its records, for a reader who has only the attempt's folder.</summary>
    public byte[] CreateAttemptManifest(TaskRow task, RecordedAttempt attempt)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, JsonText.Indented))
        {
            json.WriteStartObject();
            json.WriteNumber("schema_version", SchemaVersion);
            json.WriteString("run_id", story.Reader.RunRow.RunId.Value);
            json.WriteString("task_id", task.TaskId.Value);
            json.WriteString("command", task.Command);
            records.WriteAttempt(json, attempt);
            json.WriteEndObject();
        }

        buffer.WriteByte((byte)'\n');
        return buffer.ToArray();
    }

    private static void WriteWiring(Utf8JsonWriter json, RunWiring wiring)
    {
        json.WriteStartObject("operator_wiring");
        json.WriteString("source", wiring.Origin.ToText());
        json.WriteString("sha256", wiring.Hash.Hex);
        json.WriteString("snapshot_relpath", SnapshotPaths.RelativeSnapshotPath);
        json.WriteStartObject("operators");
        foreach (var (key, wired) in wiring.Operators.Operators.OrderBy(o => o.Key))
        {
            json.WriteString(key.Value, wired.Hash.Hex);
        }

        json.WriteEndObject();
        json.WriteEndObject();
    }

    private void WriteEnds(Utf8JsonWriter json, IReadOnlyList<EndRow> ends)
    {
        if (ends.Count == 0)
        {
            return;
        }

        json.WriteStartArray("ends");
        foreach (var end in ends)
        {
            json.WriteStartObject();
            records.WriteEnd(json, end);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteInputs(Utf8JsonWriter json, RunReader reader)
    {
        json.WriteStartArray("inputs");
        foreach (var input in RunInput.ReadInputs(reader))
        {
            json.WriteStartObject();
            json.WriteString("kind", input.Row.Kind.Text);
            json.WriteString("path", input.Row.Path);
            json.WriteString("sha256", input.Row.Sha256.Hex);
            json.WriteString("snapshot_relpath", input.Row.SnapshotRelpath);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void FlushIfLarge(Utf8JsonWriter json)
    {
        if (json.BytesPending > FlushThresholdBytes)
        {
            json.Flush();
        }
    }
}
