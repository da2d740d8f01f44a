using MatterStack.Engine.Lifecycle.Model;
using MatterStack.Engine.Problems;

namespace MatterStack.Engine.Runs.Conducting;

/// <summary>Cleans the text in facts that operators report, before it is recorded: reasons and remarks become single lines without control
/// characters, terminal commands or secrets. External ids, outputs and results stay unchanged.</summary>
internal static class ObservationCleaner
{
    // Longest recorded name of a person, in characters.
    private const int MaxNameLength = 200;

    /// <summary>Returns a fact with cleaned text.</summary>
    /// <param name="fact">The reported fact.</param>
    /// <param name="hide">Replaces resolved secrets of the wiring.</param>
    public static Observation CleanText(Observation fact, Func<string, string> hide)
    {
        return fact switch
        {
            Observation.Submitted submitted => submitted with { Reason = ToCleanLine(submitted.Reason) },
            Observation.StatusNote { Text: { } remark } remarked => remarked with { Text = ToCleanLine(remark) },
            Observation.Placed placed => placed with { Reason = ToCleanLine(placed.Reason) },
            Observation.NotStarted failed => failed with { Reason = ToCleanLine(failed.Reason) },
            Observation.WaitingExternally handed => handed with { WaitingFor = ToCleanLine(handed.WaitingFor) },
            Observation.Unreachable unknown => unknown with { Reason = ToCleanLine(unknown.Reason) },
            Observation.EndRequestSent { PendingReason: { } remark } told => told with { PendingReason = ToCleanLine(remark) },
            Observation.EndRequestFailed untold => untold with { Reason = ToCleanLine(untold.Reason) },
            Observation.NotWithdrawn goes => goes with { Reason = ToCleanLine(goes.Reason) },
            Observation.RestoreFailed missing => missing with { Reason = ToCleanLine(missing.Reason) },
            Observation.Exited { End: var ending } exited when HasText(ending) => exited with
            {
                End = ending with
                {
                    EndedBy = ToCleanLineOrNull(ending.EndedBy),
                    AnsweredBy = ToCleanLineOrNull(ending.AnsweredBy, MaxNameLength),
                    Answer = ToCleanLineOrNull(ending.Answer),
                    CollectionProblem = ToCleanLineOrNull(ending.CollectionProblem),
                    UnknownFacts = ToCleanLineOrNull(ending.UnknownFacts),
                    NotCarriedReason = ToCleanLineOrNull(ending.NotCarriedReason),
                    Usage = ending.Usage is { Note: { } note } usage ? usage with { Note = ToCleanLine(note) } : ending.Usage,
                    Warnings = [.. ending.Warnings.Select(ToCleanLine)],
                    CachedResult = ending.CachedResult is { } cached ? cached with { Description = ToCleanLine(cached.Description) } : null,
                },
            },
            _ => fact,
        };

        string ToCleanLine(string text) => UntrustedText.ToLine(hide(text));
        string? ToCleanLineOrNull(string? text, int most = UntrustedText.MaxReasonLength) =>
            text is null ? null : UntrustedText.ToLine(hide(text), most);
    }

    private static bool HasText(AttemptEnd ending) =>
        ending is not { EndedBy: null, AnsweredBy: null, Answer: null }
        || ending is not { CollectionProblem: null, UnknownFacts: null, NotCarriedReason: null, CachedResult: null }
        || ending is not { Usage: null or { Note: null }, Warnings.Count: 0 };
}
