using MatterStack.Engine.Lifecycle.Model;

namespace MatterStack.Engine.Runs.Store;

/// <summary>A row of <c>events</c>.</summary>
internal sealed record EventRow(long Seq, string AtUtc, EventKind Kind, string? TaskId, string? AttemptId, string? Actor, string? Details);
