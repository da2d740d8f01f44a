using MatterStack.Engine.Lifecycle;
using MatterStack.Engine.Problems;

namespace MatterStack.Engine.Runs;

/// <summary>Cleans the text in facts that operators report, before it is recorded: reasons and remarks become single lines without control
/// characters, terminal commands or secrets. External ids, outputs and results stay unchanged.</summary>
internal static class FactText
{
    // Longest recorded name of a person, in characters.
    private const int MostOfName = 200;

    /// <summary>Returns a fact with cleaned text.</summary>
    /// <param name="fact">The reported fact.</param>
    /// <param name="hide">Replaces resolved secrets of the wiring.</param>
    public static Observation Clean(Observation fact, Func<string, string> hide)
    {
        return fact switch
        {
            Observation.Submitted submitted => submitted with { Reason = Line(submitted.Reason) },
            Observation.StatusNote { Text: { } remark } remarked => remarked with { Text = Line(remark) },
            Observation.NotStarted failed => failed with { Reason = Line(failed.Reason) },
            Observation.WaitingExternally handed => handed with { WaitingFor = Line(handed.WaitingFor) },
            Observation.Unreachable unknown => unknown with { Reason = Line(unknown.Reason) },
            Observation.EndRequestSent { PendingReason: { } remark } told => told with { PendingReason = Line(remark) },
            Observation.EndRequestFailed untold => untold with { Reason = Line(untold.Reason) },
            Observation.RestoreFailed missing => missing with { Reason = Line(missing.Reason) },
            Observation.Exited { End: var ending } exited when HasWords(ending) => exited with
            {
                End = ending with
                {
                    EndedBy = Maybe(ending.EndedBy), AnsweredBy = Maybe(ending.AnsweredBy, MostOfName), Answer = Maybe(ending.Answer), CollectionProblem = Maybe(ending.CollectionProblem), UnknownFacts = Maybe(ending.UnknownFacts),
                    Warnings = [.. ending.Warnings.Select(Line)],
                    CachedResult = ending.CachedResult is { } cached ? cached with { Description = Line(cached.Description) } : null,
                },
            },
            _ => fact,
        };

        string Line(string text) => UntrustedText.ToLine(hide(text));
        string? Maybe(string? text, int most = UntrustedText.MaxReasonLength) => text is null ? null : UntrustedText.ToLine(hide(text), most);
    }

    private static bool HasWords(AttemptEnd ending) => ending is not { EndedBy: null, AnsweredBy: null, Answer: null, CollectionProblem: null, UnknownFacts: null, CachedResult: null, Warnings.Count: 0 };
}
