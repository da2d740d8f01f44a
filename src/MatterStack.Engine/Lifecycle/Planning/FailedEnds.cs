using MatterStack.Engine.Identity;
using MatterStack.Engine.Lifecycle.Model;

namespace MatterStack.Engine.Lifecycle.Planning;

/// <summary>Finds observed ends without success before they are planned.</summary>
internal static class FailedEnds
{
    /// <summary>Number of answers of the campaign class for one task; after them its metadata decide.</summary>
    public const int MaxAnswers = 50;

    /// <summary>Finds the facts that end attempts without success and may be followed by another attempt.</summary>
    public static IReadOnlyList<FailedEnd> FindFailedEnds(RunModel model, IReadOnlyList<Observation> facts)
    {
        var found = new List<FailedEnd>();
        var (ended, started) = (new HashSet<AttemptId>(), new HashSet<AttemptId>());
        foreach (var fact in facts)
        {
            if (
                model.FindLive(fact.Attempt) is not { } attempt
                || model.CancelRequest is not null
                || attempt.EndRequest is { Kind: EndRequestKind.Cancel }
                || attempt.Task.History is { Answers: >= MaxAnswers }
            )
            {
                continue;
            }

            switch (fact)
            {
                case Observation.Started or Observation.WaitingExternally:
                    // A later fact that the attempt could not be started has no effect.
                    started.Add(fact.Attempt);
                    break;
                case Observation.NotStarted failed
                    when attempt.State is AttemptState.Created or AttemptState.Submitted
                        && attempt.EndRequest is not { Kind: EndRequestKind.Replacement }
                        && !started.Contains(fact.Attempt)
                        && ended.Add(fact.Attempt):
                    found.Add(
                        new FailedEnd(
                            attempt,
                            new AttemptState.Ended(AttemptOutcome.FailedInit, failed.Reason, null, EndCause.NotStarted),
                            failed.At
                        )
                    );
                    break;
                case Observation.Exited { End.StillRunning: null } exited when ended.Add(fact.Attempt):
                    var state = AttemptOutcomes.Classify(ObservationPlanner.AttributeToTimeLimit(attempt, exited.End));
                    if (state.Outcome == AttemptOutcome.Failed)
                    {
                        found.Add(new FailedEnd(attempt, state, exited.At));
                    }

                    break;
                default:
                    break;
            }
        }

        return found;
    }
}
