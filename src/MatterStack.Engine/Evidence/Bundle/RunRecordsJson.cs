using System.Text.Json;
using MatterStack.Engine.Caching;
using MatterStack.Engine.Files;
using MatterStack.Engine.Identity;
using MatterStack.Engine.Lifecycle.Model;
using MatterStack.Engine.Reports;
using MatterStack.Engine.Runs.Store;

namespace MatterStack.Engine.Evidence.Bundle;

/// <summary>Writes the records of a run as JSON for the files of a bundle: names as in the store, without null values.</summary>
/// <param name="paths">Removes folders of this machine from reasons.</param>
internal sealed class RunRecordsJson(PathRedactor paths)
{
    public void WriteRun(Utf8JsonWriter json, RunRow row)
    {
        json.WriteString("run_id", row.RunId.Value);
        json.WriteString("workspace_slug", row.WorkspaceSlug);
        json.WriteString("state", row.State.ToText());
        json.WriteOptional("reason", paths.Redact(row.Reason));
        json.WriteString("created_at_utc", row.CreatedAt.ToText());
        json.WriteOptional("ended_at_utc", row.EndedAt?.ToText());
        json.WriteString("definition_sha256", row.DefinitionSha256.Hex);
        json.WriteString("engine_version", row.EngineVersion);
        if (row.Tags.Count > 0)
        {
            json.WriteStartArray("tags");
            foreach (var tag in row.Tags)
            {
                json.WriteStringValue(tag);
            }

            json.WriteEndArray();
        }

        json.WriteOptional("note", paths.Redact(row.Note));
        if (row.Selection is not null)
        {
            json.WriteString("selection", row.Selection);
        }
    }

    public void WriteTask(Utf8JsonWriter json, TaskRow task)
    {
        json.WriteString("task_id", task.TaskId.Value);
        json.WriteString("state", task.State.ToText());
        json.WriteOptional("reason", paths.Redact(task.Reason));
        json.WriteString("operator_key", task.OperatorKey.Value);
        json.WriteString("command", task.Command);
        json.WriteOptional("current_attempt_id", task.CurrentAttemptId?.Value);
        json.WriteNumber("iteration", task.Iteration);
        json.WriteBoolean("allow_failure", task.AllowFailure);
    }

