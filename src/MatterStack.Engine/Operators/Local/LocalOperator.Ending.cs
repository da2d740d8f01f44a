using MatterStack.Engine.Files;
using MatterStack.Engine.Identity;
using MatterStack.Engine.Lifecycle.Model;
using MatterStack.Engine.Lifecycle.Planning;
using MatterStack.Engine.Operators.Attempts;
using MatterStack.Engine.Operators.Processes;
using MatterStack.Engine.Operators.Scripts;
using MatterStack.Engine.Problems;

namespace MatterStack.Engine.Operators.Local;

/// <content>Ends attempts with all processes that they started.</content>
internal sealed partial class LocalOperator
{
    private IReadOnlyList<AttemptProcess> EndEarlierAttempts(AttemptRequest order) =>
        order.Index > 1 && LocalProtocol.ReadEarlierAttempts(order) is { Count: > 0 } earlier ? _terminator.EndAll(new ProcessOwners(earlier, [], LeadersJustEnded: false), _shutdown.Token) : [];

    // The attempt is not watched here: it never began, has ended, runs on another machine, or an internal fault dropped it.
    private void EndUnwatched(AttemptRequest order, string reason)
    {
        if (!LocalProtocol.WasStarted(order) && order.ExternalId is null)
        {
            Report(new Observation.Exited(order.Attempt, _clock.GetUtcNow(), new AttemptEnd { IsCancelled = true, EndedBy = reason }));
            return;
        }

        if (ExitCodeFile.ReadExitCode(order) is null && FindOtherOrigin(order) is { } where)
        {
            Report(new Observation.EndRequestFailed(order.Attempt, _clock.GetUtcNow(),
                $"its process {where.WhyNotVisibleFrom(Environment.MachineName)} and cannot be reached from here: {where.GetRemedy(Environment.MachineName)}", WillRetry: false));
            return;
        }

        Background.RunGuarded(() =>
        {
            ResumeAttempt(order, ParseIdentity(order) ?? _processes.FindLeaders(new HashSet<AttemptId> { order.Attempt }).GetValueOrDefault(order.Attempt));
            if (_supervised.TryGetValue(order.Attempt, out var supervision))
            {
                supervision.RequestEnd(reason, cancelled: true);
            }
        }, e => EndByFault(order, e));
    }

    private void EndProcesses(AttemptRequest order, ProcessIdentity process, ProcessSupervisor supervision, bool isChild)
    {
        _endingAttempts[order.Attempt] = true;
        if (!RunOnAnyThread(order, EndAndFinish))
        {
            supervision.ReportEnded([]);
        }

        void EndAndFinish()
        {
            IReadOnlyList<AttemptProcess> left = [];
            try
            {
                left = _terminator.EndAll(CreateOwners(order, process, isChild), _shutdown.Token);
                while (left.Count > 0 && supervision.IsCancelled && !_shutdown.IsCancellationRequested)
                {
                    // The process belongs to another user or waits for a device. Only the system knows when it ends.
                    Report(new Observation.EndRequestFailed(order.Attempt, _clock.GetUtcNow(),
                        $"{ProcessTerminator.DescribeProcesses(left)} of the attempt cannot be ended from here: " +
                        $"end {(left.Count == 1 ? "it" : "them")} by hand, or as the user who started it"));
                    _endingAttempts.TryRemove(order.Attempt, out _);
                    left = _terminator.EndAll(CreateOwners(order, process, isChild), _shutdown.Token);
                }
            }
            finally
            {
                supervision.ReportEnded(left);
            }

            // The wait for the first process will not return.
            if (left.Any(p => p.Pid == process.Pid))
            {
                FinishAttempt(order, process, supervision, new ProcessEnd(null, null), isChild);
            }
        }
    }

    private static ProcessOwners CreateOwners(AttemptRequest order, ProcessIdentity? process, bool isChild) => new(new HashSet<AttemptId> { order.Attempt }, process is null ? [] : [process], isChild);

