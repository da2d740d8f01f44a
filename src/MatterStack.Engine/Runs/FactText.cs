using MatterStack.Engine.Lifecycle;
using MatterStack.Engine.Problems;

namespace MatterStack.Engine.Runs;

/// <summary>The wall between what operators report, in whose words ever, and what is recorded of it: reasons and remarks become lines without commands and without secrets. Names outside, outputs and results stay as they are.</summary>
internal static class FactText
{
    // A name, not a story.
    private const int MostOfName = 200;

    /// <param name="fact">What was reported.</param>
    /// <param name="hide">Hides what references in wiring stand for.</param>
    public static Observation Clean(Observation fact, Func<string, string> hide)
    {
        return fact switch
        {
            Observation.Submitted submitted => submitted with { Reason = Line(submitted.Reason) },
            Observation.Remarked { Remark: { } remark } remarked => remarked with { Remark = Line(remark) },
            Observation.NotStarted failed => failed with { Reason = Line(failed.Reason) },
            Observation.HandedOver handed => handed with { For = Line(handed.For) },
            Observation.Unknown unknown => unknown with { Reason = Line(unknown.Reason) },
            Observation.EndTold { Remark: { } remark } told => told with { Remark = Line(remark) },
            Observation.EndNotTold untold => untold with { Why = Line(untold.Why) },
            Observation.NotInCache missing => missing with { Why = Line(missing.Why) },
            Observation.Exited { Ending: var ending } exited when HasWords(ending) => exited with
            {
                Ending = ending with
                {
                    EndedBy = Maybe(ending.EndedBy), AnsweredBy = Maybe(ending.AnsweredBy, MostOfName), Answer = Maybe(ending.Answer), CollectProblem = Maybe(ending.CollectProblem), NotKnown = Maybe(ending.NotKnown),
                    Warnings = [.. ending.Warnings.Select(Line)],
                    Cached = ending.Cached is { } cached ? cached with { Told = Line(cached.Told) } : null,
                },
            },
            _ => fact,
        };

        string Line(string text) => OutsideText.ToLine(hide(text));
        string? Maybe(string? text, int most = OutsideText.Most) => text is null ? null : OutsideText.ToLine(hide(text), most);
    }

    private static bool HasWords(Ending ending) => ending is not { EndedBy: null, AnsweredBy: null, Answer: null, CollectProblem: null, NotKnown: null, Cached: null, Warnings.Count: 0 };
}
