using System.Collections.Concurrent;
using MatterStack.Engine.Identity;
using MatterStack.Engine.Problems;
using MatterStack.Engine.Transports.Shell;

namespace MatterStack.Engine.Operators.Hpc;

/// <summary>
/// The connection of a run to one scheduler, shared by all operator keys that use it: one shell, one thread, one status query for all jobs.
/// </summary>
/// <remarks>
/// A round starts waiting jobs, cancels jobs on request, polls the state of all jobs if that is due, and collects the files of ended jobs.
/// </remarks>
internal sealed partial class SchedulerConnection : IDisposable
{
    // Attempts that are started together arrive one by one; wait a moment, so that they become one array.
    private const int StackSizeBytes = 1 << 20;

    private static readonly Backoff FaultRetries = new(TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(320));
    private static readonly Backoff SubmissionRetries = new(TimeSpan.FromSeconds(5), TimeSpan.FromMinutes(10));
    private static readonly TimeSpan BatchDelay = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan FirstContactTimeout = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan ShutdownGrace = TimeSpan.FromSeconds(1);

    private readonly TimeProvider _clock;
    private readonly long _origin;
    private readonly Lock _roundLock = new();
    private readonly Lock _waitingLock = new();
    private readonly List<ClusterJob> _waitingJobs = [];
    private readonly List<ClusterJob> _jobs = [];
    private readonly ConcurrentDictionary<AttemptId, string?> _cancelReasons = new();
    private readonly ConcurrentDictionary<AttemptId, string> _withdrawReasons = new();
    private readonly CancellationTokenSource _shutdown = new();
    private readonly CancellationTokenRegistration _shutdownRegistration;
    private readonly AutoResetEvent _wakeSignal = new(false);
    private readonly Submitter _submitter;
    private readonly Poller _poller;
    private readonly QueueHold _queueHold;
    private readonly JobCanceller _canceller;
    private readonly JobWithdrawer _withdrawer;
    private readonly JobFinisher _finisher;
    private readonly UsageQueries _usage;
    private readonly bool _hasThread;
    private readonly IShell _shell;
    private readonly FaultLog _faults;
    private Thread? _thread;
    private TimeSpan _retryAt;
    private TimeSpan _pause;
    private int _faultsInARow;
    private bool _wasReached;
    private bool _isDisposed;
    private volatile bool _isPaused;

    /// <param name="shell">Shell on the machine with the scheduler's commands.</param>
    /// <param name="files">The files of attempts.</param>
    /// <param name="clock">Clock.</param>
    /// <param name="interval">Time between two status queries, unless the wiring sets it.</param>
    /// <param name="faults">Receives unexpected exceptions.</param>
    /// <param name="threaded">Whether rounds run on a thread of their own.</param>
    /// <param name="leaving">Cancelled when the command is about to end: then no answer is waited for.</param>
    public SchedulerConnection(
        IShell shell,
        AttemptFiles files,
        TimeProvider clock,
        TimeSpan interval,
        FaultLog faults,
        bool threaded = true,
        CancellationToken leaving = default
    )
    {
        (_shell, _clock, _faults, _hasThread, _origin) = (shell, clock, faults, threaded, clock.GetTimestamp());
        _submitter = new Submitter(shell, files, clock);
        _poller = new Poller(shell, files, clock, interval);
        _queueHold = new QueueHold(shell, files, clock);
        _canceller = new JobCanceller(shell, clock);
        _withdrawer = new JobWithdrawer(shell, clock);
        _finisher = new JobFinisher(files);
        _usage = new UsageQueries(shell, clock);
        _shutdownRegistration = Background.RegisterCancellation(
            () => _shutdown.CancelAfter(ShutdownGrace),
            Background.IgnoreException,
            leaving
        );
    }

    /// <summary>Shell on the machine with the scheduler's commands.</summary>
    public IShell Shell => _shell;

    /// <summary>Number of status queries.</summary>
    public int PollCount => _poller.PollCount;

    private TimeSpan Now => _clock.GetElapsedTime(_origin);

    /// <summary>Submits an attempt in the next round.</summary>
    public void StartJob(ClusterJob job)
    {
        _cancelReasons[job.Request.Attempt] = null;
        lock (_waitingLock)
        {
            _waitingJobs.Add(job);
        }

        WakeThread();
    }

    /// <summary>Adopts jobs that may be in the queue, and reports their state before it returns.</summary>
    /// <param name="jobs">The jobs, with name and id as far as they are known.</param>
    /// <param name="age">Time since each submission was tried.</param>
    public void AdoptJobs(IReadOnlyList<ClusterJob> jobs, Func<ClusterJob, TimeSpan> age)
    {
        lock (_roundLock)
        {
            foreach (var job in jobs)
            {
                _cancelReasons[job.Request.Attempt] = null;
                job.LastTriedAt = Now - age(job);
                _jobs.Add(job);
            }

            // Several operators call this in turn; the answer to the first query serves all of them.
            if (!_poller.TryReuseAnswer(jobs, Now))
            {
                _poller.PollNow(Now);
            }

            // A step runs only one round, so the first fault is already reported as final.
            _faultsInARow = MaxFaults - 1;
            RunOnce();
            _faultsInARow = 0;
        }

        WakeThread();
    }

    /// <summary>Holds waiting jobs, here and in the queue, and reports their state before it returns.</summary>
    public void HoldJobs()
    {
        _isPaused = true;
        lock (_roundLock)
        {
            RefreshAfterChange(_queueHold.HoldJobs(_jobs, _shutdown.Token));
        }
    }

