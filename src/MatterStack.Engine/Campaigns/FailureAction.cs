namespace MatterStack.Engine.Campaigns;

/// <summary>What happens to a task when no other attempt follows by itself.</summary>
public enum FailureAction
{
    /// <summary>The task fails.</summary>
    Fail,

    /// <summary>The task waits for a person, who starts another attempt or gives up.</summary>
    Hold,
}
