using MatterStack.Engine.Identity;
using MatterStack.Engine.Runs;

namespace MatterStack.Engine.Reports.Overview;

/// <summary>All runs of a workspace, as the page shows them.</summary>
/// <param name="Campaign">Name of the workspace.</param>
/// <param name="WrittenAt">Time of the page.</param>
/// <param name="Runs">All runs, newest first.</param>
internal sealed record RunOverview(string Campaign, DateTimeOffset WrittenAt, IReadOnlyList<RunOverview.Row> Runs)
{
    /// <summary>File name of the page in the runs' folder.</summary>
    public const string FileName = "index.html";

    /// <summary>Names of folders beside the runs that are no runs.</summary>
    public IReadOnlyList<string> OtherFolders { get; init; } = [];

    /// <summary>Reads all runs of a folder.</summary>
    /// <param name="campaign">Name of the workspace.</param>
    /// <param name="folder">The runs' folder.</param>
    /// <param name="reader">Reads a run.</param>
    /// <param name="known">Summaries that an earlier page has. A run whose files are as they were then is not read again.</param>
    /// <param name="now">The time.</param>
    public static RunOverview Read(
        string campaign,
        RunsFolder folder,
        RunSummaryReader reader,
        IReadOnlyDictionary<string, OverviewData.Entry> known,
        DateTimeOffset now
    )
    {
        var rows = new List<Row>();
        foreach (var run in folder.ListRuns().Reverse())
        {
            // The stamp is read first: a change after it makes the summary newer than its stamp, so it is read again.
            var stamp = StoreStamp.Read(run);
            var entry = known.GetValueOrDefault(run.Id.Value);
            var isKnown = entry is not null && entry.Stamp == stamp.Text && entry.Summary.Problem is null;
            rows.Add(new Row(run, isKnown ? entry!.Summary : reader.Read(run), stamp));
        }

        return new RunOverview(campaign, now, rows) { OtherFolders = ListOtherFolders(folder) };
    }

    /// <summary>Whether a run has come, gone or changed since it was read, so that another writer's page may be newer than this
    /// one.</summary>
    /// <param name="folder">The runs' folder.</param>
    /// <param name="except">A run whose changes do not count; null: all count.</param>
    public bool HasChanged(RunsFolder folder, RunFolder? except) =>
        !folder.ListRuns().Reverse().Select(static run => run.Id).SequenceEqual(Runs.Select(static row => row.Folder.Id))
        || Runs.Any(row => row.Folder.Id != except?.Id && row.Stamp.Text != StoreStamp.Read(row.Folder).Text);

    private static List<string> ListOtherFolders(RunsFolder folder) =>
        Directory.Exists(folder.Path)
            ?
            [
                .. Directory
                    .EnumerateDirectories(folder.Path)
                    .Select(static path => Path.GetFileName(path))
                    .Where(static name => !name.StartsWith('.') && !RunId.TryParse(name, out _))
                    .Order(StringComparer.Ordinal),
            ]
            : [];

    /// <summary>A run.</summary>
    /// <param name="Folder">Folder of the run.</param>
    /// <param name="Summary">The run's summary.</param>
    /// <param name="Stamp">Stamp of the files that the summary was read from.</param>
    internal sealed record Row(RunFolder Folder, RunSummary Summary, StoreStamp Stamp);
}
