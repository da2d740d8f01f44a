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
    public override bool TryWithdraw(AttemptRequest request, string reason)
    {
        lock (_gate)
        {
            if (
                _supervised.ContainsKey(request.Attempt)
                || _startingAttempts.Contains(request.Attempt)
                || request.ExternalId is not null
                || LocalProtocol.WasStarted(request)
            )
            {
                return false;
            }

            _cancelledBeforeStart[request.Attempt] = reason;
        }

        Report(new Observation.Exited(request.Attempt, _clock.GetUtcNow(), new AttemptEnd { IsCancelled = true, EndedBy = reason }));
        return true;
    }

    private IReadOnlyList<AttemptProcess> EndEarlierAttempts(AttemptRequest request) =>
        request.Index > 1 && LocalProtocol.ReadEarlierAttempts(request) is { Count: > 0 } earlier
            ? _terminator.EndAll(new ProcessOwners(earlier, [], LeadersJustEnded: false), _shutdown.Token)
            : [];

    // The attempt is not watched here: it never began, has ended, runs on another machine, or an internal fault dropped it.
    private void EndUnwatched(AttemptRequest request, string reason)
    {
        if (!LocalProtocol.WasStarted(request) && request.ExternalId is null)
        {
            Report(new Observation.Exited(request.Attempt, _clock.GetUtcNow(), new AttemptEnd { IsCancelled = true, EndedBy = reason }));
            return;
        }

        if (ExitCodeFile.ReadExitCode(request) is null && FindOtherOrigin(request) is { } where)
        {
            Report(
                new Observation.EndRequestFailed(
                    request.Attempt,
                    _clock.GetUtcNow(),
                    $"its process {where.WhyNotVisibleFrom(Environment.MachineName)} and cannot be reached from here: "
                        + $"{where.GetRemedy(Environment.MachineName)}",
                    WillRetry: false
                )
            );
            return;
        }

        Background.RunGuarded(
            () =>
            {
                ResumeAttempt(
                    request,
                    ParseIdentity(request)
                        ?? _processes.FindLeaders(new HashSet<AttemptId> { request.Attempt }).GetValueOrDefault(request.Attempt)
                );
                if (_supervised.TryGetValue(request.Attempt, out var supervision))
                {
                    supervision.RequestEnd(reason, cancelled: true);
                }
            },
            e => EndByFault(request, e)
        );
    }

    private void EndProcesses(AttemptRequest request, ProcessIdentity process, ProcessSupervisor supervision, bool isChild)
    {
        _endingAttempts[request.Attempt] = true;
        if (!RunOnAnyThread(request, EndAndFinish))
        {
            supervision.ReportEnded([]);
        }

        void EndAndFinish()
        {
            IReadOnlyList<AttemptProcess> left = [];
            try
            {
                // The script may be killed before it has waited for its processes, and the system forgets them.
                supervision.UsageAtEnd = _processes.MeasureProcesses(CreateOwners(request, process, isChild));
                left = _terminator.EndAll(CreateOwners(request, process, isChild), _shutdown.Token);
                while (left.Count > 0 && supervision.IsCancelled && !_shutdown.IsCancellationRequested)
                {
                    // The process belongs to another user or waits for a device. Only the system knows when it ends.
                    Report(
                        new Observation.EndRequestFailed(
                            request.Attempt,
                            _clock.GetUtcNow(),
                            $"{ProcessTerminator.DescribeProcesses(left)} of the attempt cannot be ended from here: "
                                + $"end {(left.Count == 1 ? "it" : "them")} by hand, or as the user who started it"
                        )
                    );
                    _endingAttempts.TryRemove(request.Attempt, out _);
                    left = _terminator.EndAll(CreateOwners(request, process, isChild), _shutdown.Token);
                }
            }
            finally
            {
                supervision.ReportEnded(left);
            }

            // The wait for the first process will not return.
            if (left.Any(p => p.Pid == process.Pid))
            {
                FinishAttempt(request, process, supervision, new ProcessEnd(null, null), isChild);
            }
        }
    }

    private static ProcessOwners CreateOwners(AttemptRequest request, ProcessIdentity? process, bool isChild) =>
        new(new HashSet<AttemptId> { request.Attempt }, process is null ? [] : [process], isChild);

    private void FinishAttempt(
        AttemptRequest request,
        ProcessIdentity? process,
        ProcessSupervisor? supervision,
        ProcessEnd end,
        bool isChild,
        bool mayWait = true
    )
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

        var ending = LocalAttemptEnd.CreateEnd(
            request,
            end.ExitCode ?? ExitCodeFile.ReadExitCode(request),
            end.Signal,
            supervision,
            _memory
        );
        ending = LocalUsage.AddUsage(ScriptDecisions.AddDecisions(ending, request), request, _options, process, end, supervision);
        try
        {
            var work = LocalProtocol.GetWorkFolder(request, _options);
            ending = AttemptFiles.AddVerdict(request, work, ending, LocalProtocol.GetCarriedFiles(request, work));
            ending = ending is { ExitCode: 0, EndedBy: null, Verdict: null }
                ? LocalProtocol.CollectOutputs(request, _options, _disk, ending)
                : ending;
        }
        catch (IOException e) when (DiskErrors.IsDiskError(e))
        {
            _supervised.TryRemove(request.Attempt, out _);
            Report(request.CreateBlocked(e, _clock.GetUtcNow()));
            return;
        }

        if (!ending.IsCancelled && AttemptOutcomes.Classify(ending).Outcome == AttemptOutcome.Failed)
        {
            var folder = LocalProtocol.GetWorkFolder(request, _options);
            ending = FullDiskHint.AddToReason(
                ending,
                FullDiskHint.FindHint(
                    request.RunFolder,
                    request.RelativeFolder,
                    DiskSpace.FindFor(folder),
                    _options.WorkRoot ?? request.RunFolder
                )
            );
        }

        if (wasEnded)
        {
            ReportEnd(request, LocalAttemptEnd.AddRemainingProcesses(ending, left));
            return;
        }

        var owners = CreateOwners(request, process, isChild);
        if (!LocalAttemptEnd.MustEndProcesses(request, ending) || (!mayWait && _processes.FindProcesses(owners).Count == 0))
        {
            ReportEnd(request, ending);
            return;
        }

        _endingAttempts[request.Attempt] = true;
        if (mayWait)
        {
            EndAndReport();
        }
        else
        {
            RunOnAnyThread(request, EndAndReport);
        }

        void EndAndReport() =>
            ReportEnd(request, LocalAttemptEnd.AddRemainingProcesses(ending, _terminator.EndAll(owners, _shutdown.Token)));
    }

    private void ReportEnd(AttemptRequest request, AttemptEnd ending)
    {
        _supervised.TryRemove(request.Attempt, out _);
        // If the command ends early, the end is not known. The next tick observes again.
        if (!_shutdown.IsCancellationRequested)
        {
            if (RunScript.NeedsControlGroup(request.Task))
            {
                _processes.ReleaseResources(request.Attempt);
            }

            // Not before all processes have ended: they may still write.
            var end = LocalProtocol.AddLeftFiles(request, _options, _disk, RemoveScratch(request, ending));
            end = CodeVersionsFile.AddVersions(end, request, _options.Codes);
            Report(new Observation.Exited(request.Attempt, _clock.GetUtcNow(), end));
        }

        _endingAttempts.TryRemove(request.Attempt, out _);
    }

    // The script removes its temporary folder itself, unless it was killed.
    private AttemptEnd RemoveScratch(AttemptRequest request, AttemptEnd ending)
    {
        if (_options.Tmpdir is null || ScratchFolder.ReadPath(request) is not { } left)
        {
            return ending;
        }

        try
        {
            _disk.DeleteDirectory(left);
            return ending;
        }
        catch (Exception e) when (DiskErrors.IsAccessError(e))
        {
            return ending with { Warnings = [.. ending.Warnings, $"its temporary folder {left} could not be removed: {e.Message}"] };
        }
    }

    // No process of an attempt may run beside the next attempt. A started attempt must not be reported as not started.
    private void EndByFault(AttemptRequest request, Exception exception)
    {
        var why = Fault.FormatReason(_faults.RecordFault(exception, $"attempt {request.Index} of task '{request.TaskId}'"));
        try
        {
            var hasStarted = _supervised.TryRemove(request.Attempt, out var supervision);
            supervision?.Dispose();
            if (!hasStarted && !LocalProtocol.WasStarted(request))
            {
                Report(new Observation.NotStarted(request.Attempt, _clock.GetUtcNow(), why));
                return;
            }

            var process = ParseIdentity(request)
                ?? _processes.FindLeaders(new HashSet<AttemptId> { request.Attempt }).GetValueOrDefault(request.Attempt);
            Report(
                new Observation.Exited(
                    request.Attempt,
                    _clock.GetUtcNow(),
                    LocalAttemptEnd.AddRemainingProcesses(
                        new AttemptEnd { Cause = EndCause.Lost, EndedBy = why },
                        _terminator.EndAll(CreateOwners(request, process, isChild: false), _shutdown.Token)
                    )
                )
            );
        }
        catch (Exception e)
        {
            _faults.RecordWarning(e, $"the end of attempt {request.Index} of task '{request.TaskId}'");
            Report(
                new Observation.Unreachable(
                    request.Attempt,
                    _clock.GetUtcNow(),
                    $"{why} Its process may still run; when it is gone, -t:CleanupOrphans ends the attempt"
                )
            );
        }
        finally
        {
            _endingAttempts.TryRemove(request.Attempt, out _);
        }
    }

    // If no thread can be started, the caller's thread ends the attempt.
    private bool RunOnAnyThread(AttemptRequest request, Action work)
    {
        try
        {
            return _threads.TryRun(work, e => EndByFault(request, e));
        }
        catch (ProblemException)
        {
            Background.RunGuarded(work, e => EndByFault(request, e));
            return true;
        }
    }
}
