using MatterStack.Engine.Identity;
using MatterStack.Engine.Lifecycle.Model;

namespace MatterStack.Engine.Operators.Hpc;

/// <content>Cancellation of attempts.</content>
internal sealed partial class SchedulerConnection
{
    /// <summary>Requests the cancellation of an attempt.</summary>
    /// <returns>Whether the attempt is known here.</returns>
    public bool CancelAttempt(AttemptId attempt, string reason)
    {
        lock (_waitingLock)
        {
            if (_waitingJobs.Find(j => j.Request.Attempt == attempt) is { } waiting)
            {
                _waitingJobs.Remove(waiting);
                ReportUnsubmittedEnd(waiting, reason);
                return true;
            }
        }

        // A round may be waiting for an answer; the caller must not wait for the round.
        if (!_cancelReasons.TryUpdate(attempt, reason, null))
        {
            return _cancelReasons.ContainsKey(attempt);
        }

        WakeThread();
        return true;
    }

    private void CancelRequestedJobs()
    {
        foreach (var job in _jobs.Where(j => j.CancelReason is null || j.CancelReason == j.RefusalReason))
        {
            job.CancelReason = _cancelReasons.GetValueOrDefault(job.Request.Attempt) ?? job.CancelReason;
            if (job is { IsBeingCancelled: true, Id: null })
            {
                _poller.PollWithin(Now, TimeSpan.FromSeconds(1));
            }
        }

        if (_canceller.CancelDueJobs(_jobs, Now, _shutdown.Token))
        {
            // The jobs should end soon.
            _poller.PollWithin(Now, TimeSpan.FromSeconds(1));
        }
    }

    private void ReportUnsubmittedEnd(ClusterJob job, string reason)
    {
        _cancelReasons.TryRemove(job.Request.Attempt, out _);
        job.ReportFact(
            new Observation.Exited(job.Request.Attempt, _clock.GetUtcNow(), new AttemptEnd { IsCancelled = true, EndedBy = reason })
        );
    }
}
