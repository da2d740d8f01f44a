using System.Collections.Concurrent;
using MatterStack.Engine.Files;
using MatterStack.Engine.Identity;
using MatterStack.Engine.Lifecycle;
using MatterStack.Engine.Problems;

namespace MatterStack.Engine.Operators.Local;

/// <summary>Attempts as real processes of this machine, each in a session of its own, so that they outlive whoever started them.</summary>
/// <remarks>
/// One thread per attempt under way prepares, starts, waits (in the kernel, not by polling) and collects; threads are kept for the next attempt.
/// When the operator is disposed, attempts that were started go on, and the next tick finds them. Those that are being ended are waited for.
/// </remarks>
internal sealed partial class LocalOperator : AttemptOperator
{
    // Whoever is told to stop has two seconds.
    private static readonly TimeSpan Hurry = TimeSpan.FromSeconds(2);

    private readonly IProcessHost _processes;
    private readonly IDisk _disk;
    private readonly TimeProvider _clock;
    private readonly LocalOptions _options;
    private readonly Action<Observation> _report;
    private readonly Staging _staging;
    private readonly ProcessEnding _ending;
    private readonly MemoryPressure _memory = new();
    private readonly FaultLog _faults;
    private readonly WorkerThreads _threads = new("attempt");
    private readonly CancellationTokenSource _leaving = new();
    private readonly ConcurrentDictionary<AttemptId, Supervision> _supervised = new();
    private readonly ConcurrentDictionary<AttemptId, bool> _underEnd = new();
    private readonly Dictionary<AttemptId, string> _refused = [];
    private readonly HashSet<AttemptId> _underStart = [];
    private readonly Lock _gate = new();
    private int _starting;
    private bool _disposed;

    public LocalOperator(IProcessHost processes, IDisk disk, TimeProvider clock, LocalOptions options, Action<Observation> report, FaultLog faults)
    {
        (_processes, _disk, _clock, _options, _report, _faults) = (processes, disk, clock, options, report, faults);
        _staging = new Staging(disk);
        _ending = new ProcessEnding(processes, clock, options.Grace);
    }

    public override void Start(AttemptOrder order) => Queue(order, () => Run(order));

    public override void Observe(IReadOnlyList<AttemptOrder> live)
    {
        // Their identity may not have been recorded before the one who started them was gone; they are found by the attempt's id in their environment.
        var unnamed = live.Where(o => Named(o) is null && LocalProtocol.WasStarted(o)).Select(o => o.Attempt).ToHashSet();
        var found = unnamed.Count > 0 ? _processes.Find(unnamed) : new Dictionary<AttemptId, ProcessIdentity>();
        foreach (var order in live)
        {
            var identity = Named(order) ?? found.GetValueOrDefault(order.Attempt);
            if (order.ExternalId is null && identity is null && !MayHaveBegun(order))
            {
                continue;
            }

            if (order.ExternalId is null && identity is not null)
            {
                Report(new Observation.Started(order.Attempt, _clock.GetUtcNow(), identity.ToString()));
            }

            Background.Guard(() => Resume(order, identity), e => EndByFault(order, e));
        }
    }

