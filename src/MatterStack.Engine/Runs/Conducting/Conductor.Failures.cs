using MatterStack.Engine.Campaigns;
using MatterStack.Engine.Lifecycle.Model;
using MatterStack.Engine.Lifecycle.Planning;
using MatterStack.Engine.Problems;

namespace MatterStack.Engine.Runs.Conducting;

/// <content>Questions to the campaign class about failed attempts. Each is asked before the end is planned, so that the answer is recorded
/// in the transaction of the end: after a crash before it the next command observes the end again and asks again.</content>
internal sealed partial class Conductor
{
    private CancellationToken _cancel;

    // Leaves out the ends of failed attempts that the class cannot be asked about now. They are not recorded, and the next command that has
    // the campaign observes them again.
    private Observation[] AskAboutFailures(Observation[] facts, out IReadOnlyList<FailureDecision> decisions)
    {
        decisions = [];
        if (_store.FailureClass is null || facts.Length == 0)
        {
            return facts;
        }

        var failed = _planner.FindFailedEnds(facts);
        if (failed.Count == 0)
        {
            return facts;
        }

        if (_campaign is not null && !_cancel.IsCancellationRequested)
        {
            try
            {
                decisions = [.. _campaign.AskAboutFailures(failed, _cancel).Select(Clean)];
                PrepareAmendments(decisions.Select(decision => decision.Amendment));
                return facts;
            }
            catch (OperationCanceledException)
            {
                // The caller checks the token itself.
            }
        }

        var left = failed.Select(end => end.Attempt.Id).ToHashSet();
        return [.. facts.Where(fact => !left.Contains(fact.Attempt))];
    }

    // An amended operator key may be new to the run, and amended memory or accelerators the first of their key, so that the machine has to
    // be asked for its own.
    private void PrepareAmendments(IEnumerable<TaskAmendment?> amendments)
    {
        var needsLimits = false;
        foreach (var amendment in amendments)
        {
            if (amendment is { Changes.Count: > 0 })
            {
                _planner.NoteAmendment(amendment);
                needsLimits = true;
            }
        }

        if (needsLimits)
        {
            _limits = _operators.ReadLimits(_model, _isLooping ? _options.IntentsAhead : 0);
        }
    }

    // The limit of failures may have paused the run: attempts in queues of clusters do not start either.
    private void HoldQueuesIfPaused(TickPlan plan)
    {
        if (plan.Changes.Any(static change => change is Change.RunMoved { To: RunState.Paused }))
        {
            WriteChanges();
            SyncHoldWithPause();
        }
    }

    private FailureDecision Clean(FailureDecision decision) =>
        decision.Warning is { } warning ? decision with { Warning = UntrustedText.ToLine(RedactSecrets(warning)) } : decision;
}
