using System.Text;
using MatterStack.Engine.Identity;
using MatterStack.Engine.Lifecycle.Model;
using MatterStack.Engine.Runs.Store.Sqlite;
using Microsoft.Data.Sqlite;

namespace MatterStack.Engine.Runs.Store;

/// <summary>Loads the planner's model from the store, with a fixed number of statements for a run of any size.</summary>
internal static class ModelLoader
{
    public static RunModel LoadModel(SqliteConnection connection)
    {
        var state = RunState.Pending;
        int? iteration = null;
        var baseline = default(FailureBaseline);
        string? selection = null;
        using (
            var run = new SqlStatement(
                connection,
                "SELECT state, (SELECT max(iteration) FROM iterations WHERE analyzed_at_utc IS NULL), failed_before, ended_before, "
                    + "selection FROM runs",
                0
            )
        )
        using (var reader = run.ExecuteReader())
        {
            if (reader.Read())
            {
                state = StateText.ParseRunState(reader.GetString(0));
                iteration = reader.IsDBNull(1) ? null : reader.GetInt32(1);
                baseline = new FailureBaseline(reader.GetInt32(2), reader.GetInt32(3));
                selection = reader.IsDBNull(4) ? null : reader.GetString(4);
            }
        }

        var keys = new List<OperatorKey>();
        var underWay = new List<TaskUnderWay>();
        var nodes = LoadTasks(connection, keys, underWay);
        LoadDependencies(connection, nodes);
        var model = new RunModel(state, keys, nodes, LoadLiveAttempts(connection, nodes, underWay, keys), iteration)
        {
            FailureBaseline = baseline,
            Selection = selection,
        };
        LoadOpenEnds(connection, model);
        return model;
    }

    private static void LoadOpenEnds(SqliteConnection connection, RunModel model)
    {
        foreach (var (subject, request) in EndTable.ReadOpenEnds(connection))
        {
            if (subject == EndTable.RunSubject)
            {
                model.CancelRequest = model.State.IsEnd() ? null : request;
            }
            else if (model.FindLive(AttemptId.FromTrusted(subject)) is { } attempt)
            {
                attempt.EndRequest = request;
            }
        }
    }

    /// <param name="connection">The store.</param>
    /// <param name="keys">Receives the operator keys.</param>
    /// <param name="underWay">Receives an entry per task position, empty for a task without a current attempt; no longer than
    /// needed.</param>
    private static List<TaskNode> LoadTasks(SqliteConnection connection, List<OperatorKey> keys, List<TaskUnderWay> underWay)
    {
        var nodes = new List<TaskNode>();
        var states = new InternTable<TaskState>(StateText.ParseTaskState);
        var keyIndex = new InternTable<int>(text =>
        {
            var key = OperatorKey.FromTrusted(text);
            var known = keys.IndexOf(key);
            if (known < 0)
            {
                keys.Add(key);
            }

            return known < 0 ? keys.Count - 1 : known;
        });
        var knownNeeds = new InternTable<TaskNeeds>(TaskNeeds.Parse);
        var knownPolicies = new InternTable<TaskPolicy>(TaskPolicy.Parse);
        var knownReasons = new InternTable<string>(static reason => reason);
        var held = StateSql.ToLiterals(TaskState.WaitingExternal);
        var waiting = StateSql.ToLiterals(TaskState.WaitingExternal, TaskState.Running);
        var active = StateSql.ToLiterals(TaskState.Ready, TaskState.Running, TaskState.WaitingExternal);
        using var tasks = new Utf8RowReader(
            connection,
            $"""
            SELECT task_id, state, operator_key, cores, max_attempts,
                anew * 8 + cacheable * 4 + allow_failure * 2 + allow_dependency_failure, attempts,
                CASE WHEN state IN ({waiting}) THEN reason END,
                CASE WHEN current_attempt_id IS NOT NULL AND state IN ({active}) THEN definition END, needs,
                policy, history,
                CASE WHEN state = {held} THEN (SELECT attempt_id || ' ' || coalesce(reason, 'failed') FROM attempts a
                    WHERE a.attempt_id = tasks.current_attempt_id AND a.ended_at_utc IS NOT NULL) END,
                priority + 1000, pattern
            FROM tasks ORDER BY seq
            """
        );
        while (tasks.Read())
        {
            if (tasks.GetUtf8OrEmpty(8) is { IsEmpty: false } definition)
            {
                while (underWay.Count < nodes.Count)
                {
                    underWay.Add(default);
                }

                var reason = tasks.GetUtf8OrEmpty(7);
                underWay.Add(new TaskUnderWay(reason.IsEmpty ? null : knownReasons[reason], definition.ToArray()));
            }

            var flags = tasks.GetInt32(5);
            nodes.Add(
                new TaskNode
                {
                    Position = nodes.Count,
                    Id = TaskId.FromTrusted(tasks.GetText(0)),
                    State = states[tasks.GetUtf8(1)],
                    KeyIndex = keyIndex[tasks.GetUtf8(2)],
                    Cores = tasks.GetInt32(3),
                    Needs = tasks.GetUtf8OrEmpty(9) is { IsEmpty: false } needs ? knownNeeds[needs] : null,
                    MaxAttempts = tasks.GetInt32(4),
                    Policy = tasks.GetUtf8OrEmpty(10) is { IsEmpty: false } policy ? knownPolicies[policy] : null,
                    History = tasks.GetUtf8OrEmpty(11) is { IsEmpty: false } history
                        ? TaskHistory.Parse(Encoding.UTF8.GetString(history))
                        : null,
                    Hold = tasks.GetUtf8OrEmpty(12) is { IsEmpty: false } hold ? ParseHold(Encoding.UTF8.GetString(hold)) : null,
                    AllowFailure = (flags & 2) != 0,
                    AllowDependencyFailure = (flags & 1) != 0,
                    IsCacheable = (flags & 4) != 0,
                    MustRecompute = (flags & 8) != 0,
                    AttemptCount = tasks.GetInt32(6),
                    Priority = tasks.GetInt32(13) - 1000,
                    Pattern = tasks.FindInt64(14),
                }
            );
        }

        return nodes;
    }

