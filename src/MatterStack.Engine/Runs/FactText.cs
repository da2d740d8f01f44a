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
