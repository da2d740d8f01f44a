namespace MatterStack.Engine.Lifecycle.Selections;

/// <summary>Property of a task that a term of a selection asks for.</summary>
internal enum SelectionField
{
    /// <summary>The id.</summary>
    Id,

    /// <summary>The state.</summary>
    State,

    /// <summary>Cause of the last ended attempt.</summary>
    Cause,

    /// <summary>The operator key.</summary>
    Operator,

    /// <summary>The iteration.</summary>
    Iteration,
}
