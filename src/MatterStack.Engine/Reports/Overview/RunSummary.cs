using MatterStack.Engine.Runs.Store;

namespace MatterStack.Engine.Reports.Overview;

/// <summary>A run as a row of the page of all runs.</summary>
internal sealed record RunSummary
{
    /// <summary>Id of the run, which is the name of its folder.</summary>
    public required string RunId { get; init; }

    /// <summary>Why the run cannot be read, as text for people; null if it can. Nothing else is known then.</summary>
    public string? Problem { get; init; }

    /// <summary>Name of the campaign.</summary>
    public string? Campaign { get; init; }

    /// <summary>State of the run; null if it cannot be read.</summary>
    public string? State { get; init; }

    /// <summary>Why the run has this state; null if no reason is recorded.</summary>
    public string? Reason { get; init; }

    /// <summary>Whether the run has ended.</summary>
    public bool HasEnded { get; init; }

    /// <summary>Number of tasks by state.</summary>
    public IReadOnlyDictionary<string, long> Tasks { get; init; } = new Dictionary<string, long>();

    public IReadOnlyList<string> Tags { get; init; } = [];

    public string? Note { get; init; }

    /// <summary>Hash of the wiring in force; null if the snapshot cannot be read.</summary>
    public string? WiringSha256 { get; init; }

    /// <summary>Source of the wiring in force.</summary>
    public string? WiringSource { get; init; }

    public DateTimeOffset? CreatedAt { get; init; }

    public DateTimeOffset? EndedAt { get; init; }

    /// <summary>What the attempts used; null if the run cannot be read.</summary>
    public UsageTotals? Usage { get; init; }

    /// <summary>Causes of failed tasks, the most frequent first.</summary>
    public IReadOnlyList<FailureCount> Failures { get; init; } = [];

    /// <summary>Number of published files.</summary>
    public long PublishedCount { get; init; }

    /// <summary>Some of the published files, relative to the project's folder.</summary>
    public IReadOnlyList<string> Published { get; init; } = [];

    /// <summary>Cause of failures.</summary>
    /// <param name="Cause">Text of the cause; null if it is not known.</param>
    /// <param name="Tasks">Number of failed tasks.</param>
    internal sealed record FailureCount(string? Cause, long Tasks);
}
