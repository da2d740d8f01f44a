using System.Collections.Concurrent;
using MatterStack.Engine.Identity;
using MatterStack.Engine.Problems;
using MatterStack.Engine.Transports;

namespace MatterStack.Engine.Operators.Hpc;

/// <summary>
/// The connection of a run to one scheduler, shared by all operator keys that use it: one shell, one thread, one status query for all jobs.
/// </summary>
/// <remarks>
/// A round starts waiting jobs, cancels jobs on request, polls the state of all jobs if that is due, and collects the files of ended jobs.
/// </remarks>
internal sealed partial class Cluster : IDisposable
{
    // Attempts that are started together arrive one by one; wait a moment, so that they become one array.
    private const int Stack = 1 << 20;
    private static readonly TimeSpan Gathering = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan FirstContact = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan PatienceAtTheEnd = TimeSpan.FromSeconds(1);

    private readonly TimeProvider _clock;
    private readonly long _origin;
    private readonly Lock _turn = new();
    private readonly Lock _gate = new();
    private readonly List<ClusterJob> _new = [];
    private readonly List<ClusterJob> _jobs = [];
    private readonly ConcurrentDictionary<AttemptId, string?> _wanted = new();
    private readonly CancellationTokenSource _leaving = new();
    private readonly CancellationTokenRegistration _told;
    private readonly AutoResetEvent _woken = new(false);
    private readonly Submitter _submitter;
    private readonly Poller _poller;
    private readonly Holding _holding;
    private readonly JobEnding _ending;
    private readonly Collector _collector;
    private readonly bool _threaded;
    private readonly IShell _shell;
    private readonly FaultLog _faults;
    private Thread? _thread;
    private TimeSpan _notBefore;
    private TimeSpan _pause;
    private int _faultsInARow;
    private bool _reached;
    private bool _left;
    private volatile bool _paused;

    /// <param name="shell">Shell on the machine with the scheduler's commands.</param>
    /// <param name="files">The files of attempts.</param>
    /// <param name="clock">Clock.</param>
    /// <param name="interval">Time between two status queries, unless the wiring sets it.</param>
    /// <param name="faults">Receives unexpected exceptions.</param>
    /// <param name="threaded">Whether rounds run on a thread of their own.</param>
    /// <param name="leaving">Cancelled when the command is about to end: then no answer is waited for.</param>
    public Cluster(IShell shell, AttemptFiles files, TimeProvider clock, TimeSpan interval, FaultLog faults, bool threaded = true, CancellationToken leaving = default)
    {
        (_shell, _clock, _faults, _threaded, _origin) = (shell, clock, faults, threaded, clock.GetTimestamp());
        _submitter = new Submitter(shell, files, clock);
        _poller = new Poller(shell, files, clock, interval);
        _holding = new Holding(shell, files, clock);
        _ending = new JobEnding(shell, clock);
        _collector = new Collector(files);
        _told = Background.RegisterCancellation(() => _leaving.CancelAfter(PatienceAtTheEnd), Background.IgnoreException, leaving);
    }

    /// <summary>Shell on the machine with the scheduler's commands.</summary>
    public IShell Shell => _shell;

    /// <summary>Number of status queries.</summary>
    public int Polls => _poller.Count;

    private TimeSpan Now => _clock.GetElapsedTime(_origin);

    /// <summary>Submits an attempt in the next round.</summary>
    public void Start(ClusterJob job)
    {
        _wanted[job.Order.Attempt] = null;
        lock (_gate)
        {
            _new.Add(job);
        }

        Wake();
    }

    /// <summary>Adopts jobs that may be in the queue, and reports their state before it returns.</summary>
    /// <param name="jobs">The jobs, with name and id as far as they are known.</param>
    /// <param name="age">Time since each submission was tried.</param>
    public void Look(IReadOnlyList<ClusterJob> jobs, Func<ClusterJob, TimeSpan> age)
    {
        lock (_turn)
        {
            foreach (var job in jobs)
            {
                _wanted[job.Order.Attempt] = null;
                job.TriedAt = Now - age(job);
                _jobs.Add(job);
            }

            // Several operators call this in turn; the answer to the first query serves all of them.
            if (!_poller.Reuse(jobs, Now))
            {
                _poller.Hurry(Now);
            }

            // A step runs only one round, so the first fault is already reported as final.
            _faultsInARow = MostFaults - 1;
            Turn();
            _faultsInARow = 0;
        }

        Wake();
    }