    public void WriteAttempt(Utf8JsonWriter json, RecordedAttempt story)
    {
        var attempt = story.Row;
        json.WriteString("attempt_id", attempt.AttemptId.Value);
        json.WriteNumber("attempt_index", attempt.AttemptIndex);
        json.WriteString("state", attempt.State.ToText());
        json.WriteOptional("reason", paths.Redact(attempt.Reason));
        json.WriteString("operator_key", attempt.OperatorKey.Value);
        json.WriteString("wiring_sha256", attempt.WiringSha256.Hex);
        json.WriteString("wiring_relpath", BundleNames.GetWiringCopyPath(attempt.WiringSha256));
        json.WriteString("operator_sha256", attempt.OperatorSha256.Hex);
        json.WriteOptional("external_id", attempt.ExternalId);
        json.WriteOptional("exit_code", attempt.ExitCode);
        json.WriteOptional("end_cause", attempt.CauseText);
        json.WriteOptional("not_carried", paths.Redact(attempt.NotCarriedReason));
        json.WriteOptional("node", attempt.Node);
        if (attempt.Usage is { } usage)
        {
            WriteUsage(json, usage);
        }

        if (attempt.Given is { } given)
        {
            json.WritePropertyName("given");
            json.WriteRawValue(given.ToJson());
        }

        json.WriteString("created_at_utc", attempt.CreatedAt.ToText());
        json.WriteOptional("submitted_at_utc", attempt.SubmittedAt?.ToText());
        json.WriteOptional("ended_at_utc", attempt.EndedAt?.ToText());
        json.WriteString("relative_path", attempt.RelativePath);
        json.WriteOptional("cached_from", attempt.CachedFrom);
        if (attempt is { Origin: { } origin, FingerprintParts: { } parts })
        {
            // Enough to know where the result was computed if its run is deleted. The fingerprint is the hash of the parts.
            json.WritePropertyName("original");
            CacheOriginJson.Write(json, origin);
            json.WriteString("fingerprint_parts", parts);
        }

        if (attempt.Codes.Count > 0)
        {
            json.WriteStartArray("codes");
            foreach (var code in attempt.Codes)
            {
                json.WriteStartObject();
                json.WriteString("code", code.Code);
                json.WriteString("code_sha256", code.Sha256.Hex);
                json.WriteOptional("version", paths.Redact(code.Version));
                json.WriteEndObject();
            }

            json.WriteEndArray();
        }

        if (attempt.Carried.Count > 0)
        {
            json.WriteStartArray("carried");
            foreach (var file in attempt.Carried)
            {
                json.WriteStartObject();
                json.WriteString("path", file.Path);
                json.WriteString("source", file.Source);
                json.WriteString("sha256", file.Hash.Hex);
                json.WriteNumber("size", file.Size);
                json.WriteString("origin_attempt_id", file.Origin.Value);
                json.WriteOptional("place", file.Place.Length == 0 ? null : paths.Redact(file.Place));
                json.WriteEndObject();
            }

            json.WriteEndArray();
        }

        if (attempt.ContinuedAttempts > 0)
        {
            json.WriteNumber("continued_attempts", attempt.ContinuedAttempts);
        }

        if (story.Answer is { } answer)
        {
            json.WriteStartObject("answer");
            json.WriteOptional("actor", answer.Actor);
            json.WriteString("at_utc", answer.At.ToText());
            json.WriteOptional("details", paths.Redact(answer.Details));
            json.WriteEndObject();
        }

        if (attempt.Results is not null && story.ResultsFault is not null)
        {
            json.WriteString("results_text", attempt.Results);
        }
        else if (attempt.Results is not null)
        {
            json.WritePropertyName("results");
            json.WriteRawValue(attempt.Results);
        }

        json.WriteStartArray("outputs");
        foreach (var output in story.Outputs)
        {
            json.WriteStartObject();
            json.WriteString("path", output.Path);
            json.WriteString("sha256", output.Sha256.Hex);
            json.WriteNumber("size", output.Size);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private void WriteUsage(Utf8JsonWriter json, AttemptUsage usage)
    {
        json.WriteOptional("started_at_utc", usage.StartedAt?.ToText());
        json.WriteOptional("queue_seconds", usage.QueueTime?.TotalSeconds);
        json.WriteOptional("wall_seconds", usage.WallTime?.TotalSeconds);
        json.WriteOptional("cpu_seconds", usage.CpuTime?.TotalSeconds);
        json.WriteOptional("peak_memory_bytes", usage.PeakMemoryBytes);
        json.WriteString("usage_source", usage.Source.ToText());
        json.WriteOptional("usage_note", paths.Redact(usage.Note));
    }

    /// <summary>Writes a file that the run has published.</summary>
    public static void WritePublished(Utf8JsonWriter json, PublishedRow row)
    {
        json.WriteString("path", row.Path);
        json.WriteString("task_id", row.Task.Value);
        json.WriteOptional("attempt_id", row.PublishedAttempt?.Value);
        json.WriteString("output", row.Output);
        json.WriteOptional("sha256", row.PublishedContent?.Hex);
        json.WriteOptional("size", row.PublishedSize);
        json.WriteOptional("at_utc", row.At?.ToText());
    }

    public void WriteEvent(Utf8JsonWriter json, EventRow happened)
    {
        json.WriteNumber("seq", happened.Seq);
        json.WriteString("at_utc", happened.At.ToText());
        json.WriteString("kind", happened.Kind.Name);
        json.WriteOptional("task_id", happened.TaskId?.Value);
        json.WriteOptional("attempt_id", happened.AttemptId?.Value);
        json.WriteOptional("actor", happened.Actor);
        json.WriteOptional("details", paths.Redact(happened.Details));
    }

    public void WriteEnd(Utf8JsonWriter json, EndRow end)
    {
        json.WriteOptional("attempt_id", end.AttemptId?.Value);
        json.WriteString("asked_at_utc", end.AskedAt.ToText());
        json.WriteString("asked_by", end.AskedBy);
        json.WriteString("kind", end.Kind.ToText());
        json.WriteString("reason", paths.Redact(end.Reason));
        json.WriteOptional("told_at_utc", end.SentAt?.ToText());
        json.WriteOptional("trouble", paths.Redact(end.DeliveryProblem));
    }

    public void WriteAmendment(Utf8JsonWriter json, AmendmentRow amendment)
    {
        json.WriteString("at_utc", amendment.At.ToText());
        json.WriteString("task_id", amendment.TaskId.Value);
        json.WriteOptional("attempt_id", amendment.AttemptId?.Value);
        json.WriteString("actor", amendment.Actor);
        json.WriteOptional("reason", paths.Redact(amendment.Reason));
        json.WritePropertyName("changes");
        json.WriteRawValue(amendment.Changes);
        json.WritePropertyName("previous");
        json.WriteRawValue(amendment.Previous);
    }

    public static void WriteIteration(Utf8JsonWriter json, IterationRow iteration)
    {
        json.WriteNumber("iteration", iteration.Iteration);
        json.WriteNumber("tasks", iteration.Tasks);
        json.WriteOptional("completed", iteration.Completed);
        json.WriteString("planned_at_utc", iteration.PlannedAt.ToText());
        json.WriteOptional("analyzed_at_utc", iteration.AnalyzedAt?.ToText());
        // The state is written as text, since the campaign compares it as text.
        json.WriteOptional("state", iteration.StateJson);
    }
}
