using MatterStack.Engine.Lifecycle.Model;

namespace MatterStack.Engine.Runs.Conducting;

/// <content>What ended attempts used, where an accounting says it after the end. It decides nothing, so the planner is not asked.</content>
internal sealed partial class Conductor
{
    // Longest time that a command waits at its end. The next command asks again.
    private static readonly TimeSpan LastUsageTimeout = TimeSpan.FromSeconds(5);

    private readonly List<Observation.UsageFound> _foundUsage = [];

    /// <summary>Asks the accounting of clusters once what attempts of an ended run used; does not drive the run.</summary>
    public void CompleteUsage(CancellationToken cancel)
    {
        _operators.WatchUsage(_store.ReadPendingUsage());
        AskUsage(cancel);
    }

    // After all ends are durable: a command that dies now loses nothing but time.
    private void AskUsage(CancellationToken cancel)
    {
        if (cancel.IsCancellationRequested || _blockingProblem is not null)
        {
            return;
        }

        WriteChanges();
        _operators.AskUsage(LastUsageTimeout);
        AddReportedFacts();
        AddFoundUsage();
        WriteChanges();
    }

    // The end of the attempt stands before it in the list of changes.
    private void AddFoundUsage()
    {
        if (_foundUsage.Count > 0)
        {
            AddChanges([.. Drain(_foundUsage).Select(static found => new Change.UsageRecorded(found.Attempt, found.Usage, found.Node))]);
        }
    }
}
