using MatterStack.Engine.Identity;
using MatterStack.Engine.Lifecycle.Model;

namespace MatterStack.Engine.Operators;

/// <summary>Outputs of one completed dependency.</summary>
/// <param name="Task">The dependency.</param>
/// <param name="RelativeFolder">Folder of its attempt, relative to the run's folder.</param>
/// <param name="Outputs">Its declared outputs, as recorded.</param>
public sealed record DependencyOutputs(TaskId Task, string RelativeFolder, IReadOnlyList<OutputFile> Outputs);
