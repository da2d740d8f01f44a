using MatterStack.Engine.Identity;
using MatterStack.Engine.Lifecycle.Model;

namespace MatterStack.Engine.Reports.Comparison;

/// <summary>What two runs have differently of one task.</summary>
/// <param name="Task">The task.</param>
/// <param name="Change">Whether it counts as different.</param>
/// <param name="Before">State in the first run; null if it has no such task.</param>
/// <param name="After">State in the second run; null if it has no such task.</param>
internal sealed record TaskDifference(TaskId Task, TaskChange Change, TaskState? Before, TaskState? After)
{
    /// <summary>Values of results beyond the tolerance; at most <see cref="ResultComparer.MaxDifferences"/>.</summary>
    public IReadOnlyList<ValueDifference> Values { get; init; } = [];

    /// <summary>Number of values beyond the tolerance.</summary>
    public long ValueCount { get; init; }

    /// <summary>Outputs with other content, except <c>results.json</c>.</summary>
    public IReadOnlyList<NamedDifference> Files { get; init; } = [];

    /// <summary>Parts of the fingerprint.</summary>
    public IReadOnlyList<NamedDifference> Parts { get; init; } = [];

    /// <summary>Whether a run recorded no fingerprint of the task, so that codes, system and outputs of dependencies are not
    /// compared.</summary>
    public bool LacksFingerprint { get; init; }

    /// <summary>Whether anything differs, be it counted or not.</summary>
    public bool IsAny => Change is not TaskChange.Equal || Values.Count > 0 || Files.Count > 0 || Parts.Count > 0;
}
