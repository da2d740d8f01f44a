using MatterStack.Engine.Lifecycle.Model;

namespace MatterStack.Engine.Lifecycle.Prediction;

/// <summary>Looks up known results for a prediction.</summary>
internal interface IResultLookup
{
    /// <summary>Looks up the result of a task whose dependencies all have a known result or none.</summary>
    /// <param name="task">The task. Its result can be cached.</param>
    /// <param name="completed">Its dependencies with a known result.</param>
    LookupAnswer LookUpTask(TaskNode task, IReadOnlyList<PredictedTask> completed);

    /// <summary>Looks up the result of an attempt that is intended and has not started.</summary>
    LookupAnswer LookUpAttempt(LiveAttempt attempt);
}
