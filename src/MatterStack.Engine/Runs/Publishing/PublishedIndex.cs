using System.Text;
using MatterStack.Engine.Campaigns.Declarations;
using MatterStack.Engine.Files;

namespace MatterStack.Engine.Runs.Publishing;

/// <summary>Content of an <c>index.csv</c>: which run published which file, sorted by file. It has no times, so that it changes only if a
/// file does.</summary>
internal sealed class PublishedIndex
{
    private static readonly string[] Header = ["file", "task", "run", "sha256"];

    private readonly SortedDictionary<string, IndexEntry> _entries = new(StringComparer.Ordinal);

    /// <summary>The lines.</summary>
    public IReadOnlyCollection<IndexEntry> Entries => _entries.Values;

    /// <summary>Reads a text. Returns null if it is not the index of this engine.</summary>
    public static PublishedIndex? TryParse(string text)
    {
        var index = new PublishedIndex();
        var isHeader = true;
        foreach (var row in ReadRows(text.TrimStart('\uFEFF')))
        {
            if (row.Count != Header.Length || (isHeader && !row.SequenceEqual(Header, StringComparer.Ordinal)))
            {
                return null;
            }

            if (!isHeader)
            {
                index.Set(new IndexEntry(row[0], row[1], row[2], row[3]));
            }

            isHeader = false;
        }

        return isHeader ? null : index;
    }

    /// <summary>Finds the line of a file. Returns null if there is none.</summary>
    /// <param name="target">Path of the file, relative to the project's folder.</param>
    public IndexEntry? Find(string target) => _entries.GetValueOrDefault(GetName(target));

    /// <summary>Name of a target in its index.</summary>
    public static string GetName(string target) => target[(PublishCheck.GetIndexPath(target).Length - PublishCheck.IndexFile.Length)..];

    /// <summary>Sets the line of a file.</summary>
    public void Set(IndexEntry entry) => _entries[entry.File] = entry;

    /// <summary>Removes lines of files that do not exist any more.</summary>
    public void RemoveMissing(Func<string, bool> exists)
    {
        foreach (var file in _entries.Keys.Where(file => !exists(file)).ToList())
        {
            _entries.Remove(file);
        }
    }

    /// <summary>The text of the file.</summary>
    public byte[] Format()
    {
        using var text = new StringWriter();
        var csv = new CsvWriter(text);
        csv.WriteRow(Header);
        foreach (var entry in _entries.Values)
        {
            csv.WriteRow(entry.File, entry.Task, entry.Run, entry.Sha256);
        }

        return Encoding.UTF8.GetBytes(text.ToString());
    }

    private static IEnumerable<IReadOnlyList<string>> ReadRows(string text)
    {
        var (row, field) = (new List<string>(), new StringBuilder());
        var isQuoted = false;
        for (var at = 0; at < text.Length; at++)
        {
            var c = text[at];
            if (isQuoted)
            {
                if (c != '"')
                {
                    field.Append(c);
                }
                else if (at + 1 < text.Length && text[at + 1] == '"')
                {
                    field.Append('"');
                    at++;
                }
                else
                {
                    isQuoted = false;
                }
            }
            else if (c == '"')
            {
                isQuoted = true;
            }
            else if (c is ',' or '\n')
            {
                row.Add(field.ToString());
                field.Clear();
                if (c == '\n')
                {
                    yield return row;
                    row = [];
                }
            }
            else if (c != '\r')
            {
                field.Append(c);
            }
        }

        if (row.Count > 0 || field.Length > 0)
        {
            row.Add(field.ToString());
            yield return row;
        }
    }
}
