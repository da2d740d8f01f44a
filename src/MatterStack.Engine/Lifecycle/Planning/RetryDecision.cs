using MatterStack.Engine.Lifecycle.Model;

namespace MatterStack.Engine.Lifecycle.Planning;

/// <summary>Decision of <see cref="RetryPolicy"/>.</summary>
/// <param name="Outcome">What follows.</param>
/// <param name="History">What the next decision needs to know about this end.</param>
/// <param name="Reason">The decision with its reason, as text for people.</param>
internal sealed record RetryDecision(RetryOutcome Outcome, TaskHistory History, string Reason)
{
    /// <summary>Whether the attempt ends with <see cref="EndCause.NoProgress"/> instead of its own cause.</summary>
    public bool IsWithoutProgress { get; init; }
}
