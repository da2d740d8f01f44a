using System.Collections.Concurrent;
using MatterStack.Engine.Files;
using MatterStack.Engine.Identity;
using MatterStack.Engine.Lifecycle;
using MatterStack.Engine.Problems;

namespace MatterStack.Engine.Operators.Local;

/// <summary>Attempts as real processes of this machine, each in a session of its own, so that they outlive whoever started them.</summary>
/// <remarks>
/// One thread per attempt under way prepares, starts, waits (in the kernel, not by polling) and collects; threads are kept for the next attempt.
/// When the operator is disposed, attempts that were started go on, and the next tick finds them.
/// </remarks>
internal sealed class LocalOperator : AttemptOperator
{
    private readonly IProcessHost _processes;
    private readonly IDisk _disk;
    private readonly TimeProvider _clock;
    private readonly LocalOptions _options;
    private readonly Action<Observation> _report;
    private readonly Staging _staging;
    private readonly BlockingCollection<(AttemptOrder Order, Action Work)> _work = [];
    private readonly FaultLog _faults;
    private readonly CancellationTokenSource _leaving = new();
    private readonly ConcurrentDictionary<AttemptId, Supervision> _supervised = new();
    private readonly Dictionary<AttemptId, string> _refused = [];
    private readonly HashSet<AttemptId> _underStart = [];
    private readonly Lock _gate = new();
    private int _idle;
    private int _starting;
    private bool _disposed;

    public LocalOperator(IProcessHost processes, IDisk disk, TimeProvider clock, LocalOptions options, Action<Observation> report, FaultLog faults)
    {
        (_processes, _disk, _clock, _options, _report, _faults) = (processes, disk, clock, options, report, faults);
        _staging = new Staging(disk);
    }

    public override void Start(AttemptOrder order) => Queue(order, () => Run(order));

