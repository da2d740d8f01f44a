using MatterStack.Engine.Lifecycle.Model;
using MatterStack.Engine.Problems;
using MatterStack.Engine.Transports.Shell;

namespace MatterStack.Engine.Operators.Hpc;

/// <content>Submission of waiting jobs, as far as the queue has capacity.</content>
internal sealed partial class SchedulerConnection
{
    private TimeSpan SubmitWaitingJobs()
    {
        if (Now < _retryAt)
        {
            return _retryAt - Now;
        }

        List<ClusterJob> fresh;
        lock (_waitingLock)
        {
            fresh = [.. _waitingJobs];
            _waitingJobs.Clear();
        }

        // Their cancellation was requested during an earlier, failed submission.
        fresh.RemoveAll(TryEndCancelled);
        if (fresh.Count == 0)
        {
            return Timeout.InfiniteTimeSpan;
        }

        var done = TrySubmit(fresh);
        if (_jobs.Count == 0 && done.Processed.Count > 0)
        {
            _poller.PollAfter(Now, _poller.GetInterval(done.Processed));
        }

        _jobs.AddRange(done.Processed.Where(j => !j.IsOver));
        done.Waiting.RemoveAll(TryEndCancelled);
        lock (_waitingLock)
        {
            _waitingJobs.InsertRange(0, done.Waiting);
        }

        if (done.Failure is not { } none)
        {
            _pause = TimeSpan.Zero;
            UpdateReachability(null, []);
            return done.RetryAfter;
        }

        // Nothing was submitted: try again with exponential back-off.
        _pause = SubmissionRetries.GetNext(_pause);
        _retryAt = Now + _pause;
        UpdateReachability(none, done.Waiting);
        if (!_wasReached)
        {
            lock (_waitingLock)
            {
                foreach (var over in _waitingJobs.Where(j => j.IsOver))
                {
                    _cancelReasons.TryRemove(over.Request.Attempt, out _);
                }

                _waitingJobs.RemoveAll(j => j.IsOver);
            }
        }

        return _pause;
    }

    // Cancellation was requested during the submission, or after it failed.
    private bool TryEndCancelled(ClusterJob job)
    {
        if (
            (_cancelReasons.GetValueOrDefault(job.Request.Attempt) ?? _withdrawReasons.GetValueOrDefault(job.Request.Attempt))
            is not { } reason
        )
        {
            return false;
        }

        ReportUnsubmittedEnd(job, reason);
        return true;
    }

    private bool IsWaitingForCapacity()
    {
        lock (_waitingLock)
        {
            return _waitingJobs.Count > 0 && _submitter.IsWaitingForCapacity;
        }
    }

    // Number of jobs that are, or may be, in the queue and free capacity when they end.
    private int CountLiveJobs(HpcSite? site) => _jobs.Count(j => j.End is null && (site is null || j.Site == site));

    // If the first connection fails (wrong name, unknown host key), later ones fail too; report it at once.
    private void UpdateReachability(ShellResult.NoAnswer? none, IReadOnlyList<ClusterJob> concerned)
    {
        if (none is null || none.WasReached)
        {
            _wasReached |= none is null || none.WasReached;
            return;
        }

        foreach (var job in concerned.Where(j => !j.IsOver))
        {
            if (_wasReached)
            {
                job.ReportNote(_clock.GetUtcNow(), $"{_shell.Name} cannot be reached ({none.Reason}); it is tried again");
            }
            else if (job.Name is null)
            {
                job.ReportFact(new Observation.Blocked(job.Request.Attempt, _clock.GetUtcNow(), CreateProblem(none)));
            }
            else if (job.CancelReason is null)
            {
                // The job may be in the queue: keep it, so that it can still be cancelled.
                job.ReportBlocked(_clock.GetUtcNow(), CreateProblem(none));
            }
        }

        Problem CreateProblem(ShellResult.NoAnswer why) =>
            Problem.Create(OperatorCodes.ClusterUnreachable, $"{_shell.Name} cannot be reached: {why.Reason}");
    }
}
