using MatterStack.Engine.Campaigns;
using MatterStack.Engine.Identity;

namespace MatterStack.Engine.Lifecycle.Model;

/// <summary>Decision of a campaign class about a failed attempt.</summary>
/// <param name="Attempt">The attempt.</param>
/// <param name="Amendment">The next attempt is made with this amendment, which may be without changes; null: the metadata of the task
/// decide.</param>
/// <param name="Warning">Why the class has no usable answer, as text for people; null if it has one.</param>
internal sealed record FailureDecision(AttemptId Attempt, TaskAmendment? Amendment, string? Warning);
