namespace MatterStack.Engine.Wiring;

/// <summary>Kind of an event in <c>history.jsonl</c>.</summary>
internal enum WiringEventKind
{
    /// <summary>The first wiring was put in force.</summary>
    Persisted,

    /// <summary>Another wiring was refused.</summary>
    OverrideRefused,

    /// <summary>Another wiring was put in force.</summary>
    OverrideForced,

    /// <summary>A changed snapshot was found.</summary>
    Tampered,

    /// <summary>The snapshot in force was written again.</summary>
    Repaired,
}
