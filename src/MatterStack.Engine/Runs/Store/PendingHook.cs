using MatterStack.Engine.Identity;

namespace MatterStack.Engine.Runs.Store;

/// <summary>An event that has not been delivered yet.</summary>
/// <param name="Seq">Number of the event in the run.</param>
/// <param name="At">Time of the event, UTC.</param>
/// <param name="Hook">Name of the hook.</param>
/// <param name="Key">The operator; null for a hook of the run.</param>
/// <param name="Attempt">The attempt; null if the event concerns the run.</param>
/// <param name="Event">Content of the event, a JSON object.</param>
/// <param name="TryCount">Number of deliveries tried so far.</param>
internal sealed record PendingHook(
    long Seq,
    DateTimeOffset At,
    string Hook,
    OperatorKey? Key,
    AttemptId? Attempt,
    string Event,
    int TryCount
);
