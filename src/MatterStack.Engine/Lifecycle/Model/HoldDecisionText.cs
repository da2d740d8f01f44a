using MatterStack.Engine.Identity;

namespace MatterStack.Engine.Lifecycle.Model;

/// <summary>Text forms of <see cref="HoldDecision"/> on the command line, in the store and in request files.</summary>
internal static class HoldDecisionText
{
    private static readonly EnumText<HoldDecision> Decisions = new(
        "a decision about a held task",
        (HoldDecision.Retry, "retry"),
        (HoldDecision.GiveUp, "give_up")
    );

    public static string ToText(this HoldDecision decision) => Decisions.GetText(decision);

    /// <summary>Finds the decision of a text. Returns null if there is none.</summary>
    public static HoldDecision? FindDecision(string? text) => text is null ? null : Decisions.FindValue(text);
}
