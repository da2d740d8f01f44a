namespace MatterStack.Engine.Campaigns.Loading;

/// <summary>Shows where two texts differ.</summary>
internal static class TextDifference
{
    private const int Before = 30;
    private const int After = 60;

    /// <summary>Returns the part of a text that differs from another text, with some context.</summary>
    public static string Around(string text, string other)
    {
        var at = 0;
        while (at < text.Length && at < other.Length && text[at] == other[at])
        {
            at++;
        }

        var from = Math.Max(0, at - Before);
        var part = text[from..Math.Min(text.Length, at + After)];
        return (from > 0 ? "…" : "") + part + (at + After < text.Length ? "…" : "");
    }
}