    public override void Cancel(AttemptOrder order, string reason)
    {
        lock (_gate)
        {
            if (_supervised.TryGetValue(order.Attempt, out var supervision))
            {
                supervision.End(reason, cancelled: true);
                return;
            }

            // One that is waiting for its start, or in the middle of it, must not begin or go on after this.
            _refused[order.Attempt] = reason;
            if (_underStart.Contains(order.Attempt))
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

        // Those in the middle of a start finish it, so that their identity is recorded; nobody waits for the end of a command.
        Await(() => Volatile.Read(ref _starting) == 0, Hurry);

        // What has to end is seen to its end, and told.
        Await(() => _underEnd.IsEmpty, _options.Leaving.IsCancellationRequested ? Hurry : _options.Grace + ProcessEnding.Patience + Hurry);

        // Nobody would record that a limit was kept after this; the next tick keeps it.
        foreach (var supervision in _supervised.Values)
        {
            supervision.Dispose();
        }

        _leaving.Cancel();
        _threads.Dispose();
    }

    private void Await(Func<bool> condition, TimeSpan most)
    {
        var since = _clock.GetTimestamp();
        using var pause = new ManualResetEventSlim();
        while (!condition() && _clock.GetElapsedTime(since) < most && !(most > Hurry && _options.Leaving.IsCancellationRequested && _clock.GetElapsedTime(since) > Hurry))
        {
            pause.Wait(TimeSpan.FromMilliseconds(5));
        }
    }

    private void Run(AttemptOrder order)
    {
        Interlocked.Increment(ref _starting);
        ProcessIdentity? process = null;
        Supervision supervision;
        try
        {
            lock (_gate)
            {
                if (_disposed || _refused.ContainsKey(order.Attempt))
                {
                    return;
                }

                _underStart.Add(order.Attempt);
            }

            // Those that may have begun were looked for when the tick began; the store knows nothing of this one.
            if (LocalProtocol.WasStarted(order))
            {
                Report(new Observation.HeldUp(order.Attempt, _clock.GetUtcNow(),
                    Problem.Of(OperatorCodes.StartedAlready, $"Attempt {order.Index} of task '{order.Task.Id}' was started before, by an attempt that state.sqlite does not know", new SourcePosition(order.Folder))));
                return;
            }

            if (_processes.WhyNot is { } why)
            {
                Report(new Observation.HeldUp(order.Attempt, _clock.GetUtcNow(), Problem.Of(OperatorCodes.StartFailed, $"Attempt {order.Index} of task '{order.Task.Id}' is not started: {why}", new SourcePosition(order.Folder))));
                return;
            }

            if (LeftOfEarlier(order) is { Count: > 0 } left)
            {
                // Given up because everybody leaves: it is still intended.
                if (_leaving.IsCancellationRequested)
                {
                    return;
                }

                Report(new Observation.NotStarted(order.Attempt, _clock.GetUtcNow(), $"{OperatorCodes.EarlierGoesOn}: {ProcessEnding.Words(left)} of an earlier attempt cannot be ended"));
                return;
            }

            LocalProtocol.Prepare(order, _options, _disk, _staging);
            process = _processes.Start(LocalProtocol.Request(order));
            // From here on there is a process: whatever goes wrong, it is told as one that was started, see EndByFault.
            supervision = Supervise(order, process, isChild: true);
            LocalProtocol.ShareLogs(order);
            Begin(order, process, supervision);
        }
        catch (Exception e) when (process is null && e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            LocalProtocol.TakeBack(order, _disk);
            _processes.Release(order.Attempt);
            Report(DiskTrouble.Is(e) ? order.HeldUpBy(e, _clock.GetUtcNow()) : new Observation.NotStarted(order.Attempt, _clock.GetUtcNow(), $"{OperatorCodes.StagingFailed}: {e.Message}"));
            return;
        }
        finally
        {
            lock (_gate)
            {
                _underStart.Remove(order.Attempt);
            }

            Interlocked.Decrement(ref _starting);
        }

        Finish(order, process, supervision, _processes.WaitForChild(process), isChild: true);
    }

    private void Begin(AttemptOrder order, ProcessIdentity process, Supervision supervision)
    {
        Report(new Observation.Started(order.Attempt, _clock.GetUtcNow(), process.ToString()));
        string? refusal;
        lock (_gate)
        {
            refusal = _refused.GetValueOrDefault(order.Attempt);
        }

        if (refusal is not null)
        {
            supervision.End(refusal, cancelled: true);
            return;
        }

        Limit(supervision, order, TimeSpan.Zero);
    }

    private void Resume(AttemptOrder order, ProcessIdentity? process)
    {
        // The exit code is the last thing that the script writes, whether its process is still on its way out or on another machine.
        if (LocalProtocol.ReadExitCode(order) is not null)
        {
            Finish(order, process, null, new ProcessEnd(null, null), isChild: false, mayWait: false);
            return;
        }

        // Taking it for dead could start it twice.
        if (Elsewhere(order) is { } where)
        {
            if (order.ExternalId is null)
            {
                Report(new Observation.Started(order.Attempt, _clock.GetUtcNow(), ProcessIdentity.SomewhereIn(where).ToString()));
            }

            Report(new Observation.Unknown(order.Attempt, _clock.GetUtcNow(),
                $"its process {where.WhyNotSeenFrom(Environment.MachineName)} and cannot be seen from here: {where.WayOutFrom(Environment.MachineName)}"));
            return;
        }

        if (process is null || _processes.Look(process) == ProcessPresence.Gone)
        {
            Finish(order, process, null, new ProcessEnd(null, null), isChild: false, mayWait: false);
            return;
        }

        var supervision = Supervise(order, process, isChild: false);
        Limit(supervision, order, _processes.Age(process) ?? TimeSpan.Zero);
        Queue(order, () =>
        {
            _processes.WaitForOther(process, _leaving.Token);
            if (!_leaving.IsCancellationRequested)
            {
                Finish(order, process, supervision, new ProcessEnd(null, null), isChild: false);
            }
        });
    }

    // Nothing is said of one whose script has surely never begun: it is started next.
    private bool MayHaveBegun(AttemptOrder order)
    {
        if (!LocalProtocol.WasStarted(order))
        {
            return false;
        }

        if (LocalProtocol.HasBegun(order) || LocalProtocol.StartedFrom(order) is not { } place || place != ProcessPlace.Here)
        {
            return true;
        }

        LocalProtocol.TakeBack(order, _disk);
        return false;
    }

    private static ProcessIdentity? Named(AttemptOrder order) => ProcessIdentity.TryParse(order.ExternalId) is { IsKnown: true } identity ? identity : null;

    private static ProcessPlace? Elsewhere(AttemptOrder order) =>
        (ProcessIdentity.TryParse(order.ExternalId)?.Place ?? (LocalProtocol.WasStarted(order) ? LocalProtocol.StartedFrom(order) : null)) is { } place && place.WhyNotSeenFrom(Environment.MachineName) is not null ? place : null;

    private Supervision Supervise(AttemptOrder order, ProcessIdentity process, bool isChild)
    {
        var supervision = new Supervision(_clock, e => EndByFault(order, e), ending => EndAll(order, process, ending, isChild));
        _supervised[order.Attempt] = supervision;
        return supervision;
    }

    private static void Limit(Supervision supervision, AttemptOrder order, TimeSpan age)
    {
        if (order.Task.TimeLimit is { } limit)
        {
            supervision.LimitTo(limit - age, $"TIMEOUT: it ran longer than its time limit of {order.Task.TimeLimitMinutes:0.######} min");
        }
    }

    private void Queue(AttemptOrder order, Action work)
    {
        try
        {
            _threads.Run(work, e => EndByFault(order, e));
        }
        catch (ProblemException e)
        {
            // It stays as it is, and the next command takes it up.
            Report(new Observation.HeldUp(order.Attempt, _clock.GetUtcNow(), e.Problems[0]));
        }
    }

    private void Report(Observation observation) => _report(observation);
}
