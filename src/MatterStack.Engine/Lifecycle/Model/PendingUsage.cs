using MatterStack.Engine.Identity;

namespace MatterStack.Engine.Lifecycle.Model;

/// <summary>An ended attempt of which the accounting of its cluster has not told yet what it used.</summary>
/// <param name="Attempt">The attempt.</param>
/// <param name="Key">Its operator key.</param>
/// <param name="WiringHash">Hash of the wiring that it was made with.</param>
/// <param name="ExternalId">Id of its job; null if it is not known.</param>
/// <param name="EndedAt">When its end was found, UTC.</param>
/// <param name="Known">What is known without the accounting.</param>
internal sealed record PendingUsage(
    AttemptId Attempt,
    OperatorKey Key,
    Sha256 WiringHash,
    string? ExternalId,
    DateTimeOffset EndedAt,
    AttemptUsage Known
);
