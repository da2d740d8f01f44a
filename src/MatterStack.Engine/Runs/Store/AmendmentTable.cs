using System.Buffers;
using System.Text;
using System.Text.Json;
using MatterStack.Engine.Campaigns;
using MatterStack.Engine.Campaigns.Declarations;
using MatterStack.Engine.Identity;
using MatterStack.Engine.Lifecycle.Model;
using MatterStack.Engine.Runs.Store.Sqlite;
using Microsoft.Data.Sqlite;

namespace MatterStack.Engine.Runs.Store;

/// <summary>The table <c>amendments</c>: changes of tasks after they were planned. The row of the task has the new definition, so that
/// every reader of tasks sees it.</summary>
internal sealed class AmendmentTable(SqliteConnection connection) : IDisposable
{
    private SqlStatement? _insert;
    private SqlStatement? _keep;
    private SqlStatement? _update;

    /// <summary>Records an amendment and gives the task its new definition. The last attempt keeps the definition that it began
    /// with.</summary>
    /// <param name="amended">The amendment.</param>
    /// <param name="lastAttempt">The last attempt of the task, if this transaction has added it; otherwise the recorded one counts.</param>
    /// <param name="transaction">Receives the rows.</param>
    public void Record(Change.TaskAmended amended, string? lastAttempt, SqliteTransaction transaction)
    {
        var changes = amended.Amendment.Changes;
        _insert ??= new SqlStatement(
            connection,
            "INSERT INTO amendments (at_utc, task_id, attempt_id, actor, reason, changes, previous) VALUES ($1, $2, $3, $4, $5, $6, $7)",
            7
        );
        _insert.ExecuteNonQuery(
            transaction,
            amended.At.ToText(),
            amended.Task.Id.Value,
            amended.Attempt?.Value,
            amended.Actor,
            amended.Reason,
            FormatValues(changes, static change => change.Current),
            FormatValues(changes, static change => change.Previous)
        );
        _keep ??= new SqlStatement(
            connection,
            "UPDATE attempts SET definition = (SELECT definition FROM tasks WHERE seq = $1) WHERE definition IS NULL AND attempt_id = "
                + "coalesce($2, (SELECT current_attempt_id FROM tasks WHERE seq = $1))",
            2
        );
        _keep.ExecuteNonQuery(transaction, (long)amended.Task.Position, amended.Attempt?.Value ?? lastAttempt);
        _update ??= new SqlStatement(
            connection,
            "UPDATE tasks SET definition = $2, command = $3, cores = $4, max_attempts = $5, needs = $6, policy = $7, operator_key = $8, "
                + "priority = $9 WHERE seq = $1",
            9
        );
        var after = amended.Amendment.After;
        _update.ExecuteNonQuery(
            transaction,
            (long)amended.Task.Position,
            Encoding.UTF8.GetString(TaskJson.Write(after)),
            after.Task.Command,
            (long)after.Task.Shape.TotalCores,
            (long)after.Task.MaxAttempts,
            TaskNeeds.FromTask(after.Task)?.ToString(),
            TaskPolicy.FromTask(after.Task)?.ToString(),
            after.Task.OperatorKey.Value,
            (long)after.Task.Priority
        );
    }

    public void Dispose()
    {
        _insert?.Dispose();
        _keep?.Dispose();
        _update?.Dispose();
    }

    /// <summary>Text for the event of an amendment. If the result can change, it has the hashes of both definitions.</summary>
    public static string DescribeChange(Change.TaskAmended amended) =>
        amended.Amendment.Describe()
        + (
            amended.Amendment.ChangesResult
                ? $"; the result can change: definition {ComputeHash(amended.Amendment.Before).Short} becomes "
                    + ComputeHash(amended.Amendment.After).Short
                : ""
        )
        + (amended.Reason is { } reason ? $" ({reason})" : "");

    /// <summary>Hash of a task's definition with its operator key.</summary>
    public static Sha256 ComputeHash(PlannedTask task) =>
        Sha256.ComputeHash([.. Encoding.UTF8.GetBytes(task.Task.OperatorKey.Value + "\n"), .. TaskJson.Write(task)]);

    /// <summary>Parses the values of a row: the JSON text of each value by the name of its metadata; null stands for the default.</summary>
    /// <exception cref="FormatException">The text is not a JSON object.</exception>
    public static IReadOnlyDictionary<string, string?> ParseValues(string text)
    {
        try
        {
            using var document = JsonDocument.Parse(text);
            return document
                .RootElement.EnumerateObject()
                .ToDictionary(
                    static value => value.Name,
                    static value => value.Value.ValueKind == JsonValueKind.Null ? null : value.Value.GetRawText(),
                    StringComparer.Ordinal
                );
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or ArgumentException)
        {
            throw new FormatException($"'{text}' does not list metadata of a task", e);
        }
    }

    /// <summary>The changes of a row, one for each metadata.</summary>
    public static IReadOnlyList<TaskChange> ListChanges(AmendmentRow row)
    {
        var previous = ParseValues(row.Previous);
        return
        [
            .. ParseValues(row.Changes).Select(change => new TaskChange(change.Key, previous.GetValueOrDefault(change.Key), change.Value)),
        ];
    }

    private static string FormatValues(IReadOnlyList<TaskChange> changes, Func<TaskChange, string?> value)
    {
        var bytes = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(bytes))
        {
            json.WriteStartObject();
            foreach (var change in changes)
            {
                json.WritePropertyName(change.Name);
                json.WriteRawValue(value(change) ?? "null");
            }

            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(bytes.WrittenSpan);
    }
}
