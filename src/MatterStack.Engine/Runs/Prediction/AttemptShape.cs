using MatterStack.Engine.Campaigns;

namespace MatterStack.Engine.Runs.Prediction;

/// <summary>What the next attempt of a task requests. Attempts of one shape have one kind of script.</summary>
/// <param name="Key">Index of the operator key.</param>
/// <param name="Shape">Machines, processes, cores, memory after growth, accelerators.</param>
/// <param name="TimeLimitMinutes">Time limit after growth; null: none is known.</param>
internal sealed record AttemptShape(int Key, TaskShape Shape, double? TimeLimitMinutes);
