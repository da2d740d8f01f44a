using MatterStack.Engine.Lifecycle;
using MatterStack.Engine.Problems;
using MatterStack.Engine.Transports;

namespace MatterStack.Engine.Operators.Hpc;

/// <content>Submission of waiting jobs, as far as the queue has capacity.</content>
internal sealed partial class Cluster
{
    private TimeSpan StartNew()
    {
        if (Now < _notBefore)
        {
            return _notBefore - Now;
        }

        List<ClusterJob> fresh;
        lock (_gate)
        {
            fresh = [.. _new];
            _new.Clear();
        }

        // Their cancellation was requested during an earlier, failed submission.
        fresh.RemoveAll(IsEnded);
        if (fresh.Count == 0)
        {
            return Timeout.InfiniteTimeSpan;
        }

        var done = Guarded(fresh);
        if (_jobs.Count == 0 && done.Jobs.Count > 0)
        {
            _poller.Begin(Now, _poller.Interval(done.Jobs));
        }

        _jobs.AddRange(done.Jobs.Where(j => !j.IsOver));
        done.Left.RemoveAll(IsEnded);
        lock (_gate)
        {
            _new.InsertRange(0, done.Left);
        }

        if (done.None is not { } none)
        {
            _pause = TimeSpan.Zero;
            Note(null, []);
            return done.Pause;
        }

        // Nothing was submitted: try again with exponential back-off.
        _pause = _pause == TimeSpan.Zero ? TimeSpan.FromSeconds(5) : TimeSpan.FromTicks(Math.Min(_pause.Ticks * 2, TimeSpan.FromMinutes(10).Ticks));
        _notBefore = Now + _pause;
        Note(none, done.Left);
        if (!_reached)
        {
            lock (_gate)
            {
                foreach (var over in _new.Where(j => j.IsOver))
                {
                    _wanted.TryRemove(over.Order.Attempt, out _);
                }

                _new.RemoveAll(j => j.IsOver);
            }
        }

        return _pause;
    }

    // Cancellation was requested during the submission, or after it failed.
    private bool IsEnded(ClusterJob job)
    {
        if (_wanted.GetValueOrDefault(job.Order.Attempt) is not { } reason)
        {
            return false;
        }

        EndUnsubmitted(job, reason);
        return true;
    }

    private bool WaitsForRoom()
    {
        lock (_gate)
        {
            return _new.Count > 0 && _submitter.IsTight;
        }
    }

    // Number of jobs that are, or may be, in the queue and free capacity when they end.
    private int CountLiveJobs(HpcSite? site) => _jobs.Count(j => j.End is null && (site is null || j.Site == site));

    // If the first connection fails (wrong name, unknown host key), later ones fail too; report it at once.
    private void Note(ShellAnswer.None? none, IReadOnlyList<ClusterJob> concerned)
    {
        if (none is null || none.Reached)
        {
            _reached |= none is null || none.Reached;
            return;
        }

        foreach (var job in concerned.Where(j => !j.IsOver))
        {
            if (_reached)
            {
                job.Remark(_clock.GetUtcNow(), $"{_shell.Name} cannot be reached ({none.Why}); it is tried again");
            }
            else if (job.Name is null)
            {
                job.Tell(new Observation.Blocked(job.Order.Attempt, _clock.GetUtcNow(), Unreachable(none)));
            }
            else if (job.CancelReason is null)
            {
                // The job may be in the queue: keep it, so that it can still be cancelled.
                job.TellHeldUp(_clock.GetUtcNow(), Unreachable(none));
            }
        }

        Problem Unreachable(ShellAnswer.None why) => Problem.Create(OperatorCodes.ClusterUnreachable, $"{_shell.Name} cannot be reached: {why.Why}");
    }
}
