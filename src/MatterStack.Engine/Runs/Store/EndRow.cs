using MatterStack.Engine.Lifecycle.Model;

namespace MatterStack.Engine.Runs.Store;

/// <summary>A row of <c>ends</c> that is still open, with its attempt; without an attempt it concerns the run.</summary>
internal sealed record EndRow(
    string? AttemptId,
    string? TaskId,
    string? ExternalId,
    string AskedAtUtc,
    string AskedBy,
    EndRequestKind Kind,
    string Reason,
    string? SentAtUtc,
    string? DeliveryProblem
);
