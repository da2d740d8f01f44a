using MatterStack.Engine.Campaigns;
using MatterStack.Engine.Runs.Store;

namespace MatterStack.Engine.Reports;

/// <summary>A recorded task with its definition and its attempts.</summary>
internal sealed class RecordedTask(TaskRow row, string definition, IReadOnlyList<RecordedAttempt> attempts, Func<PlannedTask> read)
{
    public TaskRow Row => row;

    public string Definition => definition;

    public IReadOnlyList<RecordedAttempt> Attempts => attempts;

    /// <summary>The parsed definition, read on first use: most readers need only the task's state.</summary>
    public PlannedTask Planned => field ??= read();
}
