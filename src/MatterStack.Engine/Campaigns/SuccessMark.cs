namespace MatterStack.Engine.Campaigns;

/// <summary>One entry of a task's <c>SucceedWhen</c>: a line that a file must have.</summary>
/// <param name="File">Path relative to <c>work/</c>; <c>stdout</c> and <c>stderr</c> stand for the logs.</param>
/// <param name="Pattern">Regular expression for a line, without backreferences and lookarounds.</param>
public sealed record SuccessMark(string File, string Pattern)
{
    /// <summary>Allows <c>SucceedWhen = ["OUTCAR: reached required accuracy"]</c> in a C# campaign.</summary>
    public static implicit operator SuccessMark(string text) => FromString(text);

    /// <summary>Parses <c>file: pattern</c>. The check of the task refuses a text without these parts.</summary>
    public static SuccessMark FromString(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var (file, rest) = SplitFile(text);
        return new SuccessMark(file, rest);
    }

    /// <summary>Splits a text at its first colon. Without a colon, the file is empty.</summary>
    internal static (string File, string Text) SplitFile(string text) =>
        text.IndexOf(':', StringComparison.Ordinal) is >= 0 and var colon
            ? (text[..colon].Trim(), text[(colon + 1)..].Trim())
            : ("", text.Trim());

    /// <inheritdoc />
    public override string ToString() => File.Length == 0 ? Pattern : $"{File}: {Pattern}";
}
