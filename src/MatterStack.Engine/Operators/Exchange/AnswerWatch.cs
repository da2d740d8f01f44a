using MatterStack.Engine.Identity;
using MatterStack.Engine.Problems;

namespace MatterStack.Engine.Operators.Exchange;

/// <summary>Tells when something changes in the folders of attempts. A help only: where the system has no watches left, or none at all on that file system, a sweep finds the answer.</summary>
internal sealed class AnswerWatch(Action<AttemptId> changed, FaultLog faults) : IDisposable
{
    // Each takes one of the few watches that a user may have (128 on many systems).
    private const int Most = 48;
    private readonly Dictionary<AttemptId, FileSystemWatcher> _watchers = [];

    public void Add(AttemptId attempt, string folder)
    {
        if (_watchers.Count >= Most || _watchers.ContainsKey(attempt))
        {
            return;
        }

        try
        {
            var watcher = new FileSystemWatcher(folder) { IncludeSubdirectories = true, NotifyFilter = NotifyFilters.FileName | NotifyFilters.LastWrite | NotifyFilters.Size };
            watcher.Created += (_, _) => Tell();
            watcher.Changed += (_, _) => Tell();
            watcher.Renamed += (_, _) => Tell();
            watcher.EnableRaisingEvents = true;
            _watchers.Add(attempt, watcher);
        }
        catch (Exception e) when (e is IOException or ArgumentException or PlatformNotSupportedException)
        {
            // The sweep finds it.
        }

        void Tell() => Background.Guard(() => changed(attempt), e => faults.Warn(e, "the watch for answers"));
    }

    public void Remove(AttemptId attempt)
    {
        if (_watchers.Remove(attempt, out var watcher))
        {
            watcher.Dispose();
        }
    }

    public void Dispose()
    {
        foreach (var watcher in _watchers.Values)
        {
            watcher.Dispose();
        }

        _watchers.Clear();
    }
}
