using MatterStack.Engine.Identity;
using MatterStack.Engine.Lifecycle;
using Microsoft.Data.Sqlite;

namespace MatterStack.Engine.Runs;

/// <summary>Makes the planner's model of what the store holds, with three statements however large the run.</summary>
internal static class ModelLoader
{
    public static RunModel Load(SqliteConnection connection)
    {
        var state = RunState.Pending;
        int? iteration = null;
        using (var run = new Statement(connection, "SELECT state, (SELECT max(iteration) FROM iterations WHERE analyzed_at_utc IS NULL) FROM runs", 0))
        using (var reader = run.Query())
        {
            if (reader.Read())
            {
                state = StateNames.ParseRun(reader.GetString(0));
                iteration = reader.IsDBNull(1) ? null : reader.GetInt32(1);
            }
        }

        var keys = new List<OperatorKey>();
        var keyIndex = new Dictionary<string, int>(StringComparer.Ordinal);
        var nodes = new List<TaskNode>();
        using (var tasks = new Statement(connection, "SELECT task_id, state, operator_key, cores, max_attempts, allow_failure, allow_dependency_failure, attempts FROM tasks ORDER BY seq", 0))
        using (var reader = tasks.Query())
        {
            while (reader.Read())
            {
                var key = reader.GetString(2);
                if (!keyIndex.TryGetValue(key, out var index))
                {
                    keyIndex[key] = index = keys.Count;
                    keys.Add(OperatorKey.Trusted(key));
                }

                nodes.Add(new TaskNode
                {
                    Seq = nodes.Count,
                    Id = TaskId.Trusted(reader.GetString(0)),
                    State = StateNames.ParseTask(reader.GetString(1)),
                    Key = index,
                    Cores = reader.GetInt32(3),
                    MaxAttempts = reader.GetInt32(4),
                    AllowFailure = reader.GetInt32(5) != 0,
                    AllowDependencyFailure = reader.GetInt32(6) != 0,
                    Attempts = reader.GetInt32(7),
                });
            }
        }

        LoadDependencies(connection, nodes);
        return new RunModel(state, keys, nodes, LoadLive(connection, nodes), iteration);
    }

    private static void LoadDependencies(SqliteConnection connection, List<TaskNode> nodes)
    {
        using var dependencies = new Statement(connection, "SELECT task_seq, depends_on_seq FROM dependencies ORDER BY task_seq", 0);
        using var reader = dependencies.Query();
        var current = -1;
        var collected = new List<int>();
        while (reader.Read())
        {
            var task = reader.GetInt32(0);
            if (task != current && current >= 0)
            {
                nodes[current].DependsOn = [.. collected];
                collected.Clear();
            }

            current = task;
            collected.Add(reader.GetInt32(1));
        }

        if (current >= 0)
        {
            nodes[current].DependsOn = [.. collected];
        }
    }

    private static List<LiveAttempt> LoadLive(SqliteConnection connection, List<TaskNode> nodes)
    {
        var live = new List<LiveAttempt>();
        using var attempts = new Statement(connection, """
            SELECT a.attempt_id, t.seq, a.attempt_index, a.state, a.external_id, a.wiring_sha256, a.operator_sha256, a.created_at_utc, a.submitted_at_utc, t.reason
            FROM attempts a JOIN tasks t ON t.task_id = a.task_id WHERE a.ended_at_utc IS NULL
            """, 0);
        using var reader = attempts.Query();
        // Few hashes, many attempts.
        var hashes = new Dictionary<string, Sha256>(StringComparer.Ordinal);
        while (reader.Read())
        {
            var external = reader.IsDBNull(4) ? "" : reader.GetString(4);
            var wiring = Hash(reader.GetString(5));
            var operatorHash = Hash(reader.GetString(6));
            live.Add(new LiveAttempt
            {
                Id = AttemptId.Trusted(reader.GetString(0)),
                Task = nodes[reader.GetInt32(1)],
                Index = reader.GetInt32(2),
                Wiring = wiring,
                Operator = operatorHash,
                Durable = true,
                CreatedAt = Timestamps.Parse(reader.GetString(7)),
                SubmittedAt = reader.IsDBNull(8) ? null : Timestamps.Parse(reader.GetString(8)),
                State = reader.GetString(3) switch
                {
                    "CREATED" => new AttemptState.Created(),
                    "SUBMITTED" => new AttemptState.Submitted(external),
                    "RUNNING" => new AttemptState.Running(external),
                    "WAITING_EXTERNAL" => new AttemptState.WaitingExternal(WaitsFor(reader.IsDBNull(9) ? "" : reader.GetString(9)), external.Length == 0 ? null : external),
                    var other => throw new FormatException($"'{other}' is not a state of an attempt under way"),
                },
            });
        }

        return live;

        // The planner put the words before it.
        static string WaitsFor(string reason) => reason.StartsWith("waits for ", StringComparison.Ordinal) ? reason["waits for ".Length..] : reason;

        Sha256 Hash(string text)
        {
            if (!hashes.TryGetValue(text, out var hash))
            {
                _ = Sha256.TryParse(text, out hash);
                hashes[text] = hash;
            }

            return hash;
        }
    }
}
