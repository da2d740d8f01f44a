using Parquet;
using Parquet.Schema;

namespace MatterStack.Engine.Reports.Tables;

/// <summary>Writes a table as a Parquet file. Nothing else uses the library, so no other command loads it.</summary>
/// <param name="file">Receives the file; the caller disposes it.</param>
internal sealed class ParquetTableWriter(Stream file) : ITableWriter
{
    // Values of a group of rows are in memory together.
    private const int MaxCellsInGroup = 1 << 19;
    private const int MaxRowsInGroup = 1 << 16;
    private const long MaxTextInGroup = 8 << 20;
    private readonly List<ParquetColumn> _columns = [];
    private ParquetWriter? _writer;
    private int _rowsInGroup;
    private int _rows;
    private long _text;

    public void Begin(TableColumns columns)
    {
        _columns.AddRange(columns.All.Select(static column => ParquetColumn.Create(column)));
        _rowsInGroup = Math.Clamp(MaxCellsInGroup / _columns.Count, 1, MaxRowsInGroup);
        var schema = new ParquetSchema(_columns.Select(static Field (column) => column.Field));
        _writer = ParquetWriter.CreateAsync(schema, file).GetAwaiter().GetResult();
    }

    public void WriteRow(ReadOnlySpan<ResultValue> values)
    {
        for (var i = 0; i < values.Length; i++)
        {
            _columns[i].Add(values[i]);
            _text += values[i].Text?.Length ?? 0;
        }

        if (++_rows == _rowsInGroup || _text > MaxTextInGroup)
        {
            WriteGroup();
        }
    }

    public void End()
    {
        if (_rows > 0)
        {
            WriteGroup();
        }

        _writer!.DisposeAsync().AsTask().GetAwaiter().GetResult();
        _writer = null;
    }

    public void Dispose()
    {
        // After an error the file is deleted, so its end need not be written.
    }

    private void WriteGroup()
    {
        using var group = _writer!.CreateRowGroup();
        foreach (var column in _columns)
        {
            column.WriteValues(group).GetAwaiter().GetResult();
        }

        group.CompleteValidate();
        (_rows, _text) = (0, 0);
    }
}
