using System.Text.Json;
using MatterStack.Engine.Files;

namespace MatterStack.Engine.Reports.Overview;

/// <summary>Data in the page of all runs: the summaries, so that the next writer of the page reads only the runs that have
/// changed.</summary>
/// <param name="Run">Name under which the page's script keeps the reader's settings.</param>
/// <param name="Refresh">Seconds after which the page reloads itself; 0: never.</param>
/// <param name="Engine">Version of the engine that wrote the page.</param>
/// <param name="Runs">Summaries whose stamps can be compared, with these.</param>
internal sealed record OverviewData(string Run, int Refresh, string Engine, IReadOnlyList<OverviewData.Entry> Runs)
{
    /// <summary>Marks a page as written by the engine; it stands near the beginning.</summary>
    public const string Marker = "<meta name=\"generator\" content=\"MatterStack: all runs\">";

    /// <summary>Begin of the element that contains the data.</summary>
    public const string Begin = "<script type=\"application/json\" id=\"data\">";

    /// <summary>End of that element.</summary>
    public const string End = "</script>";

    private const int MaxPageBytes = 1 << 26;
    private const int MarkerRange = 1 << 11;

    /// <summary>Whether a file may be replaced by the page: it was written by the engine.</summary>
    /// <param name="path">The file, which exists.</param>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static bool IsOurPage(string path)
    {
        if (new FileInfo(path).LinkTarget is not null || FileKind.FindNonFileKind(path) is not null)
        {
            return false;
        }

        using var stream = RegularFile.OpenRead(path);
        var bytes = new byte[MarkerRange];
        var length = stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
        return System.Text.Encoding.UTF8.GetString(bytes, 0, length).Contains(Marker, StringComparison.Ordinal);
    }

    /// <summary>Reads the summaries in a page of this version. Returns none if the page has none: then all runs are read.</summary>
    /// <param name="path">The page.</param>
    /// <param name="engine">Version of this engine.</param>
    public static IReadOnlyDictionary<string, Entry> ReadEntries(string path, string engine)
    {
        try
        {
            var page = RegularFile.ReadText(path, MaxPageBytes) ?? "";
            var begin = page.IndexOf(Begin, StringComparison.Ordinal);
            var end = begin < 0 ? -1 : page.IndexOf(End, begin, StringComparison.Ordinal);
            if (end < 0)
            {
                return new Dictionary<string, Entry>();
            }

            var data = JsonSerializer.Deserialize(page.AsSpan((begin + Begin.Length)..end), OverviewJsonContext.Default.OverviewData);
            return data is null || data.Engine != engine
                ? new Dictionary<string, Entry>()
                : data.Runs.ToDictionary(static entry => entry.Summary.RunId, StringComparer.Ordinal);
        }
        catch (Exception e) when (DiskErrors.IsAccessError(e) || e is JsonException or ArgumentException or NullReferenceException)
        {
            return new Dictionary<string, Entry>();
        }
    }

    /// <summary>A summary and the stamp of the files that it was read from.</summary>
    internal sealed record Entry(string Stamp, RunSummary Summary);
}
