using MatterStack.Engine.Identity;

namespace MatterStack.Engine.Lifecycle;

/// <summary>An attempt that has not ended.</summary>
internal sealed class LiveAttempt
{
    public required AttemptId Id { get; init; }

    public required TaskNode Task { get; init; }

    /// <summary>From 1.</summary>
    public required int Index { get; init; }

    /// <summary>Hash of the wiring it was intended with; it is polled, cancelled and collected with that one.</summary>
    public required Sha256 Wiring { get; init; }

    /// <summary>Hash of its operator's effective configuration.</summary>
    public required Sha256 Operator { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When it was first known to be outside; null if it is not.</summary>
    public DateTimeOffset? SubmittedAt { get; set; }

    /// <summary>The time limit that the engine keeps; null: it keeps none.</summary>
    public TimeLimit? Limit { get; set; }

    public AttemptState State { get; set; } = new AttemptState.Created();

    /// <summary>Whether it takes room on its operator: it was let go, or is known to be outside.</summary>
    public bool Released { get; set; }

    /// <summary>Whether its intent is in the store; nothing is started outside before.</summary>
    public bool Durable { get; set; }

    /// <summary>By what its result is known, where that was asked for before it was intended.</summary>
    public FingerprintRecord? Fingerprint { get; set; }

    /// <summary>That it is to end; null: it is not. A person's request comes before a time limit.</summary>
    public EndRequest? EndAsked { get; set; }

    /// <summary>Why nothing can be said of it from here; null if it can.</summary>
    public string? Unreachable { get; set; }

    /// <summary>What its task's reason says; what is told once more is not written once more.</summary>
    public string? Told { get; set; }

    /// <summary>Why it was last said not to be started yet; what is said once more is not written once more.</summary>
    public string? PutOff { get; set; }

    /// <summary>Since when it is refused outside with words that may mean that it never goes; null: it is not.</summary>
    public DateTimeOffset? RefusedSince { get; set; }

    /// <summary>Folder of the attempt, relative to the run's.</summary>
    public string RelativePath => PathOf(Task.Id, Index);

    /// <summary>Folder of a task's n-th attempt, relative to the run's.</summary>
    public static string PathOf(TaskId task, int index) => $"tasks/{task}@{index.ToString(System.Globalization.CultureInfo.InvariantCulture)}";
}