    // The id of the last attempt, a blank, and why it failed.
    private static TaskHold ParseHold(string text)
    {
        var blank = text.IndexOf(' ', StringComparison.Ordinal);
        return new TaskHold(AttemptId.FromTrusted(text[..blank]), text[(blank + 1)..]);
    }

    private static void LoadDependencies(SqliteConnection connection, List<TaskNode> nodes)
    {
        using var dependencies = new Utf8RowReader(connection, "SELECT task_seq, depends_on_seq FROM dependencies ORDER BY task_seq");
        var current = -1;
        var collected = new List<int>();
        while (dependencies.Read())
        {
            var task = dependencies.GetInt32(0);
            if (task != current && current >= 0)
            {
                nodes[current].DependsOn = [.. collected];
                collected.Clear();
            }

            current = task;
            collected.Add(dependencies.GetInt32(1));
        }

        if (current >= 0)
        {
            nodes[current].DependsOn = [.. collected];
        }
    }

    private static List<LiveAttempt> LoadLiveAttempts(
        SqliteConnection connection,
        List<TaskNode> nodes,
        List<TaskUnderWay> underWay,
        List<OperatorKey> keys
    )
    {
        var live = new List<LiveAttempt>();
        var owners = new TaskFinder(nodes);
        using var attempts = new LiveAttemptReader(connection);
        while (attempts.Read())
        {
            if (owners.FindTask(attempts.TaskId) is { } owner)
            {
                live.Add(attempts.CreateAttempt(owner, owner.Position < underWay.Count ? underWay[owner.Position] : default, AddKey));
            }
        }

        PostponementEvents.LoadInto(live, connection);
        return live;

        // Only an attempt whose task is routed to another operator by now has a key of its own.
        int AddKey(OperatorKey key)
        {
            var known = keys.IndexOf(key);
            if (known < 0)
            {
                keys.Add(key);
            }

            return known < 0 ? keys.Count - 1 : known;
        }
    }

    /// <summary>Finds the task of an attempt; fast if attempts are looked up in the order of their tasks.</summary>
    private sealed class TaskFinder(List<TaskNode> nodes)
    {
        private int _next;
        private Dictionary<string, TaskNode>? _byName;

        public TaskNode? FindTask(ReadOnlySpan<byte> id)
        {
            for (; _byName is null && _next < nodes.Count; _next++)
            {
                if (Ascii.Equals(id, nodes[_next].Id.Value))
                {
                    return nodes[_next++];
                }
            }

            _byName ??= nodes.ToDictionary(node => node.Id.Value, StringComparer.Ordinal);
            return _byName.GetValueOrDefault(Encoding.UTF8.GetString(id));
        }
    }
}
