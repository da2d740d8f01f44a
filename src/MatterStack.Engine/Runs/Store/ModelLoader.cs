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
        using (var run = new SqlStatement(connection, "SELECT state, (SELECT max(iteration) FROM iterations WHERE analyzed_at_utc IS NULL) FROM runs", 0))
        using (var reader = run.ExecuteReader())
        {
            if (reader.Read())
            {
                state = StateText.ParseRunState(reader.GetString(0));
                iteration = reader.IsDBNull(1) ? null : reader.GetInt32(1);
            }
        }

        var keys = new List<OperatorKey>();
        var reasons = new List<string?>();
        var nodes = LoadTasks(connection, keys, reasons);
        LoadDependencies(connection, nodes);
        var model = new RunModel(state, keys, nodes, LoadLiveAttempts(connection, nodes, reasons), iteration);
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
    /// <param name="reasons">Receives the reason per task position, for running and waiting tasks; no longer than needed.</param>
    private static List<TaskNode> LoadTasks(SqliteConnection connection, List<OperatorKey> keys, List<string?> reasons)
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
        var knownReasons = new InternTable<string>(static reason => reason);
        using var tasks = new Utf8RowReader(connection, $"""
            SELECT task_id, state, operator_key, cores, max_attempts, anew * 8 + cacheable * 4 + allow_failure * 2 + allow_dependency_failure, attempts, CASE WHEN state IN ({StateSql.ToLiterals(TaskState.WaitingExternal, TaskState.Running)}) THEN reason END FROM tasks ORDER BY seq
            """);
        while (tasks.Read())
        {
            if (tasks.GetUtf8OrEmpty(7) is { IsEmpty: false } reason)
            {
                while (reasons.Count < nodes.Count)
                {
                    reasons.Add(null);
                }

                reasons.Add(knownReasons[reason]);
            }

            var flags = tasks.GetInt32(5);
            nodes.Add(new TaskNode
            {
                Position = nodes.Count,
                Id = TaskId.FromTrusted(tasks.GetText(0)),
                State = states[tasks.GetUtf8(1)],
                KeyIndex = keyIndex[tasks.GetUtf8(2)],
                Cores = tasks.GetInt32(3),
                MaxAttempts = tasks.GetInt32(4),
                AllowFailure = (flags & 2) != 0,
                AllowDependencyFailure = (flags & 1) != 0,
                IsCacheable = (flags & 4) != 0,
                MustRecompute = (flags & 8) != 0,
                AttemptCount = tasks.GetInt32(6),
            });
        }

        return nodes;
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

    private static List<LiveAttempt> LoadLiveAttempts(SqliteConnection connection, List<TaskNode> nodes, List<string?> reasons)
    {
        var live = new List<LiveAttempt>();
        var owners = new TaskFinder(nodes);
        // Many attempts share few different hashes and times.
        var hashes = new InternTable<Sha256>(text => Sha256.TryParse(text, out var hash) ? hash : throw new FormatException($"'{text}' is not a SHA-256 hash"));
        var times = new InternTable<DateTimeOffset>(Timestamps.Parse);
        var submissions = new InternTable<DateTimeOffset>(Timestamps.Parse);
        var statuses = new InternTable<AttemptStatus>(StateText.ParseAttemptStatus);
        var waits = new InternTable<AttemptState.WaitingExternal>(static waitingFor => new(waitingFor));
        using var attempts = new Utf8RowReader(connection, """
            SELECT attempt_id, task_id, attempt_index, state, external_id, wiring_sha256, operator_sha256, created_at_utc, submitted_at_utc, waiting_for
            FROM attempts INDEXED BY attempts_live WHERE ended_at_utc IS NULL ORDER BY seq
            """);
        while (attempts.Read())
        {
            if (owners.FindTask(attempts.GetUtf8(1)) is { } owner)
            {
                live.Add(new LiveAttempt
                {
                    Id = AttemptId.FromTrusted(attempts.GetText(0)),
                    Task = owner,
                    Index = attempts.GetInt32(2),
                    WiringHash = hashes[attempts.GetUtf8(5)],
                    OperatorHash = hashes[attempts.GetUtf8(6)],
                    IsDurable = true,
                    CreatedAt = times[attempts.GetUtf8(7)],
                    SubmittedAt = attempts.GetUtf8OrEmpty(8) is { IsEmpty: false } submitted ? submissions[submitted] : null,
                    State = CreateState(statuses[attempts.GetUtf8(3)], attempts.GetUtf8OrEmpty(4), attempts.GetUtf8OrEmpty(9)),
                    LastReason = owner.Position < reasons.Count ? reasons[owner.Position] : null,
                });
            }
        }

        LoadPostponements(connection, live);
        return live;

        AttemptState CreateState(AttemptStatus status, ReadOnlySpan<byte> external, ReadOnlySpan<byte> waitingFor)
        {
            var id = external.IsEmpty ? null : Encoding.UTF8.GetString(external);
            return status switch
            {
                AttemptStatus.Created => new AttemptState.Created(),
                AttemptStatus.Submitted => new AttemptState.Submitted(id ?? ""),
                AttemptStatus.Running => new AttemptState.Running(id ?? ""),
                AttemptStatus.WaitingExternal => id is null ? waits[waitingFor] : waits[waitingFor] with { ExternalId = id },
                _ => throw new FormatException($"'{status.ToText()}' is not a state of a live attempt"),
            };
        }
    }

    // Reported delays and refusals of attempts that are not started yet.
    private static void LoadPostponements(SqliteConnection connection, List<LiveAttempt> live)
    {
        if (!live.Exists(attempt => attempt.State is AttemptState.Created or AttemptState.Submitted))
        {
            return;
        }

        var waiting = live.ToDictionary(attempt => attempt.Id.Value, StringComparer.Ordinal);
        using var events = new Utf8RowReader(connection, $"SELECT attempt_id, kind = '{EventKinds.AttemptRefused}', at_utc, details FROM events WHERE kind IN ('{EventKinds.AttemptPostponed}', '{EventKinds.AttemptRefused}') ORDER BY seq");
        while (events.Read())
        {
            if (!waiting.TryGetValue(events.GetText(0), out var attempt))
            {
                continue;
            }

            if (events.GetInt32(1) == 1)
            {
                attempt.RefusedSince ??= Timestamps.Parse(events.GetText(2));
            }
            else
            {
                attempt.PostponedReason = events.GetText(3);
            }
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
