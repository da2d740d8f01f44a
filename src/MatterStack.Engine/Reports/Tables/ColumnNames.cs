using System.Text.Json;

namespace MatterStack.Engine.Reports.Tables;

/// <summary>Gives each column of a table a name of its own.</summary>
/// <remarks>
/// A name is that of the campaign: the name in <c>Columns</c>, or the keys of <c>results.json</c> joined by dots. Only names that several
/// columns would have are changed: a result's gets <c>results.</c> before it, a declared one <c>columns.</c>, and of two paths with the
/// same text, the keys that hold dots stand in quotes.
/// </remarks>
internal static class ColumnNames
{
    public static void Assign(IReadOnlyList<TableColumn> columns)
    {
        var plain = columns
            .Where(static column => column.Source is ColumnSource.Result)
            .GroupBy(static column => FormatPath(column.Keys, isQuoted: false), StringComparer.Ordinal)
            .ToDictionary(static group => group.Key, static group => group.Count(), StringComparer.Ordinal);
        var taken = new HashSet<string>(StringComparer.Ordinal);
        foreach (var column in columns.OrderBy(static column => GetRank(column.Source)))
        {
            var name = FormatPath(column.Keys, isQuoted: false);
            if (column.Source is ColumnSource.Result && plain[name] > 1)
            {
                name = FormatPath(column.Keys, isQuoted: true);
            }

            if (taken.Contains(name))
            {
                name = (column.Source is ColumnSource.Declared ? "columns." : "results.") + name;
            }

            var unique = name;
            for (var number = 2; !taken.Add(unique); number++)
            {
                unique = $"{name} ({number})";
            }

            column.Name = unique;
        }
    }

    // Records keep their names, whatever results are called.
    private static int GetRank(ColumnSource source) =>
        source switch
        {
            ColumnSource.Record or ColumnSource.Origin => 0,
            ColumnSource.Declared => 1,
            _ => 2,
        };

    private static string FormatPath(IReadOnlyList<string> keys, bool isQuoted) =>
        string.Join(
            '.',
            keys.Select(key => key.Length == 0 || (isQuoted && key.AsSpan().ContainsAny('.', '"')) ? JsonSerializer.Serialize(key) : key)
        );
}
