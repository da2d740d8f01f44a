namespace MatterStack.Engine.Reports.Tables;

/// <summary>Writes a table as a JSON array with an object on each line.</summary>
/// <param name="text">Receives the lines; the caller disposes it.</param>
internal sealed class JsonTableWriter(TextWriter text) : ITableWriter
{
    private JsonRow? _row;
    private bool _hasRows;

    public void Begin(TableColumns columns)
    {
        _row = new JsonRow(columns);
        text.Write('[');
    }

    public void WriteRow(ReadOnlySpan<ResultValue> values)
    {
        text.Write(_hasRows ? ",\n" : "\n");
        text.Write(_row!.Format(values));
        _hasRows = true;
    }

    public void End() => text.Write(_hasRows ? "\n]\n" : "]\n");

    public void Dispose() => _row?.Dispose();
}
