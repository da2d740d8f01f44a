using MatterStack.Engine.Identity;
using MatterStack.Engine.Problems;

namespace MatterStack.Engine.Operators.Exchange;

/// <summary>Watches the folders of attempts for changes. It is only an optimisation: if the system has no watches left or the file system
/// has none, a periodic search finds the answer.</summary>
internal sealed class AnswerWatcher(Action<AttemptId> changed, FaultLog faults) : IDisposable
{
    // A user has few watches (128 on many systems), and each folder takes one.
    private const int MaxWatchers = 48;
    private readonly Dictionary<AttemptId, FileSystemWatcher> _watchers = [];

    public void Add(AttemptId attempt, string folder)
    {
        if (_watchers.Count >= MaxWatchers || _watchers.ContainsKey(attempt))
        {
            return;
        }

        try
        {
            var watcher = new FileSystemWatcher(folder)
            {
                IncludeSubdirectories = true,
                NotifyFilter = NotifyFilters.FileName | NotifyFilters.LastWrite | NotifyFilters.Size,
            };
            watcher.Created += (_, _) => ReportChange();
            watcher.Changed += (_, _) => ReportChange();
            watcher.Renamed += (_, _) => ReportChange();
            watcher.EnableRaisingEvents = true;
            _watchers.Add(attempt, watcher);
        }
        catch (Exception e) when (e is IOException or ArgumentException or PlatformNotSupportedException)
        {
            // The periodic search finds the answer.
        }

        void ReportChange() => Background.RunGuarded(() => changed(attempt), e => faults.RecordWarning(e, "the watch for answers"));
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
