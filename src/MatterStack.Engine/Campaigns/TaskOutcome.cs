namespace MatterStack.Engine.Campaigns;

/// <summary>How a task of an iteration ended.</summary>
public enum TaskOutcome
{
    /// <summary>Exit code 0 and all declared outputs there.</summary>
    Completed,

    /// <summary>All its attempts failed, and it was allowed to.</summary>
    Failed,

    /// <summary>A person ended it, and it was allowed to fail.</summary>
    Cancelled,

    /// <summary>Never started, because of what happened to a dependency.</summary>
    Skipped,
}
