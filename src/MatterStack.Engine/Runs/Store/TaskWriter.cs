using System.Globalization;
using System.Text;
using MatterStack.Engine.Campaigns;
using MatterStack.Engine.Campaigns.Declarations;
using MatterStack.Engine.Identity;
using MatterStack.Engine.Lifecycle.Model;
using MatterStack.Engine.Runs.Store.Sqlite;
using Microsoft.Data.Sqlite;

namespace MatterStack.Engine.Runs.Store;

/// <summary>Writes new tasks and their dependencies into a run's store.</summary>
internal sealed class TaskWriter(SqliteConnection connection) : IDisposable
{
    private readonly SqlStatement _insertTask = new(
        connection,
        """
        INSERT INTO tasks (seq, task_id, state, reason, operator_key, command, cores, max_attempts, allow_failure, allow_dependency_failure, cacheable, definition, iteration, needs, policy, priority, pattern)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)
        """,
        17
    );

    private readonly SqlStatement _insertDependency = new(
        connection,
        "INSERT OR IGNORE INTO dependencies (task_seq, depends_on_seq) VALUES ($1, coalesce($2, "
            + "(SELECT seq FROM tasks WHERE task_id = $3)))",
        3
    );

    /// <summary>Writes tasks in one transaction.</summary>
    /// <param name="transaction">The transaction.</param>
    /// <param name="tasks">The tasks; their dependencies are among them or in the store.</param>
    /// <param name="first">Position of the first task.</param>
    /// <param name="iteration">Iteration of the tasks, from 0.</param>
    public void WriteTasks(SqliteTransaction transaction, IReadOnlyList<PlannedTask> tasks, int first, int iteration)
    {
        var next = (long)first;
        var patterns = TaskPattern.ComputePatterns(tasks);
        foreach (var planned in tasks)
        {
            var task = planned.Task;
            var free = task.DependsOn.Count == 0;
            _insertTask.ExecuteNonQuery(
                transaction,
                next++,
                task.Id.Value,
                (free ? TaskState.Ready : TaskState.Pending).ToText(),
                free ? null : FormatWaitingReason(task),
                task.OperatorKey.Value,
                task.Command,
                (long)task.Shape.TotalCores,
                (long)task.MaxAttempts,
                task.AllowFailure ? 1L : 0L,
                task.AllowDependencyFailure ? 1L : 0L,
                task.IsCacheable ? 1L : 0L,
                Encoding.UTF8.GetString(TaskJson.Write(planned)),
                (long)iteration,
                TaskNeeds.FromTask(task)?.ToString(),
                TaskPolicy.FromTask(task)?.ToString(),
                (long)task.Priority,
                patterns[(int)next - first - 1]
            );
        }

        if (tasks.Any(planned => planned.Task.Publish.Count > 0))
        {
            PublishedTable.AddTargets(connection, transaction, tasks.Select(static planned => planned.Task));
        }

        if (tasks.Any(planned => planned.Task.DependsOn.Count > 0))
        {
            WriteDependencies(transaction, tasks, first);
        }
    }

    public void Dispose()
    {
        _insertTask.Dispose();
        _insertDependency.Dispose();
    }

    private void WriteDependencies(SqliteTransaction transaction, IReadOnlyList<PlannedTask> tasks, int first)
    {
        var seqs = new Dictionary<TaskId, long>(tasks.Count);
        foreach (var planned in tasks)
        {
            seqs.Add(planned.Task.Id, first + seqs.Count);
        }

        foreach (var task in tasks.Select(p => p.Task))
        {
            foreach (var dependency in task.DependsOn)
            {
                _insertDependency.ExecuteNonQuery(
                    transaction,
                    seqs[task.Id],
                    seqs.TryGetValue(dependency, out var seq) ? seq : null,
                    dependency.Value
                );
            }
        }
    }

    private static string FormatWaitingReason(CampaignTask task) =>
        "waits for "
        + string.Join(", ", task.DependsOn.Take(3))
        + (task.DependsOn.Count > 3 ? string.Create(CultureInfo.InvariantCulture, $" and {task.DependsOn.Count - 3} more") : "");
}
