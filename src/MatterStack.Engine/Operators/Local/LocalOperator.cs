using System.Collections.Concurrent;
using MatterStack.Engine.Files;
using MatterStack.Engine.Identity;
using MatterStack.Engine.Lifecycle.Model;
using MatterStack.Engine.Operators.Processes;
using MatterStack.Engine.Operators.Scripts;
using MatterStack.Engine.Problems;

namespace MatterStack.Engine.Operators.Local;

/// <summary>Runs attempts as processes of this machine, each in its own session, so that they outlive the process that started
/// them.</summary>
/// <remarks>
/// One thread per live attempt prepares, starts, waits (in the kernel, without polling) and collects. Threads are reused for later
/// attempts.
/// When the operator is disposed, started attempts continue, and the next tick finds them. Dispose waits for attempts that are being ended.
/// </remarks>
internal sealed partial class LocalOperator : AttemptOperator
{
    // A cancelled command must end within two seconds.
    private static readonly TimeSpan ShutdownGrace = TimeSpan.FromSeconds(2);

    private readonly IProcessHost _processes;
    private readonly IDisk _disk;
    private readonly TimeProvider _clock;
    private readonly LocalOptions _options;
    private readonly Action<Observation> _report;
    private readonly AttemptFiles _attemptFiles;
    private readonly ProcessTerminator _terminator;
    private readonly OutOfMemoryDetector _memory = new();
    private readonly FaultLog _faults;
    private readonly WorkerThreads _threads = new("attempt");
    private readonly CancellationTokenSource _shutdown = new();
    private readonly ConcurrentDictionary<AttemptId, ProcessSupervisor> _supervised = new();
    private readonly ConcurrentDictionary<AttemptId, bool> _endingAttempts = new();
    private readonly Dictionary<AttemptId, string> _cancelledBeforeStart = [];
    private readonly HashSet<AttemptId> _startingAttempts = [];
    private readonly Lock _gate = new();
    private int _startingCount;
    private bool _disposed;

    public LocalOperator(
        IProcessHost processes,
        IDisk disk,
        TimeProvider clock,
        LocalOptions options,
        Action<Observation> report,
        FaultLog faults
    )
    {
        (_processes, _disk, _clock, _options, _report, _faults) = (processes, disk, clock, options, report, faults);
        _attemptFiles = new AttemptFiles(disk);
        _terminator = new ProcessTerminator(processes, clock, options.Grace);
    }

    public override void Start(AttemptRequest request) => QueueWork(request, () => RunAttempt(request));

    public override void Observe(IReadOnlyList<AttemptRequest> live)
    {
        // The process that started them may have died before it recorded their identity. They are found by the attempt's id in their
        // environment.
        var unnamed = live.Where(o => ParseIdentity(o) is null && LocalProtocol.WasStarted(o)).Select(o => o.Attempt).ToHashSet();
        var found = unnamed.Count > 0 ? _processes.FindLeaders(unnamed) : new Dictionary<AttemptId, ProcessIdentity>();
        foreach (var request in live)
        {
            var identity = ParseIdentity(request) ?? found.GetValueOrDefault(request.Attempt);
            if (request.ExternalId is null && identity is null && !MayHaveBegun(request))
            {
                continue;
            }

            if (request.ExternalId is null && identity is not null)
            {
                Report(new Observation.Started(request.Attempt, _clock.GetUtcNow(), identity.ToString()));
            }

            Background.RunGuarded(() => ResumeAttempt(request, identity), e => EndByFault(request, e));
        }
    }

    public override void Cancel(AttemptRequest request, string reason)
    {
        lock (_gate)
        {
            if (_supervised.TryGetValue(request.Attempt, out var supervision))
            {
                supervision.RequestEnd(reason, cancelled: true);
                return;
            }

            // An attempt that waits for its start or is being started must not begin or continue after this.
            _cancelledBeforeStart[request.Attempt] = reason;
            if (_startingAttempts.Contains(request.Attempt))
            {
                return;
            }
        }

        EndUnwatched(request, reason);
    }

    protected override void Dispose(bool disposing)
    {
        base.Dispose(disposing);
        lock (_gate)
        {
            if (_disposed)
            {
                return;
            }

            _disposed = true;
        }

        // Attempts that are being started finish their start, so that their identity is recorded. Dispose does not wait for commands to
        // end.
        WaitUntil(() => Volatile.Read(ref _startingCount) == 0, ShutdownGrace);

        // Wait for attempts that are being ended, so that their end is reported.
        WaitUntil(
            () => _endingAttempts.IsEmpty,
            _options.ShuttingDown.IsCancellationRequested ? ShutdownGrace : _options.Grace + ProcessTerminator.KillTimeout + ShutdownGrace
        );

        // A time limit that passes after this would not be recorded. The next tick enforces it.
        foreach (var supervision in _supervised.Values)
        {
            supervision.Dispose();
        }

        _shutdown.Cancel();
        _threads.Dispose();
    }

