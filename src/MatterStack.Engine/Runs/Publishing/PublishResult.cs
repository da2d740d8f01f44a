namespace MatterStack.Engine.Runs.Publishing;

/// <summary>What publishing a run did.</summary>
/// <param name="Description">As text for people; null if nothing was left to do.</param>
/// <param name="Left">Targets that stay unpublished, because their tasks did not complete, with their tasks.</param>
internal sealed record PublishResult(string? Description, IReadOnlyList<(string Target, string Task)> Left);
