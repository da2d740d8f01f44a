namespace MatterStack.Engine.Lifecycle.Model;

/// <summary>State of an attempt without the values that belong to it, as recorded in the store.</summary>
internal enum AttemptStatus
{
    /// <inheritdoc cref="AttemptState.Created"/>
    Created,

    /// <inheritdoc cref="AttemptState.Submitted"/>
    Submitted,

    /// <inheritdoc cref="AttemptState.Running"/>
    Running,

    /// <inheritdoc cref="AttemptState.WaitingExternal"/>
    WaitingExternal,

    /// <inheritdoc cref="AttemptOutcome.Completed"/>
    Completed,

    /// <inheritdoc cref="AttemptOutcome.Failed"/>
    Failed,

    /// <inheritdoc cref="AttemptOutcome.FailedInit"/>
    FailedInit,

    /// <inheritdoc cref="AttemptOutcome.Cancelled"/>
    Cancelled,
}
