using MatterStack.Engine.Identity;
using MatterStack.Engine.Lifecycle.Model;

namespace MatterStack.Engine.Lifecycle.Selections;

/// <summary>What a selection can ask of a task.</summary>
/// <param name="Id">Its id.</param>
/// <param name="State">Its present state.</param>
/// <param name="Cause">Cause of the end of its last ended attempt, as the store has it; null if there is none.</param>
/// <param name="Key">Its operator key.</param>
/// <param name="Iteration">Its iteration, from 0.</param>
internal readonly record struct SelectableTask(TaskId Id, TaskState State, string? Cause, OperatorKey Key, int Iteration);
