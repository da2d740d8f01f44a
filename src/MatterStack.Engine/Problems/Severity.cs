namespace MatterStack.Engine.Problems;

/// <summary>How much a problem matters.</summary>
public enum Severity
{
    /// <summary>The command cannot do its work.</summary>
    Error,

    /// <summary>The command continues, but the user should know.</summary>
    Warning,
}
