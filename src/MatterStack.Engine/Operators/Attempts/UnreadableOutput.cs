namespace MatterStack.Engine.Operators.Attempts;

/// <summary>Why an existing output cannot be read, for attempts on all machines.</summary>
/// <param name="Kind">The reason, for decisions.</param>
/// <param name="Text">The reason as text for people; it follows the name of the output.</param>
internal sealed record UnreadableOutput(UnreadableOutputKind Kind, string Text)
{
    /// <summary>Text of a warning about an output that was read; it follows the name of the output.</summary>
    public const string ChangedDuringRead = "was written to while it was read; the copy may be inconsistent";

    public static UnreadableOutput LinkLeadsOut { get; } =
        new(UnreadableOutputKind.LinkLeadsOut, "is a link that leads out of the work folder");

    public static UnreadableOutput BrokenLink { get; } = new(UnreadableOutputKind.BrokenLink, "is a link to nothing");

    public static UnreadableOutput CircularLink { get; } = new(UnreadableOutputKind.CircularLink, "is a link that leads in a circle");

    public static UnreadableOutput NameNotUtf8 { get; } = new(UnreadableOutputKind.NameNotUtf8, "has a name that is not UTF-8; rename it");

    /// <param name="kind">Kind of the file, for example a folder.</param>
    public static UnreadableOutput CreateNotRegular(string kind) =>
        new(UnreadableOutputKind.NotRegular, $"is not a regular file but {kind}");

    /// <param name="why">The error message of the machine.</param>
    public static UnreadableOutput CreateNotReadable(string why) => new(UnreadableOutputKind.NotReadable, $"cannot be read: {why}");

    public override string ToString() => Text;
}
