namespace MatterStack.Engine.Problems;

/// <summary>How much a problem matters.</summary>
public enum Severity
{
    /// <summary>The command cannot do what was asked.</summary>
    Error,

    /// <summary>It can, but the user should know.</summary>
    Warning,
}

/// <summary>A mistake of the user, or trouble of the machine, as a value: what, where, and the way out.</summary>
/// <param name="Code">Which kind.</param>
/// <param name="Message">What is wrong in this case.</param>
/// <param name="Remedy">What to do in this case.</param>
/// <param name="At">Where, if it has a place.</param>
/// <param name="Severity">Error or warning.</param>
public sealed record Problem(ProblemCode Code, string Message, string Remedy, SourcePosition? At = null, Severity Severity = Severity.Error)
{
    /// <summary>A problem whose remedy is the general one of its code.</summary>
    public static Problem Of(ProblemCode code, string message, SourcePosition? at = null) => new(code, message, code.Remedy, at);

    /// <summary>The same as a warning.</summary>
    public Problem AsWarning() => this with { Severity = Severity.Warning };

    /// <summary>Message and remedy in one line, as the console shows it after the code.</summary>
    public string Text => Remedy.Length == 0 ? Message : $"{Message.TrimEnd('.')}. {Remedy}";

    /// <inheritdoc />
    public override string ToString() => (At is null ? "" : At + ": ") + $"{Code}: {Text}";
}
