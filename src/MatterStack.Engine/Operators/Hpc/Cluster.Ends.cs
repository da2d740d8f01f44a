using MatterStack.Engine.Identity;
using MatterStack.Engine.Lifecycle;

namespace MatterStack.Engine.Operators.Hpc;

/// <content>Ends that are asked for.</content>
internal sealed partial class Cluster
{
    /// <summary>Asks for the end of an attempt.</summary>
    /// <returns>Whether it is known here.</returns>
    public bool Cancel(AttemptId attempt, string reason)
    {
        lock (_gate)
        {
            if (_new.Find(j => j.Order.Attempt == attempt) is { } waiting)
            {
                _new.Remove(waiting);
                EndUnsubmitted(waiting, reason);
                return true;
            }
        }

        // A turn may be waiting for an answer; nobody waits for the turn.
        if (!_wanted.TryUpdate(attempt, reason, null))
        {
            return _wanted.ContainsKey(attempt);
        }

        Wake();
        return true;
    }

    private void EndThoseAskedFor()
    {
        foreach (var job in _jobs.Where(j => j.CancelReason is null))
        {
            job.CancelReason = _wanted.GetValueOrDefault(job.Order.Attempt);
            if (job is { IsBeingEnded: true, Id: null })
            {
                _poller.HurryAfter(Now, TimeSpan.FromSeconds(1));
            }
        }

        if (_ending.Tell(_jobs, Now, _leaving.Token))
        {
            // The end is not far.
            _poller.HurryAfter(Now, TimeSpan.FromSeconds(1));
        }
    }

    private void EndUnsubmitted(ClusterJob job, string reason)
    {
        _wanted.TryRemove(job.Order.Attempt, out _);
        job.Tell(new Observation.Exited(job.Order.Attempt, _clock.GetUtcNow(), new Ending { Cancelled = true, EndedBy = reason }));
    }
}