    /// <summary>Holds waiting jobs, here and in the queue, and reports their state before it returns.</summary>
    public void Hold()
    {
        _paused = true;
        lock (_turn)
        {
            Show(_holding.Hold(_jobs, _leaving.Token));
        }
    }

    /// <summary>Releases held jobs.</summary>
    public void Release()
    {
        _paused = false;
        lock (_turn)
        {
            Show(_holding.Release(_jobs, _leaving.Token));
        }

        Wake();
    }

    /// <summary>Runs one round.</summary>
    /// <returns>Time until the next round is due, unless an event comes first.</returns>
    public TimeSpan Turn()
    {
        lock (_turn)
        {
            if (_left)
            {
                return Timeout.InfiniteTimeSpan;
            }

            try
            {
                var wait = DoWhatIsDue();
                _faultsInARow = 0;
                return wait;
            }
            catch (Exception e)
            {
                return Fail(e);
            }
        }
    }

    private TimeSpan DoWhatIsDue()
    {
        // If jobs wait for capacity in the queue, poll first to count the free slots.
        var wait = _paused || (WaitsForRoom() && _jobs.Count > 0 && _poller.IsDue(Now)) ? Timeout.InfiniteTimeSpan : StartNew();
        EndThoseAskedFor();
        if (_jobs.Count > 0 && _poller.IsDue(Now))
        {
            var live = _jobs.Where(j => j.End is null).ToList();
            var none = _poller.Poll(_jobs, Now, _leaving.Token, isWaitedFor: WaitsForRoom());
            Note(none, _jobs);
            if (!_leaving.IsCancellationRequested)
            {
                _ending.EndUnknown(_jobs, Now, _leaving.Token);
            }

            foreach (var site in live.Where(j => j.End is not null).Select(j => j.Site).Distinct())
            {
                _submitter.Free(site);
            }

            foreach (var again in Poller.ToSubmitAgain(_jobs, Now).GroupBy(j => j.Name).ToList())
            {
                SubmitAgain([.. again]);
            }

            if (_paused)
            {
                // A job may have been requeued, or found in the queue only now.
                _holding.Hold(_jobs, _leaving.Token);
            }
        }

        if (!_paused && WaitsForRoom())
        {
            // Ended jobs have freed capacity; submit first and collect outputs later.
            wait = StartNew();
        }

        _collector.Collect(_jobs, _clock.GetUtcNow(), Now, _leaving.Token);
        foreach (var over in _jobs.Where(j => j.IsOver))
        {
            _wanted.TryRemove(over.Order.Attempt, out _);
        }

        _jobs.RemoveAll(j => j.IsOver);
        return _jobs.Count == 0 ? wait : Min(Min(Min(wait, _poller.DueIn(Now)), _ending.DueIn(_jobs, Now)), Collector.DueIn(_jobs, Now));
    }

    public void Dispose()
    {
        // Let a submission in progress finish, so that its id is recorded; otherwise the next command finds the job by its name.
        lock (_gate)
        {
            _new.Clear();
        }

        using (var patience = new CancellationTokenSource(PatienceAtTheEnd))
        using (Background.RegisterCancellation(_leaving.Cancel, Background.IgnoreException, patience.Token))
        {
            lock (_turn)
            {
                _left = true;
            }
        }

        _told.Dispose();
        _leaving.Cancel();
        _woken.Set();
        _thread?.Join();
        _shell.Dispose();
        _leaving.Dispose();
        _woken.Dispose();
    }

    // Polls at once after a hold or release changed the queue.
    private void Show(bool changed)
    {
        if (changed && !_left)
        {
            _poller.Hurry(Now);
            Turn();
        }
    }

    private static TimeSpan Min(TimeSpan a, TimeSpan b) => a == Timeout.InfiniteTimeSpan ? b : b == Timeout.InfiniteTimeSpan ? a : a < b ? a : b;

    private void Wake()
    {
        if (!_threaded || _left)
        {
            return;
        }

        if (_thread is null)
        {
            _thread = Background.StartThread("cluster", Live, e => _faults.RecordWarning(e, $"watching {_shell.Name}"), Stack);
        }

        _woken.Set();
    }

    private void Live()
    {
        var wait = Timeout.InfiniteTimeSpan;
        while (!_leaving.IsCancellationRequested)
        {
            if (_woken.WaitOne(wait))
            {
                while (!_leaving.IsCancellationRequested && _woken.WaitOne(Gathering))
                {
                }
            }

            if (!_leaving.IsCancellationRequested)
            {
                wait = Turn();
                wait = wait < TimeSpan.Zero && wait != Timeout.InfiniteTimeSpan ? TimeSpan.Zero : wait;
            }
        }
    }
}
