using MatterStack.Engine.Problems;

namespace MatterStack.Engine.Campaigns;

/// <summary>A task as a project file gives it: an id and named texts, nothing checked.</summary>
/// <param name="Id">The item's Include.</param>
/// <param name="Metadata">Custom metadata. Those that <see cref="TaskMetadata.IsList"/> names are split at <c>;</c>, all others have one entry.</param>
/// <param name="DeclaredAt">Where it stands, as far as known.</param>
internal sealed record DeclaredTask(string Id, IReadOnlyDictionary<string, IReadOnlyList<string>> Metadata, SourcePosition? DeclaredAt)
{
    /// <summary>Where it stands, as far as known.</summary>
    public SourcePosition? DeclaredAt { get => field ?? Place?.Find(); init; } = DeclaredAt;

    /// <summary>Where to look for <see cref="DeclaredAt"/>.</summary>
    public DeclaredPlace? Place { get; init; }
}
