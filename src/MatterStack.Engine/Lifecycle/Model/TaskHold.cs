using MatterStack.Engine.Identity;

namespace MatterStack.Engine.Lifecycle.Model;

/// <summary>A task is held: it has no attempt left, and a person decides what follows.</summary>
/// <param name="Attempt">Its last attempt, which failed.</param>
/// <param name="Reason">Why that attempt failed.</param>
internal sealed record TaskHold(AttemptId Attempt, string Reason);
