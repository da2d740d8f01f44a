namespace MatterStack.Engine.Wiring.Resolving;

/// <summary>Effect of the argument <c>OperatorsConfig</c> on a run that has wiring.</summary>
internal enum OverrideDecision
{
    /// <summary>It has the same meaning as the run's wiring: nothing changes.</summary>
    SameMeaning,

    /// <summary>It has another meaning and was not forced.</summary>
    Refused,

    /// <summary>It has another meaning, and the run has ended.</summary>
    RefusedAfterEnd,

    /// <summary>It replaces the run's wiring.</summary>
    Replaced,
}
