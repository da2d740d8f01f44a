using System.Text.RegularExpressions;

namespace MatterStack.Engine.Campaigns;

/// <summary>One entry of a task's <c>FailWhen</c>: a line of a file that means failure, and the name of this failure.</summary>
/// <param name="File">Path relative to <c>work/</c>; <c>stdout</c> and <c>stderr</c> stand for the logs.</param>
/// <param name="Pattern">Regular expression for a line, without backreferences and lookarounds.</param>
/// <param name="Cause">Cause of the end, e.g. <c>UNCONVERGED</c>.</param>
public sealed record FailureMark(string File, string Pattern, string Cause)
{
    /// <summary>Options of all patterns: the time of a match is linear in the length of the line.</summary>
    internal const RegexOptions PatternOptions = RegexOptions.NonBacktracking | RegexOptions.CultureInvariant;

    private const string Arrow = "=>";

    /// <summary>Allows <c>FailWhen = ["stdout: SCF NOT CONVERGED =&gt; UNCONVERGED"]</c> in a C# campaign.</summary>
    public static implicit operator FailureMark(string text) => FromString(text);

    /// <summary>Parses <c>file: pattern =&gt; CAUSE</c>. The check of the task refuses a text without these parts.</summary>
    public static FailureMark FromString(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var (file, rest) = SuccessMark.SplitFile(text);
        return rest.LastIndexOf(Arrow, StringComparison.Ordinal) is >= 0 and var arrow
            ? new FailureMark(file, rest[..arrow].Trim(), rest[(arrow + Arrow.Length)..].Trim())
            : new FailureMark(file, rest, "");
    }

    /// <inheritdoc />
    public override string ToString() => new SuccessMark(File, Pattern) + (Cause.Length == 0 ? "" : $" {Arrow} {Cause}");
}