    private void WaitUntil(Func<bool> condition, TimeSpan most)
    {
        var since = _clock.GetTimestamp();
        using var pause = new ManualResetEventSlim();
        while (
            !condition()
            && _clock.GetElapsedTime(since) < most
            && !(most > ShutdownGrace && _options.ShuttingDown.IsCancellationRequested && _clock.GetElapsedTime(since) > ShutdownGrace)
        )
        {
            pause.Wait(TimeSpan.FromMilliseconds(5));
        }
    }

    private void RunAttempt(AttemptRequest request)
    {
        Interlocked.Increment(ref _startingCount);
        ProcessIdentity? process = null;
        ProcessSupervisor supervision;
        try
        {
            lock (_gate)
            {
                if (_disposed || _cancelledBeforeStart.ContainsKey(request.Attempt))
                {
                    return;
                }

                _startingAttempts.Add(request.Attempt);
            }

            // The tick began with a search for attempts that may have begun. This one is not in the store.
            if (LocalProtocol.WasStarted(request))
            {
                Report(
                    new Observation.Blocked(
                        request.Attempt,
                        _clock.GetUtcNow(),
                        Problem.Create(
                            OperatorCodes.AlreadyStarted,
                            $"Attempt {request.Index} of task '{request.Task.Id}' was started before, but state.sqlite has no record of it",
                            new SourcePosition(request.Folder)
                        )
                    )
                );
                return;
            }

            if (_processes.UnavailableReason is { } why)
            {
                Report(
                    new Observation.Blocked(
                        request.Attempt,
                        _clock.GetUtcNow(),
                        Problem.Create(
                            OperatorCodes.StartFailed,
                            $"Attempt {request.Index} of task '{request.Task.Id}' is not started: {why}",
                            new SourcePosition(request.Folder)
                        )
                    )
                );
                return;
            }

            if (EndEarlierAttempts(request) is { Count: > 0 } left)
            {
                // The command ends: the attempt stays intended.
                if (_shutdown.IsCancellationRequested)
                {
                    return;
                }

                Report(
                    new Observation.NotStarted(
                        request.Attempt,
                        _clock.GetUtcNow(),
                        $"{OperatorCodes.EarlierStillRuns}: {ProcessTerminator.DescribeProcesses(left)} of an earlier attempt "
                            + $"cannot be ended"
                    )
                );
                return;
            }

            LocalProtocol.PrepareFolder(request, _options, _disk, _attemptFiles);
            var order = LocalProtocol.CreateRequest(request, _options);
            var startedAt = _clock.GetTimestamp();
            process = _processes.Start(order);
            // From here on there is a process. After any fault it counts as started, see EndByFault.
            supervision = StartSupervision(request, process, _clock.GetElapsedTime(startedAt), isChild: true);
            LocalProtocol.ShareLogs(request);
            ReportStart(request, process, supervision);
        }
        catch (Exception e) when (process is null && DiskErrors.IsAccessOrPathError(e))
        {
            LocalProtocol.DeleteStartMark(request, _disk);
            _processes.ReleaseResources(request.Attempt);
            Report(
                DiskErrors.IsDiskError(e)
                    ? request.CreateBlocked(e, _clock.GetUtcNow())
                    : CreateFinalRefusal(request, $"{OperatorCodes.StagingFailed}: {e.Message}")
            );
            return;
        }
        catch (ProblemException e) when (process is null)
        {
            // A secret cannot be resolved.
            LocalProtocol.DeleteStartMark(request, _disk);
            _processes.ReleaseResources(request.Attempt);
            Report(CreateFinalRefusal(request, $"{e.Problems[0].Code}: {e.Problems[0].Message}"));
            return;
        }
        finally
        {
            lock (_gate)
            {
                _startingAttempts.Remove(request.Attempt);
            }

            Interlocked.Decrement(ref _startingCount);
        }

        FinishAttempt(request, process, supervision, _processes.WaitForChild(process), isChild: true);
    }

