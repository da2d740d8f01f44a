namespace MatterStack.Engine.Operators.Attempts;

/// <summary>Texts that say why an existing output cannot be read, for attempts on all machines. Each follows the name of the
/// output.</summary>
internal static class UnreadableOutput
{
    public const string LinkLeadsOut = "is a link that leads out of the work folder";

    public const string BrokenLink = "is a link to nothing";

    public const string CircularLink = "is a link that leads in a circle";

    public const string NameNotUtf8 = "has a name that is not UTF-8; rename it";

    public const string ChangedDuringRead = "was written to while it was read; the copy may be inconsistent";

    /// <param name="kind">Kind of the file, for example a folder.</param>
    public static string DescribeNotRegular(string kind) => $"is not a regular file but {kind}";

    /// <param name="why">The error message of the machine.</param>
    public static string DescribeNotReadable(string why) => $"cannot be read: {why}";
}
