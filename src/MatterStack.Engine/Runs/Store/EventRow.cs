using MatterStack.Engine.Identity;
using MatterStack.Engine.Lifecycle.Model;

namespace MatterStack.Engine.Runs.Store;

/// <summary>A row of <c>events</c>.</summary>
internal sealed record EventRow(
    long Seq,
    DateTimeOffset At,
    EventKind Kind,
    TaskId? TaskId,
    AttemptId? AttemptId,
    string? Actor,
    string? Details
);
