namespace MatterStack.Engine.Lifecycle.Model;

/// <summary>Decision of a person about a held task.</summary>
internal enum HoldDecision
{
    /// <summary>The task gets another attempt.</summary>
    Retry,

    /// <summary>The task has failed.</summary>
    GiveUp,
}
