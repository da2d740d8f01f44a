using MatterStack.Engine.Caching;
using MatterStack.Engine.Identity;
using MatterStack.Engine.Lifecycle.Model;
using Microsoft.Data.Sqlite;

namespace MatterStack.Engine.Runs.Store;

/// <summary>Computes fingerprints from the rows of a run's store.</summary>
/// <param name="rows">Rows of tasks and results.</param>
/// <param name="run">The run.</param>
/// <param name="programHash">Hash of the campaign's program; null if the campaign has none.</param>
internal sealed class AttemptFingerprinter(ResultRows rows, RunFolder run, string? programHash)
{
    /// <summary>Fingerprint of a task whose dependencies have ended. Returns null if an output of a dependency does not exist.</summary>
    /// <param name="task">The task.</param>
    /// <param name="operatorHash">Hash of its operator's effective configuration.</param>
    /// <param name="limit">Properties of its operator key.</param>
    /// <param name="transaction">Open transaction whose changes are included; null if there is none.</param>
    public Fingerprint? ComputeFingerprint(TaskNode task, Sha256 operatorHash, KeyLimit limit, SqliteTransaction? transaction = null)
    {
        var dependencies = task.DependsOn.Length == 0 ? [] : rows.ReadDependencyOutputs(task.Position, transaction);
        return TaskFingerprint.ComputeFingerprint(
            rows.ReadPlannedTask(task, transaction),
            dependencies,
            run.Path,
            programHash,
            operatorHash,
            here: limit.PoolIndex is not null,
            limit.Codes
        );
    }

    /// <summary>Fingerprint to record with an attempt that has no cache hit. Returns null if its result cannot be cached.</summary>
    public FingerprintRecord? BuildRecord(LiveAttempt attempt, WiringLimits limits, SqliteTransaction transaction)
    {
        var task = attempt.Task;
        return
            limits.Keys[task.KeyIndex] is { IsCacheable: true } limit
            && ComputeFingerprint(task, attempt.OperatorHash, limit, transaction) is { } fingerprint
            ? new FingerprintRecord(
                fingerprint.Hash.Hex,
                fingerprint.Text,
                task.MustRecompute ? CacheLookupOutcome.Forced : task.CacheLookup ?? CacheLookupOutcome.Miss
            )
            : null;
    }
}
