using Microsoft.Data.Sqlite;

namespace MatterStack.Benchmarks;

/// <summary>Floors of the engine: the rows it writes and reads, by SQLite alone, with nothing decided about them.</summary>
internal static class BareSqlite
{
    private const string Tables = """
        PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;
        CREATE TABLE tasks (seq INTEGER PRIMARY KEY, task_id TEXT NOT NULL UNIQUE, state TEXT NOT NULL, definition TEXT NOT NULL);
        CREATE TABLE attempts (seq INTEGER PRIMARY KEY, attempt_id TEXT NOT NULL UNIQUE, task_id TEXT NOT NULL, state TEXT NOT NULL, wiring TEXT NOT NULL, at TEXT NOT NULL);
        CREATE TABLE events (seq INTEGER PRIMARY KEY, at_utc TEXT NOT NULL, kind TEXT NOT NULL, task_id TEXT, attempt_id TEXT);
        """;

    private static readonly string Wiring = new('a', 64);

    /// <summary>All tasks in one transaction.</summary>
    public static Cost InsertTasks(int tasks)
    {
        using var scratch = new Scratch();
        return Cost.Of(() =>
        {
            using var connection = Open(scratch.Folder);
            Tasks(connection, tasks);
        });
    }

    /// <summary>Per task: the task, an attempt, its end, three events; as many to a transaction as the engine takes.</summary>
    public static Cost InsertAttempts(int tasks, int perCommit)
    {
        using var scratch = new Scratch();
        return Cost.Of(() =>
        {
            using var connection = Open(scratch.Folder);
            Tasks(connection, tasks);
            using var attempt = Prepare(
                connection,
                "INSERT INTO attempts (attempt_id, task_id, state, wiring, at) VALUES ($1, $2, 'CREATED', $3, $4)",
                4
            );
            using var end = Prepare(connection, "UPDATE attempts SET state = 'COMPLETED' WHERE attempt_id = $1", 1);
            using var task = Prepare(connection, "UPDATE tasks SET state = 'COMPLETED' WHERE seq = $1", 1);
            using var happened = Prepare(connection, "INSERT INTO events (at_utc, kind, task_id, attempt_id) VALUES ($1, $2, $3, $4)", 4);
            for (var first = 0; first < tasks; first += perCommit)
            {
                using var transaction = connection.BeginTransaction();
                for (var i = first; i < Math.Min(first + perCommit, tasks); i++)
                {
                    var (id, name, now) = ("20260101_120000_" + i.ToString("x8"), "t" + i, "2026-01-01T12:00:00.000Z");
                    Run(attempt, transaction, id, name, Wiring, now);
                    Run(end, transaction, id);
                    Run(task, transaction, (long)i);
                    foreach (var kind in new[] { "ATTEMPT_CREATED", "ATTEMPT_RUNNING", "ATTEMPT_COMPLETED" })
                    {
                        Run(happened, transaction, now, kind, name, id);
                    }
                }

                transaction.Commit();
            }
        });
    }

    /// <summary>Reads each task and each attempt of a run's store once.</summary>
    public static Cost ReadAll(string store) =>
        Cost.Of(() =>
        {
            using var connection = new SqliteConnection($"Data Source={store};Pooling=false");
            connection.Open();
            foreach (
                var table in new[]
                {
                    "SELECT task_id, state, operator_key FROM tasks",
                    "SELECT attempt_id, task_id, state FROM attempts WHERE ended_at_utc IS NULL",
                }
            )
            {
                using var command = connection.CreateCommand();
                command.CommandText = table;
                using var reader = command.ExecuteReader();
                while (reader.Read())
                {
                    _ = (reader.GetString(0), reader.GetString(1), reader.GetString(2));
                }
            }
        });

    private static void Tasks(SqliteConnection connection, int tasks)
    {
        using var transaction = connection.BeginTransaction();
        using var insert = Prepare(connection, "INSERT INTO tasks VALUES ($1, $2, 'READY', '{}')", 2);
        for (var i = 0; i < tasks; i++)
        {
            Run(insert, transaction, (long)i, "t" + i);
        }

        transaction.Commit();
    }

    private static SqliteConnection Open(string folder)
    {
        var connection = new SqliteConnection($"Data Source={Path.Combine(folder, "floor.sqlite")};Pooling=false");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = Tables;
        command.ExecuteNonQuery();
        return connection;
    }

    private static SqliteCommand Prepare(SqliteConnection connection, string sql, int parameters)
    {
        var command = connection.CreateCommand();
        command.CommandText = sql;
        for (var i = 1; i <= parameters; i++)
        {
            command.Parameters.Add(new SqliteParameter("$" + i, null));
        }

        return command;
    }

    private static void Run(SqliteCommand command, SqliteTransaction transaction, params ReadOnlySpan<object> values)
    {
        command.Transaction = transaction;
        for (var i = 0; i < values.Length; i++)
        {
            command.Parameters[i].Value = values[i];
        }

        command.ExecuteNonQuery();
    }
}
