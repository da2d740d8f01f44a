namespace MatterStack.Engine.Lifecycle.Model;

/// <summary>A result to look up in the cache.</summary>
/// <param name="Task">The task.</param>
/// <param name="Attempt">Its attempt, if an earlier command intended one; null if no attempt is intended yet.</param>
internal sealed record CacheLookup(TaskNode Task, LiveAttempt? Attempt);
