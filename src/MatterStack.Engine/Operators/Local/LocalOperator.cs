using System.Collections.Concurrent;
using MatterStack.Engine.Files;
using MatterStack.Engine.Identity;
using MatterStack.Engine.Lifecycle.Model;
using MatterStack.Engine.Operators.Attempts;
using MatterStack.Engine.Operators.Processes;
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
    private readonly InputStager _stager;
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

    public LocalOperator(IProcessHost processes, IDisk disk, TimeProvider clock, LocalOptions options, Action<Observation> report, FaultLog faults)
    {
        (_processes, _disk, _clock, _options, _report, _faults) = (processes, disk, clock, options, report, faults);
        _stager = new InputStager(disk);
        _terminator = new ProcessTerminator(processes, clock, options.Grace);
    }

    public override void Start(AttemptRequest order) => QueueWork(order, () => RunAttempt(order));

    public override void Observe(IReadOnlyList<AttemptRequest> live)
    {
        // The process that started them may have died before it recorded their identity. They are found by the attempt's id in their
        // environment.
        var unnamed = live.Where(o => ParseIdentity(o) is null && LocalProtocol.WasStarted(o)).Select(o => o.Attempt).ToHashSet();
        var found = unnamed.Count > 0 ? _processes.FindLeaders(unnamed) : new Dictionary<AttemptId, ProcessIdentity>();
        foreach (var order in live)
        {
            var identity = ParseIdentity(order) ?? found.GetValueOrDefault(order.Attempt);
            if (order.ExternalId is null && identity is null && !MayHaveBegun(order))
            {
                continue;
            }

            if (order.ExternalId is null && identity is not null)
            {
                Report(new Observation.Started(order.Attempt, _clock.GetUtcNow(), identity.ToString()));
            }

            Background.RunGuarded(() => ResumeAttempt(order, identity), e => EndByFault(order, e));
        }
    }

    public override void Cancel(AttemptRequest order, string reason)
    {
        lock (_gate)
        {
            if (_supervised.TryGetValue(order.Attempt, out var supervision))
            {
                supervision.RequestEnd(reason, cancelled: true);
                return;
            }

            // An attempt that waits for its start or is being started must not begin or continue after this.
            _cancelledBeforeStart[order.Attempt] = reason;
            if (_startingAttempts.Contains(order.Attempt))
            {
                return;
            }
        }

        EndUnwatched(order, reason);
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
        WaitUntil(() => _endingAttempts.IsEmpty, _options.ShuttingDown.IsCancellationRequested ? ShutdownGrace : _options.Grace + ProcessTerminator.KillTimeout + ShutdownGrace);

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
        while (!condition() && _clock.GetElapsedTime(since) < most && !(most > ShutdownGrace && _options.ShuttingDown.IsCancellationRequested && _clock.GetElapsedTime(since) > ShutdownGrace))
        {
            pause.Wait(TimeSpan.FromMilliseconds(5));
        }
    }

    private void RunAttempt(AttemptRequest order)
    {
        Interlocked.Increment(ref _startingCount);
        ProcessIdentity? process = null;
        ProcessSupervisor supervision;
        try
        {
            lock (_gate)
            {
                if (_disposed || _cancelledBeforeStart.ContainsKey(order.Attempt))
                {
                    return;
                }

                _startingAttempts.Add(order.Attempt);
            }

            // The tick began with a search for attempts that may have begun. This one is not in the store.
            if (LocalProtocol.WasStarted(order))
            {
                Report(new Observation.Blocked(order.Attempt, _clock.GetUtcNow(),
                    Problem.Create(OperatorCodes.AlreadyStarted,
                        $"Attempt {order.Index} of task '{order.Task.Id}' was started before, but state.sqlite has no record of it",
                        new SourcePosition(order.Folder))));
                return;
            }

            if (_processes.UnavailableReason is { } why)
            {
                Report(new Observation.Blocked(order.Attempt, _clock.GetUtcNow(), Problem.Create(OperatorCodes.StartFailed, $"Attempt {order.Index} of task '{order.Task.Id}' is not started: {why}", new SourcePosition(order.Folder))));
                return;
            }

            if (EndEarlierAttempts(order) is { Count: > 0 } left)
            {
                // The command ends: the attempt stays intended.
                if (_shutdown.IsCancellationRequested)
                {
                    return;
                }

                Report(new Observation.NotStarted(order.Attempt, _clock.GetUtcNow(), $"{OperatorCodes.EarlierStillRuns}: {ProcessTerminator.DescribeProcesses(left)} of an earlier attempt cannot be ended"));
                return;
            }

            LocalProtocol.PrepareFolder(order, _options, _disk, _stager);
            process = _processes.Start(LocalProtocol.CreateRequest(order));
            // From here on there is a process. After any fault it counts as started, see EndByFault.
            supervision = StartSupervision(order, process, isChild: true);
            LocalProtocol.ShareLogs(order);
            ReportStart(order, process, supervision);
        }
        catch (Exception e) when (process is null && DiskErrors.IsAccessOrPathError(e))
        {
            LocalProtocol.DeleteStartMark(order, _disk);
            _processes.ReleaseResources(order.Attempt);
            Report(DiskErrors.IsDiskError(e) ? order.CreateBlocked(e, _clock.GetUtcNow()) : new Observation.NotStarted(order.Attempt, _clock.GetUtcNow(), $"{OperatorCodes.StagingFailed}: {e.Message}"));
            return;
        }
        finally
        {
            lock (_gate)
            {
                _startingAttempts.Remove(order.Attempt);
            }

            Interlocked.Decrement(ref _startingCount);
        }

        FinishAttempt(order, process, supervision, _processes.WaitForChild(process), isChild: true);
    }

    private void ReportStart(AttemptRequest order, ProcessIdentity process, ProcessSupervisor supervision)
    {
        Report(new Observation.Started(order.Attempt, _clock.GetUtcNow(), process.ToString()));
        string? refusal;
        lock (_gate)
        {
            refusal = _cancelledBeforeStart.GetValueOrDefault(order.Attempt);
        }

        if (refusal is not null)
        {
            supervision.RequestEnd(refusal, cancelled: true);
            return;
        }

        ApplyTimeLimit(supervision, order, TimeSpan.Zero);
    }

    private void ResumeAttempt(AttemptRequest order, ProcessIdentity? process)
    {
        // The exit code is the last output of the script, even if its process is still ending or on another machine.
        if (LocalProtocol.ReadExitCode(order) is not null)
        {
            FinishAttempt(order, process, null, new ProcessEnd(null, null), isChild: false, mayWait: false);
            return;
        }

        // Treating it as ended could start it twice.
        if (FindOtherOrigin(order) is { } where)
        {
            if (order.ExternalId is null)
            {
                Report(new Observation.Started(order.Attempt, _clock.GetUtcNow(), ProcessIdentity.FromOrigin(where).ToString()));
            }

            Report(new Observation.Unreachable(order.Attempt, _clock.GetUtcNow(),
                $"its process {where.WhyNotVisibleFrom(Environment.MachineName)} and cannot be seen from here: {where.GetRemedy(Environment.MachineName)}"));
            return;
        }

        if (process is null || _processes.GetPresence(process) == ProcessPresence.Gone)
        {
            FinishAttempt(order, process, null, new ProcessEnd(null, null), isChild: false, mayWait: false);
            return;
        }

        var supervision = StartSupervision(order, process, isChild: false);
        ApplyTimeLimit(supervision, order, _processes.GetAge(process) ?? TimeSpan.Zero);
        QueueWork(order, () =>
        {
            _processes.WaitForOther(process, _shutdown.Token);
            if (!_shutdown.IsCancellationRequested)
            {
                FinishAttempt(order, process, supervision, new ProcessEnd(null, null), isChild: false);
            }
        });
    }

    // Nothing is reported for an attempt whose script has certainly never begun: the engine starts it next.
    private bool MayHaveBegun(AttemptRequest order)
    {
        if (!LocalProtocol.WasStarted(order))
        {
            return false;
        }

        if (LocalProtocol.HasBegun(order) || LocalProtocol.ReadOrigin(order) is not { } place || place != ProcessOrigin.Current)
        {
            return true;
        }

        LocalProtocol.DeleteStartMark(order, _disk);
        return false;
    }

    private static ProcessIdentity? ParseIdentity(AttemptRequest order) => ProcessIdentity.TryParse(order.ExternalId) is { IsKnown: true } identity ? identity : null;

    private static ProcessOrigin? FindOtherOrigin(AttemptRequest order) =>
        (ProcessIdentity.TryParse(order.ExternalId)?.Origin ?? (LocalProtocol.WasStarted(order) ? LocalProtocol.ReadOrigin(order) : null)) is { } place && place.WhyNotVisibleFrom(Environment.MachineName) is not null ? place : null;

    private ProcessSupervisor StartSupervision(AttemptRequest order, ProcessIdentity process, bool isChild)
    {
        var supervision = new ProcessSupervisor(_clock, e => EndByFault(order, e), ending => EndProcesses(order, process, ending, isChild));
        _supervised[order.Attempt] = supervision;
        return supervision;
    }

    private static void ApplyTimeLimit(ProcessSupervisor supervision, AttemptRequest order, TimeSpan age)
    {
        if (order.Task.TimeLimit is { } limit)
        {
            supervision.SetTimeLimit(limit - age, $"TIMEOUT: it ran longer than its time limit of {order.Task.TimeLimitMinutes:0.######} min");
        }
    }

    private void QueueWork(AttemptRequest order, Action work)
    {
        try
        {
            _threads.TryRun(work, e => EndByFault(order, e));
        }
        catch (ProblemException e)
        {
            // The attempt is unchanged. The next command starts it.
            Report(new Observation.Blocked(order.Attempt, _clock.GetUtcNow(), e.Problems[0]));
        }
    }

    private void Report(Observation observation) => _report(observation);
}