    private void ReportStart(AttemptRequest request, ProcessIdentity process, ProcessSupervisor supervision)
    {
        Report(new Observation.Started(request.Attempt, _clock.GetUtcNow(), process.ToString()));
        string? refusal;
        lock (_gate)
        {
            refusal = _cancelledBeforeStart.GetValueOrDefault(request.Attempt);
        }

        if (refusal is not null)
        {
            supervision.RequestEnd(refusal, cancelled: true);
            return;
        }

        ApplyTimeLimit(supervision, request, TimeSpan.Zero);
    }

    private void ResumeAttempt(AttemptRequest request, ProcessIdentity? process)
    {
        // The exit code is the last output of the script, even if its process is still ending or on another machine.
        if (ExitCodeFile.ReadExitCode(request) is not null)
        {
            FinishAttempt(request, process, null, new ProcessEnd(null, null), isChild: false, mayWait: false);
            return;
        }

        // Treating it as ended could start it twice.
        if (FindOtherOrigin(request) is { } where)
        {
            if (request.ExternalId is null)
            {
                Report(new Observation.Started(request.Attempt, _clock.GetUtcNow(), ProcessIdentity.FromOrigin(where).ToString()));
            }

            Report(
                new Observation.Unreachable(
                    request.Attempt,
                    _clock.GetUtcNow(),
                    $"its process {where.WhyNotVisibleFrom(Environment.MachineName)} and cannot be seen from here: "
                        + $"{where.GetRemedy(Environment.MachineName)}"
                )
            );
            return;
        }

        if (process is null || _processes.GetPresence(process) == ProcessPresence.Gone)
        {
            FinishAttempt(request, process, null, new ProcessEnd(null, null), isChild: false, mayWait: false);
            return;
        }

        var age = _processes.GetAge(process) ?? TimeSpan.Zero;
        var supervision = StartSupervision(request, process, age, isChild: false);
        ApplyTimeLimit(supervision, request, age);
        QueueWork(request, () =>
        {
            _processes.WaitForOther(process, _shutdown.Token);
            if (!_shutdown.IsCancellationRequested)
            {
                FinishAttempt(request, process, supervision, new ProcessEnd(null, null), isChild: false);
            }
        });
    }

    // Nothing is reported for an attempt whose script has certainly never begun: the engine starts it next.
    private bool MayHaveBegun(AttemptRequest request)
    {
        if (!LocalProtocol.WasStarted(request))
        {
            return false;
        }

        if (LocalProtocol.HasBegun(request) || LocalProtocol.ReadOrigin(request) is not { } place || place != ProcessOrigin.Current)
        {
            return true;
        }

        LocalProtocol.DeleteStartMark(request, _disk);
        return false;
    }

    private static ProcessIdentity? ParseIdentity(AttemptRequest request) =>
        ProcessIdentity.TryParse(request.ExternalId) is { IsKnown: true } identity ? identity : null;

    private static ProcessOrigin? FindOtherOrigin(AttemptRequest request) =>
        (
            ProcessIdentity.TryParse(request.ExternalId)?.Origin
            ?? (LocalProtocol.WasStarted(request) ? LocalProtocol.ReadOrigin(request) : null)
        )
            is { } place
        && place.WhyNotVisibleFrom(Environment.MachineName) is not null
            ? place
            : null;

    private ProcessSupervisor StartSupervision(AttemptRequest request, ProcessIdentity process, TimeSpan age, bool isChild)
    {
        var supervision = new ProcessSupervisor(
            _clock,
            age,
            e => EndByFault(request, e),
            ending => EndProcesses(request, process, ending, isChild)
        );
        _supervised[request.Attempt] = supervision;
        return supervision;
    }

    private static void ApplyTimeLimit(ProcessSupervisor supervision, AttemptRequest request, TimeSpan age)
    {
        if (request.TimeLimit is { } limit)
        {
            supervision.SetTimeLimit(limit - age, $"TIMEOUT: it ran longer than its time limit of {limit.TotalMinutes:0.######} min");
        }
    }

    private void QueueWork(AttemptRequest request, Action work)
    {
        try
        {
            _threads.TryRun(work, e => EndByFault(request, e));
        }
        catch (ProblemException e)
        {
            // The attempt is unchanged. The next command starts it.
            Report(new Observation.Blocked(request.Attempt, _clock.GetUtcNow(), e.Problems[0]));
        }
    }

    private Observation.NotStarted CreateFinalRefusal(AttemptRequest request, string why) =>
        new(request.Attempt, _clock.GetUtcNow(), why) { IsPermanent = true };

    private void Report(Observation observation) => _report(observation);
}
