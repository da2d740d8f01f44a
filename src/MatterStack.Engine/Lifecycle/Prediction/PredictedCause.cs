namespace MatterStack.Engine.Lifecycle.Prediction;

/// <summary>Why the next loop does what it does with a task.</summary>
internal enum PredictedCause
{
    /// <summary>The task completed in this run.</summary>
    Recorded,

    /// <summary>Its result is in the cache.</summary>
    Cached,

    /// <summary>An attempt is live.</summary>
    UnderWay,

    /// <summary>Its result is never cached, or the cache is off.</summary>
    NotCacheable,

    /// <summary>A person asked for a new computation.</summary>
    Forced,

    /// <summary>Its cached result is damaged.</summary>
    Damaged,

    /// <summary>An attempt of it ended without a result, and another one follows.</summary>
    Retry,

    /// <summary>Its result is not in the cache.</summary>
    Miss,

    /// <summary>A dependency has no result yet.</summary>
    Waits,

    /// <summary>It is held for a person.</summary>
    Held,

    /// <summary>It has ended without a result.</summary>
    Ended,

    /// <summary>A dependency ends without a result, so that it is skipped.</summary>
    DependencyEnds,

    /// <summary>It can never start on its operator.</summary>
    CannotStart,

    /// <summary>The run is being cancelled.</summary>
    RunEnds,

    /// <summary>The command selects other tasks.</summary>
    NotSelected,
}
