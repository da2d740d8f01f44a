using Microsoft.Data.Sqlite;

namespace MatterStack.Engine.Runs.Store.Sqlite;

/// <summary>A prepared SQL statement with positional parameters.</summary>
internal sealed class SqlStatement : IDisposable
{
    [ThreadStatic]
    private static long _executed;

    private readonly SqliteCommand _command;

    /// <param name="connection">Open connection.</param>
    /// <param name="sql">SQL with parameters <c>$1</c>, <c>$2</c>, …</param>
    /// <param name="parameters">Number of parameters.</param>
    public SqlStatement(SqliteConnection connection, string sql, int parameters)
    {
        _command = connection.CreateCommand();
        _command.CommandText = sql;
        for (var i = 1; i <= parameters; i++)
        {
            _command.Parameters.Add(new SqliteParameter("$" + i.ToString(System.Globalization.CultureInfo.InvariantCulture), null));
        }
    }

    /// <summary>Number of statements that the calling thread has executed, for tests that it does not grow with the size of a
    /// run.</summary>
    public static long ExecutedByThisThread => _executed;

    /// <summary>Counts one more executed statement.</summary>
    public static void CountExecution() => _executed++;

    public void ExecuteNonQuery(SqliteTransaction? transaction, params ReadOnlySpan<object?> values)
    {
        BindValues(transaction, values);
        _command.ExecuteNonQuery();
    }

    public SqliteDataReader ExecuteReader(params ReadOnlySpan<object?> values) => ExecuteReader((SqliteTransaction?)null, values);

    public SqliteDataReader ExecuteReader(SqliteTransaction? transaction, params ReadOnlySpan<object?> values)
    {
        BindValues(transaction, values);
        return _command.ExecuteReader();
    }

    public void Dispose() => _command.Dispose();

    private void BindValues(SqliteTransaction? transaction, ReadOnlySpan<object?> values)
    {
        CountExecution();
        _command.Transaction = transaction;
        for (var i = 0; i < values.Length; i++)
        {
            _command.Parameters[i].Value = values[i] ?? DBNull.Value;
        }
    }
}
