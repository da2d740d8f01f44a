using MatterStack.Engine.Campaigns;
using MatterStack.Engine.Campaigns.Declarations;
using MatterStack.Engine.Runs.Store;

namespace MatterStack.Engine.Reports;

/// <summary>A recorded task with its definition and its attempts.</summary>
internal sealed class RecordedTask(TaskRow row, string definition, IReadOnlyList<RecordedAttempt> attempts, Func<PlannedTask> read)
{
    private static readonly string[] ShapeFields = ["nodes", "ranks", "cores", "memory_gb", "gpus", "gpu_type"];

    public TaskRow Row => row;

    public string Definition => definition;

    public IReadOnlyList<RecordedAttempt> Attempts => attempts;

    // Most tasks have neither figures nor a question, and parsing a definition takes time.

    /// <summary>Whether the task declares figures.</summary>
    public bool HasFigures => TaskJson.HasAnyField(definition, "figures");

    /// <summary>Whether the task may ask a person something: it has a message or is no usual task.</summary>
    public bool HasQuestion => TaskJson.HasAnyField(definition, "message", "kind");

    /// <summary>What the task asks for, as declared; null if it states nothing.</summary>
    public TaskShape? Shape => TaskJson.HasAnyField(definition, ShapeFields) ? Planned.Task.Shape : null;

    /// <summary>The task as an attempt found it: before the amendments that followed the attempt.</summary>
    public CampaignTask ReadTaskOf(AttemptRow attempt) =>
        attempts.FirstOrDefault(other => other.Row.AttemptIndex >= attempt.AttemptIndex && other.Row.Definition is not null)
            is { Row: { Definition: { } former } last }
            ? TaskJson.Read(row.TaskId, last.OperatorKey, former).Task
            : Planned.Task;

    /// <summary>What the task asked for when an attempt began, as declared or amended; null if it stated nothing.</summary>
    public TaskShape? FindShapeOf(AttemptRow attempt) =>
        attempts.Any(static other => other.Row.Definition is not null) ? ReadTaskOf(attempt).Shape : Shape;

    /// <summary>The parsed definition, read on first use: most readers need only the task's state.</summary>
    public PlannedTask Planned => field ??= read();
}
