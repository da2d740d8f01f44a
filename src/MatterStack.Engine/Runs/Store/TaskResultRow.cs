using MatterStack.Engine.Identity;
using MatterStack.Engine.Lifecycle.Model;

namespace MatterStack.Engine.Runs.Store;

/// <summary>A task of a run with what a table of results shows of it.</summary>
internal sealed record TaskResultRow
{
    public required TaskId TaskId { get; init; }

    public required TaskState State { get; init; }

    /// <summary>Iteration of the campaign class; 0 if there is none.</summary>
    public required long Iteration { get; init; }

    public required OperatorKey OperatorKey { get; init; }

    /// <summary>Hash of the wiring of the task's last attempt; null if it has none.</summary>
    public Sha256? WiringSha256 { get; init; }

    /// <summary>The attempt that computed the result; null if the task was executed itself.</summary>
    public string? CachedFrom { get; init; }

    /// <summary>Content of <c>results.json</c>; null if the task has not ended or has none.</summary>
    public string? Results { get; init; }

    /// <summary>The metadata <c>Columns</c>, in declared order.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Columns { get; init; } = [];
}
