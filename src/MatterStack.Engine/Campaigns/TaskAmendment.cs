namespace MatterStack.Engine.Campaigns;

/// <summary>An amendment of a recorded task: what it was, what it is from its next attempt on, and which metadata differ.</summary>
/// <param name="Before">The task before.</param>
/// <param name="After">The task after.</param>
/// <param name="Changes">The metadata that differ, in the order of the reference page; empty if none does.</param>
internal sealed record TaskAmendment(PlannedTask Before, PlannedTask After, IReadOnlyList<TaskChange> Changes)
{
    /// <summary>Whether the result of the task can change.</summary>
    public bool ChangesResult { get; init; }

    /// <summary>Whether an attempt would be another one. Otherwise only the order of attempts or what follows their ends changes.</summary>
    public bool ChangesAttempt { get; init; }

    /// <summary>Whether a metadata differs.</summary>
    public bool HasChanged(string name) => Changes.Any(change => change.Name == name);

    /// <summary>Describes the changes in one line.</summary>
    public string Describe() => string.Join(", ", Changes.Select(static change => change.Describe()));
}
