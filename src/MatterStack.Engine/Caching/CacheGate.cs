using MatterStack.Engine.Files;

namespace MatterStack.Engine.Caching;

/// <summary>Keeps those who put results in apart from one who prunes: a file that is there when it is looked for must still be there when the result that names it is.</summary>
/// <remarks>Those who only take out need not wait: what they miss is a miss. Where the file system has no locks, or the file is another user's, nobody waits; then a pruned file may be found missing later, which is a miss too.</remarks>
internal static class CacheGate
{
    private const int ForAll = 0x1b6;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <summary>Waits until nobody prunes; any number may be in at a time.</summary>
    /// <exception cref="IOException">Somebody has been pruning for too long.</exception>
    public static IDisposable? ToPutIn(CacheFolder folder, TimeProvider clock) => Enter(folder, clock, static path => OsFileLock.TryShare(path, ForAll), "pruned");

    /// <summary>Waits until nobody puts anything in, and keeps others out.</summary>
    /// <exception cref="IOException">Others have been putting in for too long.</exception>
    public static IDisposable? ToPrune(CacheFolder folder, TimeProvider clock) => Enter(folder, clock, static path => OsFileLock.TryAcquire(path, mode: ForAll), "used");

    private static OsFileLock? Enter(CacheFolder folder, TimeProvider clock, Func<string, OsFileLock?> take, string how)
    {
        using var wait = new ManualResetEventSlim();
        for (var began = clock.GetTimestamp(); ;)
        {
            try
            {
                Directory.CreateDirectory(folder.Path);
                if (take(folder.Gate) is { } held)
                {
                    return held;
                }
            }
            catch (IOException)
            {
                return null;
            }

            if (clock.GetElapsedTime(began) > Patience)
            {
                throw new IOException($"{folder.Path} is being {how} by others");
            }

            wait.Wait(Pause);
        }
    }
}
