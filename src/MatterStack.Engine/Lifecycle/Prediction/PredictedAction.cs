namespace MatterStack.Engine.Lifecycle.Prediction;

/// <summary>What the next loop does with a task.</summary>
internal enum PredictedAction
{
    /// <summary>Its result is recorded in the run, or is in the cache: nothing is executed.</summary>
    Known,

    /// <summary>It is executed.</summary>
    Run,

    /// <summary>It cannot be known yet, because something that it depends on has no result yet.</summary>
    Unknown,

    /// <summary>It has ended without a result, cannot start, or is not selected.</summary>
    None,
}
