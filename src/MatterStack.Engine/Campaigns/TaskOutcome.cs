namespace MatterStack.Engine.Campaigns;

/// <summary>How a task of an iteration ended.</summary>
public enum TaskOutcome
{
    /// <summary>Exit code 0 and all declared outputs there.</summary>
    Completed,

    /// <summary>All its attempts failed, and <c>AllowFailure</c> is set.</summary>
    Failed,

    /// <summary>A person cancelled it, and <c>AllowFailure</c> is set.</summary>
    Cancelled,

    /// <summary>Never started, because a dependency did not complete.</summary>
    Skipped,
}
