using MatterStack.Engine.Identity;
using MatterStack.Engine.Lifecycle.Model;

namespace MatterStack.Engine.Runs.Store;

/// <summary>A task of a run with what can be compared with the task of the same id in another run.</summary>
internal sealed record ComparedTask
{
    public required TaskId TaskId { get; init; }

    public required TaskState State { get; init; }

    public required OperatorKey OperatorKey { get; init; }

    /// <summary>Hash of the operator's part of the wiring; null if the task has no attempt.</summary>
    public string? OperatorSha256 { get; init; }

    /// <summary>Content of <c>results.json</c>; null if the task has not ended or has none.</summary>
    public string? Results { get; init; }

    /// <summary>The task as its last attempt had it, as JSON.</summary>
    public required string Definition { get; init; }

    /// <summary>Named parts of its fingerprint; null if none is recorded.</summary>
    public string? FingerprintParts { get; init; }

    /// <summary>Hashes of declared outputs except <c>results.json</c>, as a JSON object of paths.</summary>
    public required string Outputs { get; init; }
}
