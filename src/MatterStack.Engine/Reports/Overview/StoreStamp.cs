using System.Globalization;
using MatterStack.Engine.Runs;
using MatterStack.Engine.Wiring.Snapshots;

namespace MatterStack.Engine.Reports.Overview;

/// <summary>Sizes and times of the files that a <see cref="RunSummary"/> is read from. As long as they stay the same, the summary
/// does.</summary>
/// <param name="Text">Sizes and times as text.</param>
/// <param name="NewestAt">Time of the newest file, UTC.</param>
internal readonly record struct StoreStamp(string Text, DateTime NewestAt)
{
    // A change may leave size and time of a file as they are if it follows another one at once.
    private static readonly TimeSpan MinAge = TimeSpan.FromSeconds(10);

    /// <summary>Reads the present stamp of a run.</summary>
    public static StoreStamp Read(RunFolder run)
    {
        var newest = DateTime.MinValue;
        var text = string.Join(';', ListFiles(run).Select(FormatFile));
        return new StoreStamp(text, newest);

        string FormatFile(string path)
        {
            var file = new FileInfo(path);
            if (!file.Exists)
            {
                return "";
            }

            newest = file.LastWriteTimeUtc > newest ? file.LastWriteTimeUtc : newest;
            return string.Create(CultureInfo.InvariantCulture, $"{file.Length}:{file.LastWriteTimeUtc.Ticks}");
        }
    }

    /// <summary>Whether a summary that is read now can be recognised as present later by this stamp.</summary>
    /// <param name="now">The time, UTC.</param>
    public bool IsOldEnough(DateTimeOffset now) => NewestAt + MinAge < now.UtcDateTime;

    // In WAL mode a commit changes only the log.
    private static IEnumerable<string> ListFiles(RunFolder run)
    {
        var snapshot = new SnapshotPaths(run.Path);
        return [run.StoreFile, run.StoreFile + "-wal", run.StoreFile + "-journal", snapshot.Snapshot, snapshot.Metadata];
    }
}
