using MatterStack.Engine.Files;

namespace MatterStack.Engine.Caching;

/// <summary>Separates publishing from pruning: a file that publishing finds must still exist when the entry that refers to it is
/// written.</summary>
/// <remarks>Restoring needs no lock: a missing file is a cache miss. Without a usable lock (a file system without locks, a lock file of
/// another user) nobody waits; a file that was pruned meanwhile is a cache miss later.</remarks>
internal static class CacheLock
{
    private const int LockFileMode = 0x1b6;
    private static readonly TimeSpan RetryInterval = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan MaxWait = TimeSpan.FromSeconds(30);

    /// <summary>Waits until no process prunes; any number of processes can hold this lock. Returns null if the lock cannot be
    /// used.</summary>
    /// <exception cref="IOException">Another process has been pruning for 30 seconds.</exception>
    public static IDisposable? EnterShared(CacheFolder folder, TimeProvider clock) =>
        WaitForLock(folder, clock, static path => OsFileLock.TryAcquireShared(path, LockFileMode), "pruned");

    /// <summary>Waits until no process publishes, and excludes all others. Returns null if the lock cannot be used.</summary>
    /// <exception cref="IOException">Other processes have been publishing for 30 seconds.</exception>
    public static IDisposable? EnterExclusive(CacheFolder folder, TimeProvider clock) =>
        WaitForLock(folder, clock, static path => OsFileLock.TryAcquire(path, mode: LockFileMode), "used");

    private static OsFileLock? WaitForLock(CacheFolder folder, TimeProvider clock, Func<string, OsFileLock?> take, string how)
    {
        using var wait = new ManualResetEventSlim();
        var began = clock.GetTimestamp();
        while (true)
        {
            try
            {
                Directory.CreateDirectory(folder.Path);
                if (take(folder.LockFile) is { } held)
                {
                    return held;
                }
            }
            catch (IOException)
            {
                return null;
            }

            if (clock.GetElapsedTime(began) > MaxWait)
            {
                throw new IOException($"{folder.Path} is being {how} by another process");
            }

            wait.Wait(RetryInterval);
        }
    }
}
