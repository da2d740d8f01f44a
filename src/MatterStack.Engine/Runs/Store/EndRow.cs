using MatterStack.Engine.Identity;
using MatterStack.Engine.Lifecycle.Model;

namespace MatterStack.Engine.Runs.Store;

/// <summary>A row of <c>ends</c> that is still open, with its attempt; without an attempt it concerns the run.</summary>
internal sealed record EndRow(
    AttemptId? AttemptId,
    TaskId? TaskId,
    string? ExternalId,
    DateTimeOffset AskedAt,
    string AskedBy,
    EndRequestKind Kind,
    string Reason,
    DateTimeOffset? SentAt,
    string? DeliveryProblem
);
