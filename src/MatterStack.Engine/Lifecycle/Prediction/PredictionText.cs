using MatterStack.Engine.Identity;

namespace MatterStack.Engine.Lifecycle.Prediction;

/// <summary>Text forms of <see cref="PredictedAction"/> and <see cref="PredictedCause"/> in items.</summary>
internal static class PredictionText
{
    private static readonly EnumText<PredictedAction> Actions = new(
        "a predicted action",
        (PredictedAction.Known, "known"),
        (PredictedAction.Run, "run"),
        (PredictedAction.Unknown, "unknown"),
        (PredictedAction.None, "none")
    );

    private static readonly EnumText<PredictedCause> Causes = new(
        "a cause of a prediction",
        (PredictedCause.Recorded, "RECORDED"),
        (PredictedCause.Cached, "CACHED"),
        (PredictedCause.UnderWay, "UNDER_WAY"),
        (PredictedCause.NotCacheable, "NOT_CACHEABLE"),
        (PredictedCause.Forced, "FORCED"),
        (PredictedCause.Damaged, "DAMAGED"),
        (PredictedCause.Retry, "RETRY"),
        (PredictedCause.Miss, "MISS"),
        (PredictedCause.Waits, "WAITS"),
        (PredictedCause.Held, "HELD"),
        (PredictedCause.Ended, "ENDED"),
        (PredictedCause.DependencyEnds, "DEPENDENCY_ENDS"),
        (PredictedCause.CannotStart, "CANNOT_START"),
        (PredictedCause.RunEnds, "RUN_ENDS"),
        (PredictedCause.NotSelected, "NOT_SELECTED")
    );

    public static string ToText(this PredictedAction action) => Actions.GetText(action);

    public static string ToText(this PredictedCause cause) => Causes.GetText(cause);
}