    public override void Observe(IReadOnlyList<AttemptOrder> live)
    {
        // Their identity may not have been recorded before the one who started them was gone; they are found by the attempt's id in their environment.
        var unnamed = live.Where(o => o.ExternalId is null && LocalProtocol.WasStarted(o)).Select(o => o.Attempt).ToHashSet();
        var found = unnamed.Count > 0 ? _processes.Find(unnamed) : new Dictionary<AttemptId, ProcessIdentity>();
        foreach (var order in live)
        {
            var identity = ProcessIdentity.TryParse(order.ExternalId) ?? found.GetValueOrDefault(order.Attempt);
            if (order.ExternalId is null && identity is null && !LocalProtocol.WasStarted(order))
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

        var elsewhere = ProcessIdentity.TryParse(order.ExternalId) is { } process && _processes.Look(process) == ProcessPresence.Elsewhere
            ? $"; its process belongs to the machine '{process.Host}' and may still be running there" : "";
        Report(new Observation.Exited(order.Attempt, _clock.GetUtcNow(), new Ending { Cancelled = true, EndedBy = reason + elsewhere }));
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
        using (var patience = new CancellationTokenSource(TimeSpan.FromSeconds(2)))
        {
            while (Volatile.Read(ref _starting) > 0 && !patience.IsCancellationRequested)
            {
                patience.Token.WaitHandle.WaitOne(TimeSpan.FromMilliseconds(5));
            }
        }

        // Nobody would record that a limit was kept after this; the next tick keeps it.
        foreach (var supervision in _supervised.Values)
        {
            supervision.LetGo();
        }

        _leaving.Cancel();
        _work.CompleteAdding();
    }

    private void Run(AttemptOrder order)
    {
        Interlocked.Increment(ref _starting);
        ProcessIdentity process;
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

            LocalProtocol.Prepare(order, _options, _disk, _staging);
            process = _processes.Start(LocalProtocol.Request(order));
            lock (_gate)
            {
                supervision = Supervise(order, process, TimeSpan.Zero);
                if (_refused.TryGetValue(order.Attempt, out var reason))
                {
                    supervision.End(reason, cancelled: true);
                }
            }

            Report(new Observation.Started(order.Attempt, _clock.GetUtcNow(), process.ToString()));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            // On a thread of our own nothing above would catch it.
            LocalProtocol.TakeBack(order, _disk);
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

        var end = _processes.WaitForChild(process);
        Finish(order, process, supervision, end);
    }

    private void Resume(AttemptOrder order, ProcessIdentity? process)
    {
        // The exit code is the last thing that the script writes, whether its process is still on its way out or on another machine.
        if (LocalProtocol.ReadExitCode(order) is not null)
        {
            Finish(order, process, null, new ProcessEnd(null, null));
            return;
        }

        switch (process is null ? ProcessPresence.Gone : _processes.Look(process))
        {
            case ProcessPresence.Alive:
                var age = _processes.Age(process!) ?? TimeSpan.Zero;
                var supervision = Supervise(order, process!, age);
                Queue(order, () =>
                {
                    _processes.WaitForOther(process!, _leaving.Token);
                    if (!_leaving.IsCancellationRequested)
                    {
                        Finish(order, process, supervision, new ProcessEnd(null, null));
                    }
                });
                break;
            case ProcessPresence.Gone:
                Finish(order, process, null, new ProcessEnd(null, null));
                break;
            case ProcessPresence.Elsewhere:
                // Taking it for dead could start it twice.
                Report(new Observation.Unknown(order.Attempt, _clock.GetUtcNow(),
                    $"its process belongs to the machine '{process!.Host}' and cannot be seen from here: tick the run there; if that machine is gone for good, -t:CleanupOrphans"));
                break;
            default:
                throw new InvalidOperationException("No rule for this presence");
        }
    }

    private Supervision Supervise(AttemptOrder order, ProcessIdentity process, TimeSpan age)
    {
        var supervision = new Supervision(process, _processes, _clock, _options.Grace, _faults);
        _supervised[order.Attempt] = supervision;
        if (order.Task.TimeLimitMinutes is { } minutes)
        {
            var left = TimeSpan.FromMinutes(minutes) - age;
            supervision.LimitTo(left > TimeSpan.Zero ? left : TimeSpan.Zero, $"TIMEOUT: it ran longer than its time limit of {minutes:0.####} min");
        }

        return supervision;
    }

    private void Finish(AttemptOrder order, ProcessIdentity? process, Supervision? supervision, ProcessEnd end)
    {
        _supervised.TryRemove(order.Attempt, out _);
        supervision?.Dispose();
        lock (_gate)
        {
            // Left to the next tick, which reads the exit code from its file.
            if (_disposed)
            {
                return;
            }
        }

        var code = end.ExitCode ?? LocalProtocol.ReadExitCode(order);
        if (code is null && process is not null)
        {
            // Its script was killed; what the script had started is not to go on beside the next attempt.
            _processes.SignalGroup(process, kill: true);
        }

        var endedBy = supervision?.Reason ?? (code is not null ? null
            : end.Signal is { } signal ? $"ended by signal {signal}" + (signal == 9 ? " (killed; perhaps the machine ran out of memory)" : "")
            : "its process is gone and left no exit code (killed, or the machine was restarted)");
        var ending = new Ending { ExitCode = code, EndedBy = endedBy, Cancelled = supervision?.Cancelled ?? false };
        try
        {
            Report(new Observation.Exited(order.Attempt, _clock.GetUtcNow(), code == 0 && endedBy is null ? LocalProtocol.Collect(order, _options, _disk, ending) : ending));
        }
        catch (IOException e) when (DiskTrouble.Is(e))
        {
            Report(order.HeldUpBy(e, _clock.GetUtcNow()));
        }
    }

    private void Report(Observation observation) => _report(observation);

    // Nothing of an attempt is to go on beside the one that follows it.
    private void EndByFault(AttemptOrder order, Exception exception)
    {
        var why = Fault.Reason(_faults.Note(exception, $"attempt {order.Index} of task '{order.TaskId}'"));
        try
        {
            if (_supervised.TryRemove(order.Attempt, out var supervision))
            {
                supervision.LetGo();
            }

            if (!LocalProtocol.WasStarted(order))
            {
                Report(new Observation.NotStarted(order.Attempt, _clock.GetUtcNow(), why));
                return;
            }

            if ((ProcessIdentity.TryParse(order.ExternalId) ?? _processes.Find(new HashSet<AttemptId> { order.Attempt }).GetValueOrDefault(order.Attempt)) is { } process && _processes.Look(process) != ProcessPresence.Gone)
            {
                _processes.SignalGroup(process, kill: true);
                _processes.WaitForOther(process, _leaving.Token);
            }

            Report(new Observation.Exited(order.Attempt, _clock.GetUtcNow(), new Ending { EndedBy = why }));
        }
        catch (Exception e)
        {
            _faults.Warn(e, $"the end of attempt {order.Index} of task '{order.TaskId}'");
            Report(new Observation.Unknown(order.Attempt, _clock.GetUtcNow(), $"{why} Its process may still run; when it is gone, -t:CleanupOrphans ends the attempt"));
        }
    }

    private void Queue(AttemptOrder order, Action action)
    {
        lock (_gate)
        {
            if (_disposed)
            {
                return;
            }

            // Every queued action needs a thread of its own at once: it may wait for days.
            if (Interlocked.Decrement(ref _idle) >= 0)
            {
                _work.Add((order, action));
                return;
            }

            Interlocked.Increment(ref _idle);
            try
            {
                Background.StartThread("attempt", () => Work(order, action), e => EndByFault(order, e));
            }
            catch (ProblemException e)
            {
                // It stays as it is, and the next command takes it up.
                Report(new Observation.HeldUp(order.Attempt, _clock.GetUtcNow(), e.Problems[0]));
            }
        }
    }

    private void Work(AttemptOrder first, Action action)
    {
        Do(first, action);
        foreach (var (order, next) in _work.GetConsumingEnumerable())
        {
            Do(order, next);
        }
    }

    private void Do(AttemptOrder order, Action action)
    {
        Background.Guard(action, e => EndByFault(order, e));
        Interlocked.Increment(ref _idle);
    }
}
