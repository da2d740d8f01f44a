namespace MatterStack.Engine.Operators;

/// <summary>Why an output is there by its name and cannot be taken: the same words wherever the attempt ran, each to follow the name.</summary>
internal static class UnreadOutput
{
    public const string LeadsOut = "is a link that leads out of the work folder";

    public const string LeadsNowhere = "is a link to nothing";

    public const string Circle = "is a link that leads in a circle";

    public const string NotUtf8 = "has a name that is not UTF-8; names of files that are handed on must be";

    public const string Changing = "was written to while it was read; what was taken is how it was for a moment";

    /// <param name="kind">What it is instead.</param>
    public static string NotRegular(string kind) => $"is not a regular file but {kind}";

    /// <param name="why">The words of the machine.</param>
    public static string NotReadable(string why) => $"cannot be read: {why}";
}
