using System.Text.Json;
using MatterStack.Engine.Campaigns;
using MatterStack.Engine.Files;
using MatterStack.Engine.Identity;
using MatterStack.Engine.Lifecycle.Model;
using MatterStack.Engine.Runs.Store.Sqlite;
using Microsoft.Data.Sqlite;

namespace MatterStack.Engine.Runs.Store;

/// <summary>Reads the input of a campaign class: its previous state and the results of an iteration.</summary>
internal sealed class IterationReader(SqliteConnection connection, RunFolder run)
{
    /// <summary>State of the campaign, as JSON, when it planned an iteration. Returns null for the first iteration.</summary>
    public string? ReadStateBefore(int iteration)
    {
        using var statement = new SqlStatement(connection, "SELECT state FROM iterations WHERE iteration = $1", 1);
        using var reader = statement.ExecuteReader((long)iteration - 1);
        return reader.Read() && !reader.IsDBNull(0) ? reader.GetString(0) : null;
    }

    public TaskResults ReadResults(int iteration) => new(iteration, options => ReadTaskResults(iteration, options));

    private List<TaskResult> ReadTaskResults(int iteration, JsonSerializerOptions options)
    {
        var attempts = ReadAttempts(iteration);
        var outputs = ReadOutputs(iteration);
        var results = new List<TaskResult>();
        using var statement = new SqlStatement(
            connection,
            """
            SELECT t.task_id, t.state, t.reason, t.current_attempt_id, a.results, a.relative_path FROM tasks t
            LEFT JOIN attempts a ON a.attempt_id = t.current_attempt_id WHERE t.iteration = $1 ORDER BY t.seq
            """,
            1
        );
        using var reader = statement.ExecuteReader((long)iteration);
        while (reader.Read())
        {
            var id = TaskId.FromTrusted(reader.GetString(0));
            var state = StateText.ParseTaskState(reader.GetString(1));
            // Files of an earlier attempt of a skipped task are not its result.
            var attempted = state != TaskState.Skipped && !reader.IsDBNull(3);
            results.Add(
                new TaskResult(
                    id,
                    ToOutcome(state),
                    attempted && !reader.IsDBNull(4) ? reader.GetString(4) : null,
                    attempted ? Path.Combine(run.Path, reader.GetString(5), AttemptLayout.WorkFolder) : run.Path,
                    options
                )
                {
                    Reason = state == TaskState.Completed || reader.IsDBNull(2) ? null : reader.GetString(2),
                    Files = attempted ? [.. outputs[reader.GetString(3)]] : [],
                    Attempts = [.. attempts[id]],
                }
            );
        }

        return results;
    }

    private ILookup<TaskId, TaskAttempt> ReadAttempts(int iteration)
    {
        var found = new List<AttemptRow>();
        using var statement = new SqlStatement(
            connection,
            $"""
            SELECT {AttemptColumns.Format("a", withResults: false)}
            FROM attempts a JOIN tasks t ON t.task_id = a.task_id WHERE t.iteration = $1 ORDER BY a.attempt_index
            """,
            1
        );
        using var reader = statement.ExecuteReader((long)iteration);
        while (reader.Read())
        {
            found.Add(AttemptColumns.Read(reader));
        }

        return found.ToLookup(row => row.TaskId, ToTaskAttempt);
    }

    private TaskAttempt ToTaskAttempt(AttemptRow row) =>
        new()
        {
            Id = row.AttemptId,
            Index = checked((int)row.AttemptIndex),
            State = row.State.ToText(),
            Outcome = row.State switch
            {
                AttemptStatus.Completed => TaskOutcome.Completed,
                AttemptStatus.Cancelled => TaskOutcome.Cancelled,
                _ => TaskOutcome.Failed,
            },
            Reason = row.Reason,
            Cause = row.EndCause?.ToText(),
            Folder = Path.Combine(run.Path, row.RelativePath),
            OperatorKey = row.OperatorKey,
            Wiring = row.WiringSha256,
            ExitCode = checked((int?)row.ExitCode),
            CreatedAt = row.CreatedAt,
            SubmittedAt = row.SubmittedAt,
            EndedAt = row.EndedAt,
        };

    private ILookup<string, ResultFile> ReadOutputs(int iteration)
    {
        var found = new List<(string Attempt, ResultFile File)>();
        using var statement = new SqlStatement(
            connection,
            """
            SELECT o.attempt_id, o.path, o.sha256, o.size FROM outputs o JOIN tasks t ON t.current_attempt_id = o.attempt_id WHERE t.iteration = $1 ORDER BY o.path
            """,
            1
        );
        using var reader = statement.ExecuteReader((long)iteration);
        while (reader.Read())
        {
            found.Add((reader.GetString(0), new ResultFile(reader.GetString(1), StoreText.GetHash(reader, 2), reader.GetInt64(3))));
        }

        return found.ToLookup(f => f.Attempt, f => f.File);
    }

    private static TaskOutcome ToOutcome(TaskState state) =>
        state switch
        {
            TaskState.Completed => TaskOutcome.Completed,
            TaskState.Failed => TaskOutcome.Failed,
            TaskState.Cancelled => TaskOutcome.Cancelled,
            TaskState.Skipped => TaskOutcome.Skipped,
            _ => throw new FormatException($"a task of an ended iteration is {state}"),
        };
}
