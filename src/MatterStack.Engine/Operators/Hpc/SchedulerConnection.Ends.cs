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
        if (TryEndWaiting(attempt, reason))
        {
            return true;
        }

        // A round may be waiting for an answer; the caller must not wait for the round.
        if (!_cancelReasons.TryUpdate(attempt, reason, null))
        {
            return _cancelReasons.ContainsKey(attempt);
        }

        WakeThread();
        return true;
    }

    /// <summary>Requests the deletion of an attempt's job if it has not begun.</summary>
    /// <returns>Whether the attempt is known here.</returns>
    public bool WithdrawAttempt(AttemptId attempt, string reason)
    {
        if (TryEndWaiting(attempt, reason))
        {
            return true;
        }

        if (!_cancelReasons.ContainsKey(attempt))
        {
            return false;
        }

        _withdrawReasons[attempt] = reason;
        WakeThread();
        return true;
    }

    // A job that was not submitted.
    private bool TryEndWaiting(AttemptId attempt, string reason)
    {
        lock (_waitingLock)
        {
            if (_waitingJobs.Find(j => j.Request.Attempt == attempt) is not { } waiting)
            {
                return false;
            }

            _waitingJobs.Remove(waiting);
            ReportUnsubmittedEnd(waiting, reason);
            return true;
        }
    }

    private void WithdrawRequestedJobs()
    {
        foreach (var job in _jobs)
        {
            if (_withdrawReasons.TryRemove(job.Request.Attempt, out var reason) && job is { IsOver: false, End: null, CancelReason: null })
            {
                job.WithdrawReason = reason;
                if (job.LastQueueState is JobState.Running)
                {
                    job.KeepBegun(_clock.GetUtcNow());
                }
            }

            if (job is { IsBeingWithdrawn: true, Id: null })
            {
                _poller.PollWithin(Now, TimeSpan.FromSeconds(1));
            }
        }

        if (_withdrawer.WithdrawDueJobs(_jobs, Now, _shutdown.Token))
        {
            _poller.PollWithin(Now, TimeSpan.FromSeconds(1));
        }
    }

    private void CancelRequestedJobs()
    {
        WithdrawRequestedJobs();
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
        _withdrawReasons.TryRemove(job.Request.Attempt, out _);
        job.ReportFact(
            new Observation.Exited(job.Request.Attempt, _clock.GetUtcNow(), new AttemptEnd { IsCancelled = true, EndedBy = reason })
        );
    }
}
