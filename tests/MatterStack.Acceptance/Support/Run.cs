using System.Globalization;
using Microsoft.Data.Sqlite;

namespace MatterStack.Acceptance.Support;

/// <summary>A run as a reader with <c>sqlite3</c> and a shell sees it.</summary>
internal sealed class Run(string folder)
{
    public string Folder { get; } = folder;

    public string Id => Path.GetFileName(Folder);

    public string State => Text("SELECT state FROM runs");

    public string Task(string id, string column = "state") => Text($"SELECT {column} FROM tasks WHERE task_id = '{id}'");

    public string Attempt(string task, string column = "state", int index = 1) =>
        Text($"SELECT {column} FROM attempts WHERE task_id = '{task}' AND attempt_index = {index}");

    /// <summary>Process of an attempt under way.</summary>
    public int ProcessOf(string task) => int.Parse(Attempt(task, "external_id").Split('@')[0], CultureInfo.InvariantCulture);

    public string File(string task, string name, int index = 1) => System.IO.File.ReadAllText(PathOf(task, name, index));

    public string PathOf(string task, string name, int index = 1) => Path.Combine(Folder, "tasks", $"{task}@{index}", name);

    /// <summary>The first value that a query gives.</summary>
    public string Text(string sql) => Rows(sql) is [[var value, ..], ..] ? value : "";

    public IReadOnlyList<string[]> Rows(string sql)
    {
        var store = Path.Combine(Folder, "state.sqlite");
        // Beside a store that machines share stands its journal, of which this one may see an earlier state for a second. SQLite must not
        // undo anything with it, and refuses to read then.
        if (!System.IO.File.Exists(store + "-journal"))
        {
            return Rows(store, SqliteOpenMode.ReadWrite, sql);
        }

        IReadOnlyList<string[]> rows = [];
        Wait.Until(
            () =>
            {
                try
                {
                    rows = Rows(store, SqliteOpenMode.ReadOnly, sql);
                    return true;
                }
                catch (SqliteException)
                {
                    return false;
                }
            },
            $"{store} to be readable"
        );
        return rows;
    }

    private static List<string[]> Rows(string store, SqliteOpenMode mode, string sql)
    {
        using var connection = new SqliteConnection(
            new SqliteConnectionStringBuilder
            {
                DataSource = store,
                Mode = mode,
                Pooling = false,
            }.ToString()
        );
        connection.Open();
        using var command = connection.CreateCommand();
#pragma warning disable CA2100 // Every statement is a test's own text.
        command.CommandText = sql;
#pragma warning restore CA2100
        using var reader = command.ExecuteReader();
        var rows = new List<string[]>();
        while (reader.Read())
        {
            rows.Add([
                .. Enumerable
                    .Range(0, reader.FieldCount)
                    .Select(i => Convert.ToString(reader.GetValue(i), CultureInfo.InvariantCulture) ?? ""),
            ]);
        }

        return rows;
    }
}
