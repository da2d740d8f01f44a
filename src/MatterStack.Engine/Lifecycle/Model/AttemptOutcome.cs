namespace MatterStack.Engine.Lifecycle.Model;

/// <summary>How an attempt ended.</summary>
public enum AttemptOutcome
{
    /// <summary>Exit code 0, and all declared outputs exist.</summary>
    Completed,

    /// <summary>It ran without success.</summary>
    Failed,

    /// <summary>It could not be started.</summary>
    FailedInit,

    /// <summary>It was cancelled.</summary>
    Cancelled,
}
