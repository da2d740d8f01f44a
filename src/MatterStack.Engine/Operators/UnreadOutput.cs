namespace MatterStack.Engine.Operators;

/// <summary>Texts that say why an existing output cannot be read, for attempts on all machines. Each follows the name of the
/// output.</summary>
internal static class UnreadOutput
{
    public const string LeadsOut = "is a link that leads out of the work folder";

    public const string LeadsNowhere = "is a link to nothing";

    public const string Circle = "is a link that leads in a circle";

    public const string NotUtf8 = "has a name that is not UTF-8; rename it";

    public const string Changing = "was written to while it was read; the copy may be inconsistent";

    /// <param name="kind">Kind of the file, for example a folder.</param>
    public static string NotRegular(string kind) => $"is not a regular file but {kind}";

    /// <param name="why">The error message of the machine.</param>
    public static string NotReadable(string why) => $"cannot be read: {why}";
}
