using MatterStack.Engine.Lifecycle.Model;
using MatterStack.Engine.Runs.Store;

namespace MatterStack.Engine.Runs.Conducting;

/// <summary>Changes that are decided but not in the store yet; they are written in one transaction.</summary>
internal sealed class ChangeBuffer(RunStore store, RunModel model, ConductorOptions options, TimeProvider clock)
{
    private readonly List<Change> _changes = [];
    private long _oldestAddedAt;

    public bool IsEmpty => _changes.Count == 0;

    /// <summary>Whether the number of changes has reached <see cref="ConductorOptions.MaxBatchSize"/>.</summary>
    public bool IsFull => _changes.Count >= options.MaxBatchSize;

    /// <summary>Time that the oldest change may still wait. Never negative, because a queue rejects negative timeouts and takes -1 ms as
    /// infinite.</summary>
    public TimeSpan RemainingDelay =>
        options.MaxCommitDelay - clock.GetElapsedTime(_oldestAddedAt) is { Ticks: > 0 } left ? left : TimeSpan.Zero;

    public void Add(params IReadOnlyList<Change> changes)
    {
        if (IsEmpty)
        {
            _oldestAddedAt = clock.GetTimestamp();
        }

        _changes.AddRange(changes);
    }

    /// <summary>Writes all changes in one transaction, durably.</summary>
    /// <param name="fingerprintLimits">Limits of the wiring; null: no fingerprint is recorded.</param>
    /// <returns>The written changes.</returns>
    public IReadOnlyList<Change> WriteAll(WiringLimits? fingerprintLimits)
    {
        store.CommitChanges(_changes, model, fingerprintLimits);
        var written = _changes.ToArray();
        _changes.Clear();
        return written;
    }
}
