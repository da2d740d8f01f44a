using MatterStack.Engine.Identity;

namespace MatterStack.Engine.Runs.Store;

/// <summary>A row of <c>amendments</c>.</summary>
/// <param name="At">Time of the change.</param>
/// <param name="TaskId">The task.</param>
/// <param name="AttemptId">Its last attempt at that time; null if there was none.</param>
/// <param name="Actor">The person, or the campaign class.</param>
/// <param name="Reason">The reason; null if none was given.</param>
/// <param name="Changes">The new values by name of the metadata, a JSON object; null stands for the default.</param>
/// <param name="Previous">The values before, a JSON object with the same names.</param>
internal sealed record AmendmentRow(
    DateTimeOffset At,
    TaskId TaskId,
    AttemptId? AttemptId,
    string Actor,
    string? Reason,
    string Changes,
    string Previous
);
