using System.Globalization;
using MatterStack.Engine.Files;
using MatterStack.Engine.Identity;
using MatterStack.Engine.Problems;

namespace MatterStack.Engine.Runs.Limits;

/// <summary>A folder in which the runs of a user share limits: one lock file, and one file per attempt that holds shares.</summary>
/// <remarks>The lock is held only to count and to write, never while an attempt runs, so a process that dies leaves at most files of
/// attempts behind. Whoever waits for a share looks whether its holders still exist.</remarks>
internal sealed class SharedLimits
{
    private const string LockName = "lock";
    private const string Extension = ".json";
    private const int MaxNamedHolders = 3;
    private const int MaxHolderBytes = 1 << 16;

    // Holders that died are removed, and the count is repeated; between two counts others may take what became free.
    private const int MaxRounds = 3;

    private static readonly TimeSpan LockPause = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan MaxLockWait = TimeSpan.FromSeconds(2);

    private readonly string _folder;
    private readonly IDisk _disk;
    private readonly TimeProvider _clock;
    private readonly HolderCheck _check;
    private readonly bool _trustLocks;
    private readonly Action<Problem> _warn;
    private readonly HashSet<string> _reported = new(StringComparer.Ordinal);

    /// <param name="folder">Absolute path of the folder.</param>
    /// <param name="host">Name of this machine.</param>
    /// <param name="disk">The disk.</param>
    /// <param name="clock">Measures how long the lock is waited for.</param>
    /// <param name="check">Finds out whether a holder still exists.</param>
    /// <param name="trustLocks">Whether to trust the locks of a shared file system that is not known to keep machines apart.</param>
    /// <param name="warn">Receives warnings about damaged files, once each.</param>
    public SharedLimits(
        string folder,
        string host,
        IDisk disk,
        TimeProvider clock,
        HolderCheck check,
        bool trustLocks,
        Action<Problem> warn
    ) => (_folder, Host, _disk, _clock, _check, _trustLocks, _warn) = (folder, host, disk, clock, check, trustLocks, warn);

    /// <summary>Name of this machine.</summary>
    public string Host { get; }

    private string LockFile => Path.Combine(_folder, LockName);

    /// <summary>Takes all shares of an attempt at once, or none.</summary>
    /// <param name="holder">The attempt.</param>
    /// <param name="demands">What it takes.</param>
    public ShareAnswer TryTake(ShareHolder holder, IReadOnlyList<ShareDemand> demands)
    {
        holder = holder with { Shares = demands.ToDictionary(static demand => demand.Name, static demand => demand.Amount) };
        for (var round = 1; ; round++)
        {
            ShareDemand? missing = null;
            IReadOnlyList<ShareHolder> others = [];
            Problem? problem;
            try
            {
                problem = WithLock(CountAndTake);
            }
            catch (TimeoutException e)
            {
                return new ShareAnswer.Waiting(LockName, $"it waits for the shared limits of {_folder}: {e.Message}");
            }

            void CountAndTake()
            {
                others = [.. ReadHolders().Where(other => other.Attempt != holder.Attempt)];
                missing = demands.FirstOrDefault(d => CountUse(others, d.Name) + d.Amount > d.Limit);
                if (missing is null)
                {
                    _disk.WriteAtomically(GetFile(holder.Attempt), holder.ToJson());
                }
            }

            if (problem is not null)
            {
                return new ShareAnswer.Unusable(problem);
            }

            if (missing is null)
            {
                return new ShareAnswer.Taken();
            }

            var holders = others.Where(other => other.Shares.ContainsKey(missing.Name)).ToList();
            var reasons = holders.Select(other => (Holder: other, Reason: _check.FindReason(other))).ToList();
            var gone = reasons.Where(static other => other.Reason is null).Select(static other => other.Holder).ToList();
            if (gone.Count == 0 || round == MaxRounds || !TryRemove(gone))
            {
                return new ShareAnswer.Waiting(missing.Name, Describe(missing, reasons));
            }
        }
    }

    /// <summary>Frees the shares of an ended attempt. If that fails, whoever waits for them frees them.</summary>
    public void Free(AttemptId attempt)
    {
        try
        {
            _disk.DeleteFile(GetFile(attempt));
        }
        catch (Exception e) when (DiskErrors.IsAccessError(e))
        {
            // The store of its run says that it has ended.
        }
    }

    /// <summary>Makes the holders of a run agree with its store: frees shares of ended attempts, and records shares of attempts that run
    /// already, whether or not they are free.</summary>
    /// <param name="run">The run.</param>
    /// <param name="live">Live attempts that are outside, with their shares.</param>
    /// <param name="waiting">Live attempts that have not started; they keep what they have.</param>
    /// <returns>Whether it was done; if not, the next start of an attempt reports why.</returns>
    public bool TrySynchronize(RunId run, IReadOnlyList<ShareHolder> live, IReadOnlySet<AttemptId> waiting) =>
        TryWithLock(() =>
        {
            var kept = live.ToDictionary(static holder => holder.Attempt);
            foreach (var holder in ReadHolders().Where(holder => holder.Run == run))
            {
                if (kept.TryGetValue(holder.Attempt, out var known))
                {
                    // A run that was moved is looked for in its new folder.
                    _ = holder.RunFolder == known.RunFolder && kept.Remove(holder.Attempt);
                }
                else if (!waiting.Contains(holder.Attempt))
                {
                    _disk.DeleteFile(GetFile(holder.Attempt));
                }
            }

            foreach (var missing in kept.Values)
            {
                _disk.WriteAtomically(GetFile(missing.Attempt), missing.ToJson());
            }
        });

