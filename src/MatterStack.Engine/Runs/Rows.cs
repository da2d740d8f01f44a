using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace MatterStack.Engine.Runs;

/// <summary>The rows of a query, straight from SQLite: where there can be 100 000, a value that passes through an object for each column costs more than the database.</summary>
internal sealed class Rows : IDisposable
{
    private readonly SqliteConnection _connection;
    private readonly sqlite3_stmt _statement;

    public Rows(SqliteConnection connection, string sql)
    {
        _connection = connection;
        Statement.Count();
        Check(raw.sqlite3_prepare_v2(connection.Handle!, sql, out _statement));
    }

    /// <summary>Goes to the next row, if there is one.</summary>
    public bool Read()
    {
        var result = raw.sqlite3_step(_statement);
        if (result == raw.SQLITE_ROW)
        {
            return true;
        }

        if (result != raw.SQLITE_DONE)
        {
            Check(result);
        }

        return false;
    }

    /// <summary>Bytes of a text, until the next row; empty if there is none.</summary>
    public ReadOnlySpan<byte> Utf8OrNone(int column) => raw.sqlite3_column_blob(_statement, column);

    /// <summary>Bytes of a text that must be there, until the next row.</summary>
    /// <exception cref="FormatException">It is not there: the store is damaged.</exception>
    public ReadOnlySpan<byte> Utf8(int column)
    {
        var text = Utf8OrNone(column);
        return text.IsEmpty ? throw new FormatException($"'{raw.sqlite3_column_name(_statement, column).utf8_to_string()}' is missing") : text;
    }

    /// <summary>A copy of a text's bytes.</summary>
    /// <exception cref="FormatException">It is not there: the store is damaged.</exception>
    public byte[] Bytes(int column) => Utf8(column).ToArray();

    /// <exception cref="FormatException">It is not there: the store is damaged.</exception>
    public string Text(int column) => System.Text.Encoding.UTF8.GetString(Utf8(column));

    /// <exception cref="FormatException">It is no whole number, or too large for one that we use: the store is damaged.</exception>
    public int Whole(int column)
    {
        var value = raw.sqlite3_column_int64(_statement, column);
        // A text reads as 0, as nothing does.
        return value is > 0 and <= int.MaxValue || raw.sqlite3_column_type(_statement, column) == raw.SQLITE_INTEGER && value == 0
            ? (int)value
            : throw new FormatException($"'{raw.sqlite3_column_name(_statement, column).utf8_to_string()}' is no number that it could be");
    }

    public void Dispose() => _statement?.Dispose();

    private void Check(int result) => SqliteException.ThrowExceptionForRC(result, _connection.Handle);
}

/// <summary>Makes values of texts of which there are many, and few different ones.</summary>
internal sealed class Repeated<T>(Func<string, T> make)
{
    private const int Kept = 64;

    // Arrays, since a list of pairs would be compiled anew for every kind of value.
    private readonly byte[][] _texts = new byte[Kept][];
    private readonly T[] _values = new T[Kept];
    private int _count;
    private int _missed;

    public T this[ReadOnlySpan<byte> text]
    {
        get
        {
            // Where hardly any text comes twice, as where each names its own task, looking for it costs more than making its value.
            var most = _missed < 4 * Kept ? Kept : 1;
            for (var i = 0; i < Math.Min(_count, most); i++)
            {
                if (text.SequenceEqual(_texts[i]))
                {
                    _missed = 0;
                    return _values[i];
                }
            }

            var made = make(System.Text.Encoding.UTF8.GetString(text));
            // The last one is the likeliest; of those that are hardly ever the same not all are kept.
            _missed++;
            _count = Math.Min(_count + 1, Kept);
            var moved = Math.Min(_count, most) - 1;
            Array.Copy(_texts, 0, _texts, 1, moved);
            Array.Copy(_values, 0, _values, 1, moved);
            (_texts[0], _values[0]) = (text.ToArray(), made);
            return made;
        }
    }
}
