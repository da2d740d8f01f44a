using MatterStack.Engine.Files;
using MatterStack.Engine.Lifecycle.Model;
using MatterStack.Engine.Problems;
using MatterStack.Engine.Transports.Shell;

namespace MatterStack.Engine.Operators.Hpc;

/// <content>Unexpected exceptions: each affected job gets a fact, and the other jobs continue.</content>
internal sealed partial class SchedulerConnection
{
    private const int MaxFaults = 3;

    // An unexpected error may be temporary: report it and retry; after several faults in a row a person decides.
    private TimeSpan HandleFault(Exception exception)
    {
        var problem = _faults.RecordFault(exception, $"communication with {_shell.Name}");
        _faultsInARow++;
        foreach (var job in _jobs.Where(j => !j.IsOver))
        {
            if (_faultsInARow >= MaxFaults)
            {
                job.ReportFault(_clock.GetUtcNow(), exception);
            }
            else
            {
                job.ReportNote(_clock.GetUtcNow(), $"{Fault.FormatReason(problem)} It is tried again");
            }
        }

        _jobs.RemoveAll(j => j.IsOver);
        return FaultRetries.GetPause(_faultsInARow);
    }

    private void ResubmitJobs(List<ClusterJob> jobs)
    {
        try
        {
            var back = _submitter.ResubmitJobs(jobs, CountLiveJobs, Now, _shutdown.Token);
            _jobs.RemoveAll(back.Contains);
            lock (_waitingLock)
            {
                _waitingJobs.AddRange(back);
            }
        }
        catch (Exception e)
        {
            foreach (var job in jobs)
            {
                // Do not submit them again before another search has failed.
                job.WasNotFound = false;
                job.ReportFault(_clock.GetUtcNow(), e);
            }
        }
    }

    // No caller catches exceptions on this thread; without a fact the job would wait forever.
    private SubmissionRound TrySubmit(List<ClusterJob> fresh)
    {
        var done = new SubmissionRound();
        try
        {
            // An unanswered submission leaves a job in an unknown state; so test the connection before the first submission.
            var met = _wasReached
                ? null
                : _shell.Run(new ShellCall(fresh[0].Site.Scheduler.ContactScript, FirstContactTimeout), _shutdown.Token);
            if (met is ShellResult.NoAnswer nobody)
            {
                done.Waiting.AddRange(fresh);
                done.Failure = nobody;
                return done;
            }

            if (met is ShellResult.Ended ended && fresh[0].Site.Scheduler.FindUnavailableReason(ended) is { } why)
            {
                foreach (var job in fresh)
                {
                    job.ReportFact(
                        new Observation.Blocked(
                            job.Request.Attempt,
                            _clock.GetUtcNow(),
                            Problem.Create(OperatorCodes.SchedulerTooOld, $"{_shell.Name}: {why}")
                        )
                    );
                }

                return done;
            }

            return _submitter.SubmitJobs(fresh, CountLiveJobs, TryEndCancelled, Now, _shutdown.Token);
        }
        catch (Exception e) when (DiskErrors.IsAccessError(e))
        {
            foreach (var job in fresh.Where(j => j is { IsOver: false, Id: null }))
            {
                job.ReportFact(
                    new Observation.Blocked(
                        job.Request.Attempt,
                        _clock.GetUtcNow(),
                        Problem.Create(
                            DiskErrors.IsDiskError(e) ? OperatorCodes.AttemptBlocked : OperatorCodes.StagingFailed,
                            $"Attempt {job.Request.Index} of task '{job.Request.TaskId}' is blocked: {e.Message}",
                            new SourcePosition(job.Request.Folder)
                        )
                    )
                );
            }

            done.AddProcessed([.. fresh.Where(j => j is { IsOver: false })]);
            return done;
        }
        catch (Exception e)
        {
            // A job that may be in the queue is searched for by its name.
            foreach (var job in fresh.Where(j => j is { IsOver: false, Id: null }))
            {
                job.ReportFault(_clock.GetUtcNow(), e);
            }

            done.AddProcessed([.. fresh.Where(j => j is { IsOver: false })]);
            return done;
        }
    }
}