    /// <summary>Names of the shares that attempts of other runs hold, with a prefix that is left out of the names. Holders that no longer
    /// exist do not count.</summary>
    /// <param name="prefix">Prefix of the names.</param>
    /// <param name="run">The run whose attempts are left out.</param>
    public IReadOnlyList<string> FindHeld(string prefix, RunId run)
    {
        if (!Directory.Exists(_folder))
        {
            return [];
        }

        try
        {
            return
            [
                .. ReadHolders()
                    .Where(holder => holder.Run != run && holder.Shares.Keys.Any(HasPrefix) && _check.FindReason(holder) is not null)
                    .SelectMany(static holder => holder.Shares.Keys)
                    .Where(HasPrefix)
                    .Select(name => name[prefix.Length..])
                    .Distinct()
                    .Order(StringComparer.Ordinal),
            ];
        }
        catch (Exception e) when (DiskErrors.IsAccessError(e))
        {
            // Whoever takes a share reports it.
            return [];
        }

        bool HasPrefix(string name) => name.StartsWith(prefix, StringComparison.Ordinal);
    }

    private static long CountUse(IEnumerable<ShareHolder> holders, string name) =>
        holders.Sum(holder => holder.Shares.GetValueOrDefault(name));

    private string Describe(ShareDemand missing, List<(ShareHolder Holder, string? Reason)> holders)
    {
        var free = missing.Limit!.Value - CountUse(holders.Select(static other => other.Holder), missing.Name);
        var text = string.Create(
            CultureInfo.InvariantCulture,
            $"it waits for {missing.Description}, and {Math.Max(0, free)} of {missing.Limit} are free in the shared limits of {_folder}; "
        );
        return text
            + "in use by "
            + string.Join(
                ", ",
                holders
                    .Take(MaxNamedHolders)
                    .Select(static other =>
                        $"task '{other.Holder.Task}' of {other.Holder.RunFolder} ({other.Reason ?? "it has just ended"})"
                    )
            )
            + (holders.Count > MaxNamedHolders ? $" and {holders.Count - MaxNamedHolders} more" : "");
    }

    // Returns false if the folder cannot be used or is busy; the next try removes them.
    private bool TryRemove(List<ShareHolder> gone) =>
        TryWithLock(() =>
        {
            // Unless the run took the shares again meanwhile.
            foreach (var holder in gone.Where(holder => _check.FindReason(holder) is null))
            {
                _disk.DeleteFile(GetFile(holder.Attempt));
            }
        });

    private List<ShareHolder> ReadHolders()
    {
        var holders = new List<ShareHolder>();
        foreach (var file in Directory.EnumerateFiles(_folder, "*" + Extension))
        {
            byte[]? content;
            try
            {
                content = RegularFile.Read(file, MaxHolderBytes);
            }
            catch (FileNotFoundException)
            {
                // Its attempt has ended meanwhile.
                continue;
            }

            // A copy under another name would count the same attempt twice.
            if (content is not null && ShareHolder.Parse(content) is { } holder && GetFile(holder.Attempt) == file)
            {
                holders.Add(holder);
            }
            else if (_reported.Add(file))
            {
                _warn(
                    new Problem(
                        RunCodes.HolderDamaged,
                        $"{file} does not say which attempt holds which shares, and does not count",
                        RunCodes.HolderDamaged.Remedy,
                        new SourcePosition(file)
                    ).AsWarning()
                );
            }
        }

        return holders;
    }

    private string GetFile(AttemptId attempt) => Path.Combine(_folder, attempt.Value + Extension);

    // Counts and writes under the lock. Returns why the folder cannot be used; null if it can. Throws a TimeoutException if it is busy.
    private Problem? WithLock(Action action)
    {
        try
        {
            if (!Directory.Exists(_folder))
            {
                _disk.CreatePrivateDirectory(_folder);
            }

            if (!_trustLocks && RunLock.FindLockProblem(_folder, LockFile) is { } refusal)
            {
                return refusal;
            }

            using var held = WaitForLock();
            action();
            return null;
        }
        catch (NoLocksException e)
        {
            return CreateProblem(e.Message);
        }
        catch (Exception e) when (DiskErrors.IsAccessError(e))
        {
            return CreateProblem(File.Exists(_folder) ? "it is not a folder" : AccessDenial.FindWriteDenial(LockFile) ?? e.Message);
        }
    }

    private bool TryWithLock(Action action)
    {
        try
        {
            return WithLock(action) is null;
        }
        catch (TimeoutException)
        {
            return false;
        }
    }

    private OsFileLock WaitForLock()
    {
        var began = _clock.GetTimestamp();
        using var pause = new ManualResetEventSlim();
        while (true)
        {
            if (OsFileLock.TryAcquire(LockFile) is { } held)
            {
                return held;
            }

            if (_clock.GetElapsedTime(began) > MaxLockWait)
            {
                throw new TimeoutException($"another process has held {LockFile} for more than {MaxLockWait.TotalSeconds} seconds");
            }

            pause.Wait(LockPause);
        }
    }

    private Problem CreateProblem(string why) =>
        new(
            RunCodes.SharedLimitsUnusable,
            $"The folder of shared limits {_folder} cannot be used: {why}",
            RunCodes.SharedLimitsUnusable.Remedy,
            new SourcePosition(_folder)
        );
}