    /// <summary>Releases held jobs.</summary>
    public void ReleaseJobs()
    {
        _isPaused = false;
        lock (_roundLock)
        {
            RefreshAfterChange(_queueHold.ReleaseJobs(_jobs, _shutdown.Token));
        }

        WakeThread();
    }

    /// <summary>Runs one round.</summary>
    /// <returns>Time until the next round is due, unless an event comes first.</returns>
    public TimeSpan RunOnce()
    {
        lock (_roundLock)
        {
            if (_isDisposed)
            {
                return Timeout.InfiniteTimeSpan;
            }

            try
            {
                var wait = RunDueSteps();
                _faultsInARow = 0;
                return wait;
            }
            catch (Exception e)
            {
                return HandleFault(e);
            }
        }
    }

    private TimeSpan RunDueSteps()
    {
        // If jobs wait for capacity in the queue, poll first to count the free slots.
        var wait =
            _isPaused || (IsWaitingForCapacity() && _jobs.Count > 0 && _poller.IsDue(Now)) ? Timeout.InfiniteTimeSpan : SubmitWaitingJobs();
        CancelRequestedJobs();
        if (_jobs.Count > 0 && _poller.IsDue(Now))
        {
            var live = _jobs.Where(j => j.End is null).ToList();
            var none = _poller.PollJobs(_jobs, Now, _shutdown.Token, isWaitedFor: IsWaitingForCapacity());
            UpdateReachability(none, _jobs);
            if (!_shutdown.IsCancellationRequested)
            {
                _canceller.EndUnknownJobs(_jobs, Now, _shutdown.Token);
            }

            foreach (var site in live.Where(j => j.End is not null).Select(j => j.Site).Distinct())
            {
                _submitter.ReleaseCapacity(site);
            }

            foreach (var lost in Poller.FindJobsToResubmit(_jobs, Now).Where(j => j.IsBeingWithdrawn).ToList())
            {
                // It is not submitted again; if it arrives after all, it is cancelled.
                lost.CancelReason = lost.WithdrawReason;
            }

            foreach (var again in Poller.FindJobsToResubmit(_jobs, Now).GroupBy(j => j.Name).ToList())
            {
                ResubmitJobs([.. again]);
            }

            if (_isPaused)
            {
                // A job may have been requeued, or found in the queue only now.
                _queueHold.HoldJobs(_jobs, _shutdown.Token);
            }
        }

        if (!_isPaused && IsWaitingForCapacity())
        {
            // Ended jobs have freed capacity; submit first and collect outputs later.
            wait = SubmitWaitingJobs();
        }

        _finisher.FinishJobs(_jobs, _clock.GetUtcNow(), Now, _shutdown.Token);
        foreach (var over in _jobs.Where(j => j.IsOver))
        {
            _cancelReasons.TryRemove(over.Request.Attempt, out _);
            AddUsageQuery(over);
        }

        _jobs.RemoveAll(j => j.IsOver);
        _usage.AskDue(Now, _shutdown.Token);
        wait = GetShorterWait(wait, _usage.GetTimeUntilDue(Now));
        return _jobs.Count == 0
            ? wait
            : GetShorterWait(
                GetShorterWait(
                    GetShorterWait(GetShorterWait(wait, _poller.GetTimeUntilDue(Now)), _canceller.GetTimeUntilDue(_jobs, Now)),
                    _withdrawer.GetTimeUntilDue(_jobs, Now)
                ),
                JobFinisher.GetTimeUntilDue(_jobs, Now)
            );
    }

    public void Dispose()
    {
        // Let a submission in progress finish, so that its id is recorded; otherwise the next command finds the job by its name.
        lock (_waitingLock)
        {
            _waitingJobs.Clear();
        }

        using (var patience = new CancellationTokenSource(ShutdownGrace))
        using (Background.RegisterCancellation(_shutdown.Cancel, Background.IgnoreException, patience.Token))
        {
            lock (_roundLock)
            {
                _isDisposed = true;
            }
        }

        _shutdownRegistration.Dispose();
        _shutdown.Cancel();
        _wakeSignal.Set();
        _thread?.Join();
        _shell.Dispose();
        _shutdown.Dispose();
        _wakeSignal.Dispose();
    }

    // Polls at once after a hold or release changed the queue.
    private void RefreshAfterChange(bool changed)
    {
        if (changed && !_isDisposed)
        {
            _poller.PollNow(Now);
            RunOnce();
        }
    }

    private static TimeSpan GetShorterWait(TimeSpan a, TimeSpan b) =>
        a == Timeout.InfiniteTimeSpan ? b
        : b == Timeout.InfiniteTimeSpan ? a
        : a < b ? a
        : b;

    private void WakeThread()
    {
        if (!_hasThread || _isDisposed)
        {
            return;
        }

        if (_thread is null)
        {
            _thread = Background.StartThread("cluster", RunLoop, e => _faults.RecordWarning(e, $"watching {_shell.Name}"), StackSizeBytes);
        }

        _wakeSignal.Set();
    }

    private void RunLoop()
    {
        var wait = Timeout.InfiniteTimeSpan;
        while (!_shutdown.IsCancellationRequested)
        {
            if (_wakeSignal.WaitOne(wait))
            {
                while (!_shutdown.IsCancellationRequested && _wakeSignal.WaitOne(BatchDelay)) { }
            }

            if (!_shutdown.IsCancellationRequested)
            {
                wait = RunOnce();
                wait = wait < TimeSpan.Zero && wait != Timeout.InfiniteTimeSpan ? TimeSpan.Zero : wait;
            }
        }
    }
}
