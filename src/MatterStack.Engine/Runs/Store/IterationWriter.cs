using System.Globalization;
using MatterStack.Engine.Identity;
using MatterStack.Engine.Lifecycle.Model;
using MatterStack.Engine.Problems;
using MatterStack.Engine.Runs.Store.Sqlite;
using Microsoft.Data.Sqlite;

namespace MatterStack.Engine.Runs.Store;

/// <summary>Writes the answer of a campaign class in one transaction: its state, and the tasks of the next iteration with their
/// inputs.</summary>
internal static class IterationWriter
{
    /// <summary>SQL that inserts a planned iteration: number, number of tasks, time.</summary>
    public const string InsertIterationSql = "INSERT INTO iterations (iteration, tasks, planned_at_utc) VALUES ($1, $2, $3)";

    /// <returns>Text for the event.</returns>
    public static string WriteIteration(SqliteConnection connection, Change.IterationEnded over, SqliteTransaction transaction)
    {
        var at = over.At.ToText();
        using (
            var analyzed = new SqlStatement(
                connection,
                $"""
                UPDATE iterations SET state = $2, analyzed_at_utc = $3, completed = (SELECT count(*) FROM tasks WHERE iteration = $1 AND state = {StateSql.ToLiterals(
                    TaskState.Completed
                )}) WHERE iteration = $1
                """,
                3
            )
        )
        {
            analyzed.ExecuteNonQuery(transaction, (long)over.Iteration, over.Next.State, at);
        }

        if (over.Next.Tasks is not { } tasks)
        {
            return string.Create(CultureInfo.InvariantCulture, $"iteration {over.Iteration} is analyzed; the campaign is finished");
        }

        using (var plan = new SqlStatement(connection, InsertIterationSql, 3))
        {
            plan.ExecuteNonQuery(transaction, (long)over.Iteration + 1, (long)tasks.Count, at);
        }

        using (var writer = new TaskWriter(connection))
        {
            writer.WriteTasks(transaction, tasks, over.FirstPosition, over.Iteration + 1);
        }

        using var insertInput = new SqlStatement(
            connection,
            $"""
            INSERT INTO run_inputs (kind, path, sha256, source, snapshot_relpath, recorded_at_utc)
            SELECT '{RunInputKind.CampaignFile.ToText()}', $1, $2, 'project', $3, $4
            WHERE NOT EXISTS (SELECT 1 FROM run_inputs WHERE kind = '{RunInputKind.CampaignFile.ToText()}' AND path = $1 AND sha256 = $2)
            """,
            4
        );
        foreach (var input in tasks.SelectMany(t => t.Inputs).DistinctBy(i => (i.Source, i.Content)))
        {
            insertInput.ExecuteNonQuery(transaction, input.Source, input.Content.Hex, "inputs/" + input.Content.Hex, at);
        }

        return string.Create(
            CultureInfo.InvariantCulture,
            $"iteration {over.Iteration} is analyzed; iteration {over.Iteration + 1} has {CountText.FormatCount(tasks.Count, "task")}"
        );
    }
}
