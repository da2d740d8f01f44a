namespace MatterStack.Engine.Lifecycle.Model;

/// <summary>The observed end of an attempt that has failed, before it is planned.</summary>
/// <param name="Attempt">The attempt.</param>
/// <param name="State">Its last state.</param>
/// <param name="At">Time of the end.</param>
internal sealed record FailedEnd(LiveAttempt Attempt, AttemptState.Ended State, DateTimeOffset At);
