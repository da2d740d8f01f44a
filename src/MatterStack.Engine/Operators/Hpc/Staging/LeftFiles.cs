using MatterStack.Engine.Lifecycle.Model;

namespace MatterStack.Engine.Operators.Hpc.Staging;

/// <summary>Files that an ended attempt leaves for the next one.</summary>
/// <param name="Files">The files, with hash and place.</param>
/// <param name="Problem">Why there may be more, as text for people; null if all were found.</param>
internal sealed record LeftFiles(IReadOnlyList<LeftFile> Files, string? Problem)
{
    /// <summary>Whether the cluster did not answer: then they are looked for again.</summary>
    public bool IsUnanswered { get; init; }
}
