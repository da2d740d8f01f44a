using MatterStack.Engine.Identity;
using MatterStack.Engine.Lifecycle.Model;

namespace MatterStack.Engine.Runs.Store;

/// <content>Published files.</content>
internal sealed partial class RunReader
{
    /// <summary>Reads the files that the run publishes, in the order of their paths.</summary>
    /// <param name="task">Only those of this task; null: all.</param>
    public IReadOnlyList<PublishedRow> ReadPublications(TaskId? task = null) =>
        [.. QueryRows(PublishedTable.BuildSelect(pendingOnly: false), PublishedTable.Read).Where(row => task is null || row.Task == task)];

    /// <summary>Details of the last event of a kind; null if there is none.</summary>
    public string? FindLastDetails(EventKind kind) => QueryEvents("kind = $1", kind.Name).LastOrDefault()?.Details;
}