    private void FinishAttempt(AttemptRequest order, ProcessIdentity? process, ProcessSupervisor? supervision, ProcessEnd end, bool isChild, bool mayWait = true)
    {
        IReadOnlyList<AttemptProcess> left = [];
        if (supervision is not null && !supervision.TryClaimEnd(out left))
        {
            return;
        }

        var wasEnded = supervision?.Reason is not null;
        lock (_gate)
        {
            // The next tick reads the exit code from its file.
            if (_disposed && !wasEnded)
            {
                return;
            }
        }

        var ending = LocalAttemptEnd.CreateEnd(order, end.ExitCode ?? ExitCodeFile.ReadExitCode(order), end.Signal, supervision, _memory);
        try
        {
            ending = ending is { ExitCode: 0, EndedBy: null } ? LocalProtocol.CollectOutputs(order, _options, _disk, ending) : ending;
        }
        catch (IOException e) when (DiskErrors.IsDiskError(e))
        {
            _supervised.TryRemove(order.Attempt, out _);
            Report(order.CreateBlocked(e, _clock.GetUtcNow()));
            return;
        }

        if (!ending.IsCancelled && AttemptOutcomes.Classify(ending).Outcome == AttemptOutcome.Failed)
        {
            var folder = LocalProtocol.GetWorkFolder(order, _options);
            ending = FullDiskHint.AddToReason(ending, FullDiskHint.FindHint(order.RunFolder, order.RelativeFolder, DiskSpace.FindFor(folder), _options.WorkRoot ?? order.RunFolder));
        }

        if (wasEnded)
        {
            ReportEnd(order, LocalAttemptEnd.AddRemainingProcesses(ending, left));
            return;
        }

        var owners = CreateOwners(order, process, isChild);
        if (!LocalAttemptEnd.MustEndProcesses(order, ending) || (!mayWait && _processes.FindProcesses(owners).Count == 0))
        {
            ReportEnd(order, ending);
            return;
        }

        _endingAttempts[order.Attempt] = true;
        if (mayWait)
        {
            EndAndReport();
        }
        else
        {
            RunOnAnyThread(order, EndAndReport);
        }

        void EndAndReport() => ReportEnd(order, LocalAttemptEnd.AddRemainingProcesses(ending, _terminator.EndAll(owners, _shutdown.Token)));
    }

    private void ReportEnd(AttemptRequest order, AttemptEnd ending)
    {
        _supervised.TryRemove(order.Attempt, out _);
        // If the command ends early, the end is not known. The next tick observes again.
        if (!_shutdown.IsCancellationRequested)
        {
            if (RunScript.NeedsControlGroup(order.Task))
            {
                _processes.ReleaseResources(order.Attempt);
            }

            Report(new Observation.Exited(order.Attempt, _clock.GetUtcNow(), ending));
        }

        _endingAttempts.TryRemove(order.Attempt, out _);
    }

    // No process of an attempt may run beside the next attempt. A started attempt must not be reported as not started.
    private void EndByFault(AttemptRequest order, Exception exception)
    {
        var why = Fault.FormatReason(_faults.RecordFault(exception, $"attempt {order.Index} of task '{order.TaskId}'"));
        try
        {
            var hasStarted = _supervised.TryRemove(order.Attempt, out var supervision);
            supervision?.Dispose();
            if (!hasStarted && !LocalProtocol.WasStarted(order))
            {
                Report(new Observation.NotStarted(order.Attempt, _clock.GetUtcNow(), why));
                return;
            }

            var process = ParseIdentity(order) ?? _processes.FindLeaders(new HashSet<AttemptId> { order.Attempt }).GetValueOrDefault(order.Attempt);
            Report(new Observation.Exited(order.Attempt, _clock.GetUtcNow(), LocalAttemptEnd.AddRemainingProcesses(new AttemptEnd { Cause = EndCause.Lost, EndedBy = why }, _terminator.EndAll(CreateOwners(order, process, isChild: false), _shutdown.Token))));
        }
        catch (Exception e)
        {
            _faults.RecordWarning(e, $"the end of attempt {order.Index} of task '{order.TaskId}'");
            Report(new Observation.Unreachable(order.Attempt, _clock.GetUtcNow(), $"{why} Its process may still run; when it is gone, -t:CleanupOrphans ends the attempt"));
        }
        finally
        {
            _endingAttempts.TryRemove(order.Attempt, out _);
        }
    }

    // If no thread can be started, the caller's thread ends the attempt.
    private bool RunOnAnyThread(AttemptRequest order, Action work)
    {
        try
        {
            return _threads.TryRun(work, e => EndByFault(order, e));
        }
        catch (ProblemException)
        {
            Background.RunGuarded(work, e => EndByFault(order, e));
            return true;
        }
    }
}
