using MatterStack.Engine.Files;
using MatterStack.Engine.Identity;
using MatterStack.Engine.Lifecycle;
using MatterStack.Engine.Problems;

namespace MatterStack.Engine.Operators.Local;

/// <content>Ends attempts with all processes that they started.</content>
internal sealed partial class LocalOperator
{
    private IReadOnlyList<AttemptProcess> LeftOfEarlier(AttemptOrder order) =>
        order.Index > 1 && LocalProtocol.EarlierAttempts(order) is { Count: > 0 } earlier ? _ending.End(new ProcessOwners(earlier, [], JustEnded: false), _leaving.Token) : [];

    // The attempt is not watched here: it never began, has ended, runs on another machine, or an internal fault dropped it.
    private void EndUnwatched(AttemptOrder order, string reason)
    {
        if (!LocalProtocol.WasStarted(order) && order.ExternalId is null)
        {
            Report(new Observation.Exited(order.Attempt, _clock.GetUtcNow(), new AttemptEnd { IsCancelled = true, EndedBy = reason }));
            return;
        }

        if (LocalProtocol.ReadExitCode(order) is null && Elsewhere(order) is { } where)
        {
            Report(new Observation.EndRequestFailed(order.Attempt, _clock.GetUtcNow(),
                $"its process {where.WhyNotSeenFrom(Environment.MachineName)} and cannot be reached from here: {where.WayOutFrom(Environment.MachineName)}", WillRetry: false));
            return;
        }

        Background.RunGuarded(() =>
        {
            Resume(order, Named(order) ?? _processes.Find(new HashSet<AttemptId> { order.Attempt }).GetValueOrDefault(order.Attempt));
            if (_supervised.TryGetValue(order.Attempt, out var supervision))
            {
                supervision.End(reason, cancelled: true);
            }
        }, e => EndByFault(order, e));
    }

    private void EndAll(AttemptOrder order, ProcessIdentity process, Supervision supervision, bool isChild)
    {
        _underEnd[order.Attempt] = true;
        if (!RunSomewhere(order, End))
        {
            supervision.AreEnded([]);
        }

        void End()
        {
            IReadOnlyList<AttemptProcess> left = [];
            try
            {
                left = _ending.End(OwnersOf(order, process, isChild), _leaving.Token);
                while (left.Count > 0 && supervision.Cancelled && !_leaving.IsCancellationRequested)
                {
                    // The process belongs to another user or waits for a device. Only the system knows when it ends.
                    Report(new Observation.EndRequestFailed(order.Attempt, _clock.GetUtcNow(),
                        $"{ProcessEnding.Words(left)} of the attempt cannot be ended from here: " +
                        $"end {(left.Count == 1 ? "it" : "them")} by hand, or as the user who started it"));
                    _underEnd.TryRemove(order.Attempt, out _);
                    left = _ending.End(OwnersOf(order, process, isChild), _leaving.Token);
                }
            }
            finally
            {
                supervision.AreEnded(left);
            }

            // The wait for the first process will not return.
            if (left.Any(p => p.Pid == process.Pid))
            {
                Finish(order, process, supervision, new ProcessEnd(null, null), isChild);
            }
        }
    }

    private static ProcessOwners OwnersOf(AttemptOrder order, ProcessIdentity? process, bool isChild) => new(new HashSet<AttemptId> { order.Attempt }, process is null ? [] : [process], isChild);

    private void Finish(AttemptOrder order, ProcessIdentity? process, Supervision? supervision, ProcessEnd end, bool isChild, bool mayWait = true)
    {
        IReadOnlyList<AttemptProcess> left = [];
        if (supervision is not null && !supervision.TryConclude(out left))
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

        var ending = LocalVerdict.Of(order, end.ExitCode ?? LocalProtocol.ReadExitCode(order), end.Signal, supervision, _memory);
        try
        {
            ending = ending is { ExitCode: 0, EndedBy: null } ? LocalProtocol.Collect(order, _options, _disk, ending) : ending;
        }
        catch (IOException e) when (DiskTrouble.Is(e))
        {
            _supervised.TryRemove(order.Attempt, out _);
            Report(order.HeldUpBy(e, _clock.GetUtcNow()));
            return;
        }

        if (!ending.IsCancelled && AttemptOutcomes.Classify(ending).Outcome == AttemptOutcome.Failed)
        {
            var folder = LocalProtocol.WorkFolder(order, _options);
            ending = FullDisk.Explain(ending, FullDisk.Find(order, DiskSpace.At(folder), _options.WorkRoot ?? order.RunFolder));
        }

        if (wasEnded)
        {
            Conclude(order, LocalVerdict.WithLeft(ending, left));
            return;
        }

        var owners = OwnersOf(order, process, isChild);
        if (!LocalVerdict.MustLeaveNothing(order, ending) || (!mayWait && _processes.FindAll(owners).Count == 0))
        {
            Conclude(order, ending);
            return;
        }

        _underEnd[order.Attempt] = true;
        if (mayWait)
        {
            EndAndConclude();
        }
        else
        {
            RunSomewhere(order, EndAndConclude);
        }

        void EndAndConclude() => Conclude(order, LocalVerdict.WithLeft(ending, _ending.End(owners, _leaving.Token)));
    }

    private void Conclude(AttemptOrder order, AttemptEnd ending)
    {
        _supervised.TryRemove(order.Attempt, out _);
        // If the command ends early, the end is not known. The next tick observes again.
        if (!_leaving.IsCancellationRequested)
        {
            if (RunScript.IsEnclosed(order.Task))
            {
                _processes.Release(order.Attempt);
            }

            Report(new Observation.Exited(order.Attempt, _clock.GetUtcNow(), ending));
        }

        _underEnd.TryRemove(order.Attempt, out _);
    }

    // No process of an attempt may run beside the next attempt. A started attempt must not be reported as not started.
    private void EndByFault(AttemptOrder order, Exception exception)
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

            var process = Named(order) ?? _processes.Find(new HashSet<AttemptId> { order.Attempt }).GetValueOrDefault(order.Attempt);
            Report(new Observation.Exited(order.Attempt, _clock.GetUtcNow(), LocalVerdict.WithLeft(new AttemptEnd { EndedBy = why }, _ending.End(OwnersOf(order, process, isChild: false), _leaving.Token))));
        }
        catch (Exception e)
        {
            _faults.RecordWarning(e, $"the end of attempt {order.Index} of task '{order.TaskId}'");
            Report(new Observation.Unreachable(order.Attempt, _clock.GetUtcNow(), $"{why} Its process may still run; when it is gone, -t:CleanupOrphans ends the attempt"));
        }
        finally
        {
            _underEnd.TryRemove(order.Attempt, out _);
        }
    }

    // If no thread can be started, the caller's thread ends the attempt.
    private bool RunSomewhere(AttemptOrder order, Action work)
    {
        try
        {
            return _threads.Run(work, e => EndByFault(order, e));
        }
        catch (ProblemException)
        {
            Background.RunGuarded(work, e => EndByFault(order, e));
            return true;
        }
    }
}
