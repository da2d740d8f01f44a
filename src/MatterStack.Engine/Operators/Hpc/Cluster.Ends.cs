using MatterStack.Engine.Identity;
using MatterStack.Engine.Lifecycle;

namespace MatterStack.Engine.Operators.Hpc;

/// <content>Cancellation of attempts.</content>
internal sealed partial class Cluster
{
    /// <summary>Requests the cancellation of an attempt.</summary>
    /// <returns>Whether the attempt is known here.</returns>
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

        // A round may be waiting for an answer; the caller must not wait for the round.
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
            // The jobs should end soon.
            _poller.HurryAfter(Now, TimeSpan.FromSeconds(1));
        }
    }

    private void EndUnsubmitted(ClusterJob job, string reason)
    {
        _wanted.TryRemove(job.Order.Attempt, out _);
        job.Tell(new Observation.Exited(job.Order.Attempt, _clock.GetUtcNow(), new AttemptEnd { IsCancelled = true, EndedBy = reason }));
    }
}
