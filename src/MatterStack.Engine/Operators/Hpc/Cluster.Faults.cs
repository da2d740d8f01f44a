using MatterStack.Engine.Files;
using MatterStack.Engine.Lifecycle;
using MatterStack.Engine.Problems;
using MatterStack.Engine.Transports;

namespace MatterStack.Engine.Operators.Hpc;

/// <content>Unexpected exceptions: each affected job gets a fact, and the other jobs continue.</content>
internal sealed partial class Cluster
{
    private const int MostFaults = 3;

    // An unexpected error may be temporary: report it and retry; after several faults in a row a person decides.
    private TimeSpan Fail(Exception exception)
    {
        var problem = _faults.RecordFault(exception, $"communication with {_shell.Name}");
        _faultsInARow++;
        foreach (var job in _jobs.Where(j => !j.IsOver))
        {
            if (_faultsInARow >= MostFaults)
            {
                job.Fail(_clock.GetUtcNow(), exception);
            }
            else
            {
                job.Remark(_clock.GetUtcNow(), $"{Fault.FormatReason(problem)} It is tried again");
            }
        }

        _jobs.RemoveAll(j => j.IsOver);
        return TimeSpan.FromSeconds(5 * (1 << Math.Min(_faultsInARow, 6)));
    }

    private void SubmitAgain(List<ClusterJob> jobs)
    {
        try
        {
            var back = _submitter.Again(jobs, CountLiveJobs, Now, _leaving.Token);
            _jobs.RemoveAll(back.Contains);
            lock (_gate)
            {
                _new.AddRange(back);
            }
        }
        catch (Exception e)
        {
            foreach (var job in jobs)
            {
                // Do not submit them again before another search has failed.
                job.WasSoughtInVain = false;
                job.Fail(_clock.GetUtcNow(), e);
            }
        }
    }

    // No caller catches exceptions on this thread; without a fact the job would wait forever.
    private Submitted Guarded(List<ClusterJob> fresh)
    {
        var done = new Submitted();
        try
        {
            // An unanswered submission leaves a job in an unknown state; so test the connection before the first submission.
            var met = _reached ? null : _shell.Run(new ShellCall(fresh[0].Site.Scheduler.Contact, FirstContact), _leaving.Token);
            if (met is ShellAnswer.None nobody)
            {
                done.Left.AddRange(fresh);
                done.None = nobody;
                return done;
            }

            if (met is ShellAnswer.Ended ended && fresh[0].Site.Scheduler.WhyNot(ended) is { } why)
            {
                foreach (var job in fresh)
                {
                    job.Tell(new Observation.Blocked(job.Order.Attempt, _clock.GetUtcNow(), Problem.Create(OperatorCodes.SchedulerTooOld, $"{_shell.Name}: {why}")));
                }

                return done;
            }

            return _submitter.Submit(fresh, CountLiveJobs, IsEnded, Now, _leaving.Token);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            foreach (var job in fresh.Where(j => j is { IsOver: false, Id: null }))
            {
                job.Tell(new Observation.Blocked(job.Order.Attempt, _clock.GetUtcNow(),
                    Problem.Create(DiskTrouble.Is(e) ? OperatorCodes.HeldUp : OperatorCodes.StagingFailed,
                        $"Attempt {job.Order.Index} of task '{job.Order.TaskId}' is blocked: {e.Message}", new SourcePosition(job.Order.Folder))));
            }

            done.Out([.. fresh.Where(j => j is { IsOver: false })]);
            return done;
        }
        catch (Exception e)
        {
            // A job that may be in the queue is searched for by its name.
            foreach (var job in fresh.Where(j => j is { IsOver: false, Id: null }))
            {
                job.Fail(_clock.GetUtcNow(), e);
            }

            done.Out([.. fresh.Where(j => j is { IsOver: false })]);
            return done;
        }
    }
}
