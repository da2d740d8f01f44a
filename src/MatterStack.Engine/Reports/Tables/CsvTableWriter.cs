using MatterStack.Engine.Files;

namespace MatterStack.Engine.Reports.Tables;

/// <summary>Writes a table as comma-separated values by RFC 4180. Numbers have the text that the task wrote.</summary>
/// <param name="text">Receives the lines; the caller disposes it.</param>
internal sealed class CsvTableWriter(TextWriter text) : ITableWriter
{
    private readonly CsvWriter _csv = new(text);

    public void Begin(TableColumns columns) => _csv.WriteRow(columns.All.Select(static column => column.Name));

    public void WriteRow(ReadOnlySpan<ResultValue> values)
    {
        foreach (var value in values)
        {
            _csv.WriteText(value.Text);
        }

        _csv.EndRow();
    }

    public void End() { }

    public void Dispose() { }
}
