using MatterStack.Engine.Lifecycle.Model;

namespace MatterStack.Engine.Lifecycle.Planning;

/// <summary>Work that may begin outside, because everything that it rests on is durable.</summary>
/// <param name="AttemptsToStart">Attempts to submit to their operators.</param>
/// <param name="AttemptsToRestore">Attempts whose cached result is restored.</param>
/// <param name="Lookups">Results to look up in the cache. The outcomes are facts for the next plan.</param>
internal sealed record ReleasedWork(
    IReadOnlyList<LiveAttempt> AttemptsToStart,
    IReadOnlyList<LiveAttempt> AttemptsToRestore,
    IReadOnlyList<CacheLookup> Lookups
)
{
    public static ReleasedWork None { get; } = new([], [], []);
}
