using System.Globalization;
using MatterStack.Engine.Problems;

namespace MatterStack.Engine.Reports.Figures;

/// <summary>
/// Reads a table of numbers with a heading: the first column is x, each further column is a series. The heading contains the units:
/// <c>volume (Å^3),energy (eV)</c>.
/// </summary>
internal static class CsvFigureReader
{
    private static readonly char[] Separators = ['\t', ';', ','];

    public static IReadOnlyList<Figure> Read(string path, string text)
    {
        var title = FigureFile.GetDefaultTitle(path);
        List<(string Label, string? Unit)>? heading = null;
        List<double?>[] columns = [];
        var separator = ',';
        var number = 0;
        foreach (var raw in text.Split('\n'))
        {
            number++;
            // Tabs are not trimmed: a row of a tab-separated table may end with an empty cell.
            var line = raw.Trim(' ', '\r');
            if (line.StartsWith('#'))
            {
                title =
                    heading is null && line.TrimStart('#', ' ') is var said && said.StartsWith("title:", StringComparison.OrdinalIgnoreCase)
                        ? said["title:".Length..].Trim()
                        : title;
            }
            else if (heading is null && !string.IsNullOrWhiteSpace(line))
            {
                separator = Separators.FirstOrDefault(s => line.Contains(s, StringComparison.Ordinal), ',');
                heading = [.. SplitCells(line, separator).Select(ParseHeading)];
                columns = [.. heading.Select(_ => new List<double?>())];
                if (heading.Count < 2)
                {
                    throw new FormatException("its heading names fewer than two columns");
                }

                if (heading.All(static h => ParseNumber(h.Label) is not null))
                {
                    throw new FormatException("its first line is not a heading: columns need names, e.g. volume (Å^3),energy (eV)");
                }
            }
            else if (!string.IsNullOrWhiteSpace(line))
            {
                AddRow(SplitCells(line, separator), heading!, columns, number);
            }
        }

        return heading is null || columns[0].Count == 0
            ? throw new FormatException("it has no rows")
            : CreateFigures(title, heading, columns);
    }

    private static void AddRow(List<string> cells, List<(string Label, string? Unit)> heading, List<double?>[] columns, int line)
    {
        if (cells.Count != columns.Length)
        {
            throw new FormatException(
                FormattableString.Invariant($"line {line} has {CountText.FormatCount(cells.Count, "column")}, the heading {columns.Length}")
            );
        }

        for (var i = 0; i < columns.Length; i++)
        {
            var missing = cells[i].Length == 0 || cells[i].Equals("nan", StringComparison.OrdinalIgnoreCase);
            columns[i]
                .Add(
                    missing
                        ? null
                        : ParseNumber(cells[i])
                            ?? throw new FormatException(
                                FormattableString.Invariant(
                                    $"line {line}: '{ShortenText(cells[i])}' in column '{heading[i].Label}' is not a number"
                                )
                            )
                );
        }
    }

    // Each unit gets a figure of its own.
    private static List<Figure> CreateFigures(string title, List<(string Label, string? Unit)> heading, List<double?>[] columns)
    {
        var x = new FigureAxis(heading[0].Label, heading[0].Unit);
        return
        [
            .. Enumerable
                .Range(1, columns.Length - 1)
                .GroupBy(i => heading[i].Unit)
                .Select(together => new Figure(
                    title,
                    x,
                    new FigureAxis(string.Join(", ", together.Select(i => heading[i].Label)), together.Key),
                    [.. together.Select(i => new FigureSeries(heading[i].Label, columns[0], columns[i]))]
                )),
        ];
    }

    private static (string Label, string? Unit) ParseHeading(string cell)
    {
        var close = cell.Length == 0 ? '\0' : cell[^1];
        var open = close is ')' or ']' ? cell.LastIndexOf(close == ')' ? '(' : '[') : -1;
        return open > 0 && cell[(open + 1)..^1].Trim() is { Length: > 0 } unit ? (cell[..open].Trim(), unit) : (cell, null);
    }

    private static double? ParseNumber(string cell) =>
        double.TryParse(cell, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number) ? number : null;

    private static List<string> SplitCells(string line, char separator)
    {
        var cells = new List<string>();
        var cell = new System.Text.StringBuilder();
        var quoted = false;
        for (var i = 0; i < line.Length; i++)
        {
            if (line[i] == '"' && quoted && i + 1 < line.Length && line[i + 1] == '"')
            {
                cell.Append(line[++i]);
            }
            else if (line[i] == '"')
            {
                quoted = !quoted;
            }
            else if (line[i] == separator && !quoted)
            {
                cells.Add(cell.ToString().Trim());
                cell.Clear();
            }
            else
            {
                cell.Append(line[i]);
            }
        }

        cells.Add(cell.ToString().Trim());
        return cells;
    }

    private static string ShortenText(string text) => text.Length <= 40 ? text : text[..40] + "…";
}
