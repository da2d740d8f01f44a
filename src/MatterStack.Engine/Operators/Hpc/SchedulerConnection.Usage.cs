using MatterStack.Engine.Lifecycle.Model;

namespace MatterStack.Engine.Operators.Hpc;

/// <content>What ended jobs used.</content>
internal sealed partial class SchedulerConnection
{
    /// <summary>Asks the accounting what jobs used that ended in an earlier command.</summary>
    /// <param name="ended">Their attempts.</param>
    /// <param name="scheduler">Their scheduler.</param>
    /// <param name="report">Receives the answers.</param>
    public void WatchUsage(IReadOnlyList<PendingUsage> ended, IScheduler scheduler, Action<Observation> report)
    {
        lock (_roundLock)
        {
            foreach (var one in ended)
            {
                _usage.Add(one, scheduler, report, Now);
            }
        }

        WakeThread();
    }

    /// <summary>Asks once more for all jobs that are waited for, and reports the answers before it returns.</summary>
    /// <param name="timeout">Longest time to wait for the answer.</param>
    public void AskUsage(TimeSpan timeout)
    {
        lock (_roundLock)
        {
            if (!_isDisposed && !_shutdown.IsCancellationRequested)
            {
                _usage.AskAll(Now, timeout, _shutdown.Token);
            }
        }
    }

    private void AddUsageQuery(ClusterJob over)
    {
        if (over.EndedWithoutUsage is { } ended)
        {
            _usage.Add(ended, over.Site.Scheduler, over.Report, Now);
        }
    }
}
