using MatterStack.Engine.Lifecycle;

namespace MatterStack.Engine.Runs;

/// <summary>Changes that are decided and not in the store yet: they are written together.</summary>
internal sealed class UnwrittenChanges(RunStore store, RunModel model, ConductorOptions options, TimeProvider clock)
{
    private readonly List<Change> _changes = [];
    private long _oldest;

    public bool IsEmpty => _changes.Count == 0;

    /// <summary>Whether there are as many as are written together.</summary>
    public bool IsFull => _changes.Count >= options.Batch;

    /// <summary>How long the oldest may still wait. Never negative: to a queue that would be an error, and -1 ms would mean to wait for ever.</summary>
    public TimeSpan Left => options.CommitDelay - clock.GetElapsedTime(_oldest) is { Ticks: > 0 } left ? left : TimeSpan.Zero;

    public void Add(params IReadOnlyList<Change> changes)
    {
        if (IsEmpty)
        {
            _oldest = clock.GetTimestamp();
        }

        _changes.AddRange(changes);
    }

    /// <summary>Writes them in one transaction, durably.</summary>
    /// <returns>What was written.</returns>
    public IReadOnlyList<Change> Write()
    {
        store.Commit(_changes, model);
        var written = _changes.ToArray();
        _changes.Clear();
        foreach (var intended in written.OfType<Change.Intended>())
        {
            intended.Attempt.Durable = true;
        }

        return written;
    }
}
