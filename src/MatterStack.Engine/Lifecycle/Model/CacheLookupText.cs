using MatterStack.Engine.Identity;

namespace MatterStack.Engine.Lifecycle.Model;

/// <summary>Text forms of <see cref="CacheLookupOutcome"/> in the store.</summary>
internal static class CacheLookupText
{
    private static readonly EnumText<CacheLookupOutcome> Outcomes = new(
        "an outcome of a cache lookup",
        (CacheLookupOutcome.Miss, "unknown"),
        (CacheLookupOutcome.Hit, "known"),
        (CacheLookupOutcome.Damaged, "damaged"),
        (CacheLookupOutcome.Forced, "anew")
    );

    public static string ToText(this CacheLookupOutcome outcome) => Outcomes.GetText(outcome);

    /// <summary>Finds an outcome by its text. Returns null for another text: a later version may know more outcomes.</summary>
    public static CacheLookupOutcome? FindOutcome(string text) => Outcomes.FindValue(text);
}
