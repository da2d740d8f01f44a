namespace MatterStack.Engine.Campaigns.Loading;

/// <summary>Shows where two texts differ.</summary>
internal static class TextDifference
{
    private const int ContextBefore = 30;
    private const int ContextAfter = 60;

    /// <summary>Returns the part of a text that differs from another text, with some context.</summary>
    public static string ExtractDifference(string text, string other)
    {
        var at = 0;
        while (at < text.Length && at < other.Length && text[at] == other[at])
        {
            at++;
        }

        var from = Math.Max(0, at - ContextBefore);
        var part = text[from..Math.Min(text.Length, at + ContextAfter)];
        return (from > 0 ? "…" : "") + part + (at + ContextAfter < text.Length ? "…" : "");
    }
}
