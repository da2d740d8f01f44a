using MatterStack.Engine.Lifecycle.Model;

namespace MatterStack.Engine.Lifecycle.Planning;

/// <summary>Time limit of a live attempt, as its task declares it.</summary>
/// <param name="Attempt">The attempt.</param>
/// <param name="Minutes">The limit in minutes.</param>
/// <param name="WorkingSince">When an attempt that already works has started, UTC; null if it has not started.</param>
internal sealed record AttemptTimeLimit(LiveAttempt Attempt, double Minutes, DateTimeOffset? WorkingSince);
