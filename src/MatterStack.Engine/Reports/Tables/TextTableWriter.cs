using System.Text;
using MatterStack.Engine.Problems;

namespace MatterStack.Engine.Reports.Tables;

/// <summary>Writes a table for people: the columns that differ, as far as they fit into a line; constant columns are named once.</summary>
/// <param name="text">Receives the lines; the caller disposes it.</param>
/// <param name="width">Number of characters of a line.</param>
internal sealed class TextTableWriter(TextWriter text, int width) : ITableWriter
{
    /// <summary>Largest number of rows; a person reads no more, and a file has them all.</summary>
    public const int MaxRows = 1000;

    private const int MaxCell = 40;
    private const int HashLength = 12;
    private const string Gap = "  ";
    private readonly List<(TableColumn Column, int Width)> _shown = [];
    private readonly List<TableColumn> _hidden = [];
    private readonly StringBuilder _line = new();
    private TableColumns? _columns;
    private long _rows;

    public void Begin(TableColumns columns)
    {
        _columns = columns;
        var left = width;
        foreach (var column in columns.All)
        {
            if (column != columns.Task && !(columns.Rows > 1 && column.Differs(columns.Rows)))
            {
                continue;
            }

            var needed = Math.Min(MaxCell, Math.Max(column.Name.Length, IsHash(column) ? HashLength : column.MaxLength));
            if (_shown.Count > 0 && needed + Gap.Length > left)
            {
                _hidden.Add(column);
                continue;
            }

            _shown.Add((column, needed));
            left -= needed + Gap.Length;
        }

        if (columns.Rows > 0)
        {
            WriteLine(static column => column.Name);
        }
    }

    public void WriteRow(ReadOnlySpan<ResultValue> values)
    {
        if (++_rows > MaxRows)
        {
            return;
        }

        var cells = new string[_shown.Count];
        for (var i = 0; i < cells.Length; i++)
        {
            var column = _shown[i].Column;
            var value = values[column.Index].Text ?? "";
            cells[i] = IsHash(column) && value.Length > HashLength ? value[..HashLength] : value;
        }

        var next = 0;
        WriteLine(_ => cells[next++]);
    }

    public void End()
    {
        if (_rows > MaxRows)
        {
            text.Write($"… {CountText.FormatCount(_rows - MaxRows, "more row")}: -p:OutputFile=FILE.csv has all\n");
        }

        var constant = _columns!
            .All.Where(column => column != _columns.Task && _columns.Rows > 0 && column.First.Text is not null)
            .Where(column => _columns.Rows == 1 || !column.Differs(_columns.Rows))
            .Select(static column => $"{UntrustedText.ToLine(column.Name)}={CutText(UntrustedText.ToLine(column.First.Text))}")
            .ToList();
        if (constant.Count > 0)
        {
            text.Write($"{(_rows == 1 ? "with" : "the same in all rows:")} {string.Join(", ", constant)}\n");
        }

        if (_hidden.Count > 0)
        {
            var names = _hidden.Select(static column => UntrustedText.ToLine(column.Name));
            text.Write($"not shown, since the line is full: {string.Join(", ", names)}\n");
        }
    }

    public void Dispose() { }

    private static bool IsHash(TableColumn column) => column is { Source: ColumnSource.Origin, Name: "wiring_sha256" };

    private void WriteLine(Func<TableColumn, string> getCell)
    {
        _line.Clear();
        foreach (var (column, columnWidth) in _shown)
        {
            var cell = CutText(UntrustedText.ToLine(getCell(column)), columnWidth);
            _line.Append(_line.Length == 0 ? "" : Gap).Append(column.IsNumeric ? cell.PadLeft(columnWidth) : cell.PadRight(columnWidth));
        }

        text.Write(_line.ToString().TrimEnd());
        text.Write('\n');
    }

    private static string CutText(string cell, int max = MaxCell) => cell.Length <= max ? cell : cell[..(max - 1)] + "…";
}
