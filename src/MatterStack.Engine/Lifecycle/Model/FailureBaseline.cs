namespace MatterStack.Engine.Lifecycle.Model;

/// <summary>Numbers of tasks at the last decision of a person to continue the run. The limit of failures counts from them.</summary>
/// <param name="Failed">Number of failed tasks that may not fail, and of held tasks.</param>
/// <param name="Ended">Number of tasks that had completed, had failed or were held.</param>
internal readonly record struct FailureBaseline(int Failed, int Ended);
