using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace MatterStack.Engine.Runs.Store.Sqlite;

/// <summary>Reads rows of a query from SQLite without an object per value: with 100 000 rows, such objects cost more than the
/// database.</summary>
internal sealed class Utf8RowReader : IDisposable
{
    private readonly SqliteConnection _connection;
    private readonly sqlite3_stmt _statement;
    private nint _handle;

    public Utf8RowReader(SqliteConnection connection, string sql)
    {
        _connection = connection;
        SqlStatement.CountExecution();
        ThrowIfError(raw.sqlite3_prepare_v2(connection.Handle!, sql, out _statement));
        _handle = _statement.DangerousGetHandle();
    }

    /// <summary>Goes to the next row. Returns false if there is none.</summary>
    public bool Read()
    {
        var result = raw.sqlite3_step(_statement);
        if (result == raw.SQLITE_ROW)
        {
            return true;
        }

        if (result != raw.SQLITE_DONE)
        {
            ThrowIfError(result);
        }

        return false;
    }

    /// <summary>Bytes of a text, valid until the next row; empty if the value is null.</summary>
    public ReadOnlySpan<byte> GetUtf8OrEmpty(int column) => SqliteColumns.GetBytes(_handle, column);

    /// <summary>Bytes of a text that must not be empty, valid until the next row.</summary>
    /// <exception cref="FormatException">The value is null or empty: the store is damaged.</exception>
    public ReadOnlySpan<byte> GetUtf8(int column)
    {
        var text = GetUtf8OrEmpty(column);
        return text.IsEmpty
            ? throw new FormatException($"'{raw.sqlite3_column_name(_statement, column).utf8_to_string()}' is missing")
            : text;
    }

    /// <summary>A text that must not be empty.</summary>
    /// <exception cref="FormatException">The value is null or empty: the store is damaged.</exception>
    public string GetText(int column) => System.Text.Encoding.UTF8.GetString(GetUtf8(column));

    /// <summary>A whole number; null if the value is null, 0 or a text.</summary>
    public long? FindInt64(int column) => SqliteColumns.GetInt64(_handle, column) is not 0 and var value ? value : null;

    /// <summary>A whole number from 0.</summary>
    /// <exception cref="FormatException">The value is not an integer between 0 and 2 147 483 647: the store is damaged.</exception>
    public int GetInt32(int column)
    {
        var value = SqliteColumns.GetInt64(_handle, column);
        // SQLite reads a text and a null as 0.
        return value is > 0 and <= int.MaxValue || raw.sqlite3_column_type(_statement, column) == raw.SQLITE_INTEGER && value == 0
            ? (int)value
            : throw new FormatException($"'{raw.sqlite3_column_name(_statement, column).utf8_to_string()}' is not a whole number in range");
    }

    public void Dispose()
    {
        _handle = 0;
        _statement?.Dispose();
    }

    private void ThrowIfError(int result) => SqliteException.ThrowExceptionForRC(result, _connection.Handle);
}
