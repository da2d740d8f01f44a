using System.Collections.Concurrent;
using MatterStack.Engine.Files;
using MatterStack.Engine.Identity;
using MatterStack.Engine.Lifecycle;
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
        // The process that started them may have died before it recorded their identity. They are found by the attempt's id in their
        // environment.
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

            Background.RunGuarded(() => Resume(order, identity), e => EndByFault(order, e));
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

            // An attempt that waits for its start or is being started must not begin or continue after this.
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

        // Attempts that are being started finish their start, so that their identity is recorded. Dispose does not wait for commands to
        // end.
        Await(() => Volatile.Read(ref _starting) == 0, Hurry);

        // Wait for attempts that are being ended, so that their end is reported.
        Await(() => _underEnd.IsEmpty, _options.Leaving.IsCancellationRequested ? Hurry : _options.Grace + ProcessEnding.Patience + Hurry);

        // A time limit that passes after this would not be recorded. The next tick enforces it.
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

            // The tick began with a search for attempts that may have begun. This one is not in the store.
            if (LocalProtocol.WasStarted(order))
            {
                Report(new Observation.Blocked(order.Attempt, _clock.GetUtcNow(),
                    Problem.Create(OperatorCodes.StartedAlready,
                        $"Attempt {order.Index} of task '{order.Task.Id}' was started before, but state.sqlite has no record of it",
                        new SourcePosition(order.Folder))));
                return;
            }

            if (_processes.WhyNot is { } why)
            {
                Report(new Observation.Blocked(order.Attempt, _clock.GetUtcNow(), Problem.Create(OperatorCodes.StartFailed, $"Attempt {order.Index} of task '{order.Task.Id}' is not started: {why}", new SourcePosition(order.Folder))));
                return;
            }

            if (LeftOfEarlier(order) is { Count: > 0 } left)
            {
                // The command ends: the attempt stays intended.
                if (_leaving.IsCancellationRequested)
                {
                    return;
                }

                Report(new Observation.NotStarted(order.Attempt, _clock.GetUtcNow(), $"{OperatorCodes.EarlierGoesOn}: {ProcessEnding.Words(left)} of an earlier attempt cannot be ended"));
                return;
            }

            LocalProtocol.Prepare(order, _options, _disk, _staging);
            process = _processes.Start(LocalProtocol.Request(order));
            // From here on there is a process. After any fault it counts as started, see EndByFault.
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
        // The exit code is the last output of the script, even if its process is still ending or on another machine.
        if (LocalProtocol.ReadExitCode(order) is not null)
        {
            Finish(order, process, null, new ProcessEnd(null, null), isChild: false, mayWait: false);
            return;
        }

        // Treating it as ended could start it twice.
        if (Elsewhere(order) is { } where)
        {
            if (order.ExternalId is null)
            {
                Report(new Observation.Started(order.Attempt, _clock.GetUtcNow(), ProcessIdentity.SomewhereIn(where).ToString()));
            }

            Report(new Observation.Unreachable(order.Attempt, _clock.GetUtcNow(),
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

    // Nothing is reported for an attempt whose script has certainly never begun: the engine starts it next.
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
            // The attempt is unchanged. The next command starts it.
            Report(new Observation.Blocked(order.Attempt, _clock.GetUtcNow(), e.Problems[0]));
        }
    }

    private void Report(Observation observation) => _report(observation);
}
