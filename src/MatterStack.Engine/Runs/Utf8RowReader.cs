using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace MatterStack.Engine.Runs;

/// <summary>Reads rows of a query from SQLite without an object per value: with 100 000 rows, such objects cost more than the
/// database.</summary>
internal sealed class Utf8RowReader : IDisposable
{
    private readonly SqliteConnection _connection;
    private readonly sqlite3_stmt _statement;

    public Utf8RowReader(SqliteConnection connection, string sql)
    {
        _connection = connection;
        SqlStatement.CountExecution();
        ThrowIfError(raw.sqlite3_prepare_v2(connection.Handle!, sql, out _statement));
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
    public ReadOnlySpan<byte> GetUtf8OrEmpty(int column) => raw.sqlite3_column_blob(_statement, column);

    /// <summary>Bytes of a text that must not be empty, valid until the next row.</summary>
    /// <exception cref="FormatException">The value is null or empty: the store is damaged.</exception>
    public ReadOnlySpan<byte> GetUtf8(int column)
    {
        var text = GetUtf8OrEmpty(column);
        return text.IsEmpty ? throw new FormatException($"'{raw.sqlite3_column_name(_statement, column).utf8_to_string()}' is missing") : text;
    }

    /// <summary>Copy of the bytes of a text.</summary>
    /// <exception cref="FormatException">The value is null or empty: the store is damaged.</exception>
    public byte[] GetBytes(int column) => GetUtf8(column).ToArray();

    /// <summary>A text that must not be empty.</summary>
    /// <exception cref="FormatException">The value is null or empty: the store is damaged.</exception>
    public string GetText(int column) => System.Text.Encoding.UTF8.GetString(GetUtf8(column));

    /// <summary>A whole number from 0.</summary>
    /// <exception cref="FormatException">The value is not an integer between 0 and 2 147 483 647: the store is damaged.</exception>
    public int GetInt32(int column)
    {
        var value = raw.sqlite3_column_int64(_statement, column);
        // SQLite reads a text and a null as 0.
        return value is > 0 and <= int.MaxValue || raw.sqlite3_column_type(_statement, column) == raw.SQLITE_INTEGER && value == 0
            ? (int)value
            : throw new FormatException($"'{raw.sqlite3_column_name(_statement, column).utf8_to_string()}' is not a whole number in range");
    }

    public void Dispose() => _statement?.Dispose();

    private void ThrowIfError(int result) => SqliteException.ThrowExceptionForRC(result, _connection.Handle);
}

/// <summary>Converts many texts of which few are different, and keeps converted values for repeated texts.</summary>
internal sealed class InternTable<T>(Func<string, T> make)
{
    private const int Capacity = 64;

    // Two arrays: a list of pairs would be compiled for every type of value, at run time.
    private readonly byte[][] _texts = new byte[Capacity][];
    private readonly T[] _values = new T[Capacity];
    private int _count;
    private int _missCount;

    public T this[ReadOnlySpan<byte> text]
    {
        get
        {
            // If texts hardly ever repeat (each names its own task, for example), a search costs more than the conversion.
            var most = _missCount < 4 * Capacity ? Capacity : 1;
            for (var i = 0; i < Math.Min(_count, most); i++)
            {
                if (text.SequenceEqual(_texts[i]))
                {
                    _missCount = 0;
                    return _values[i];
                }
            }

            var made = make(System.Text.Encoding.UTF8.GetString(text));
            // The last text goes first, since it is the most likely to repeat. If texts hardly ever repeat, only the last one is kept.
            _missCount++;
            _count = Math.Min(_count + 1, Capacity);
            var moved = Math.Min(_count, most) - 1;
            Array.Copy(_texts, 0, _texts, 1, moved);
            Array.Copy(_values, 0, _values, 1, moved);
            (_texts[0], _values[0]) = (text.ToArray(), made);
            return made;
        }
    }
}
