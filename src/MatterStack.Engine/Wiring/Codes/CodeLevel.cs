namespace MatterStack.Engine.Wiring.Codes;

/// <summary>Where the wiring defines a code or a launcher. The nearest definition holds as a whole.</summary>
internal enum CodeLevel
{
    /// <summary>At the top of the file, for all operators.</summary>
    File,

    /// <summary>In the operator's profile or backend.</summary>
    Backend,

    /// <summary>In the operator itself.</summary>
    Operator,
}
