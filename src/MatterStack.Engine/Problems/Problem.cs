namespace MatterStack.Engine.Problems;

/// <summary>A mistake of the user or a failure of the machine, as a value: what happened, where, and what to do.</summary>
/// <param name="Code">Kind of problem.</param>
/// <param name="Message">What is wrong in this case.</param>
/// <param name="Remedy">What to do in this case.</param>
/// <param name="Position">Position in a user's file; null if there is none.</param>
/// <param name="Severity">Error or warning.</param>
public sealed record Problem(
    ProblemCode Code,
    string Message,
    string Remedy,
    SourcePosition? Position = null,
    Severity Severity = Severity.Error
)
{
    /// <summary>Creates a problem with the general remedy of its code.</summary>
    public static Problem Create(ProblemCode code, string message, SourcePosition? at = null) => new(code, message, code.Remedy, at);

    /// <summary>Returns the same problem as a warning.</summary>
    public Problem AsWarning() => this with { Severity = Severity.Warning };

    /// <summary>Message and remedy in one line, as the console shows it after the code.</summary>
    public string Text => Remedy.Length == 0 ? Message : $"{Message.TrimEnd('.')}. {Remedy}";

    /// <inheritdoc />
    public override string ToString() => (Position is null ? "" : Position + ": ") + $"{Code}: {Text}";
}
