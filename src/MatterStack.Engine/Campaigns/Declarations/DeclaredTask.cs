using MatterStack.Engine.Campaigns.Declarations.Fields;
using MatterStack.Engine.Problems;

namespace MatterStack.Engine.Campaigns.Declarations;

/// <summary>A task as a project file declares it: an id and named texts, unchecked.</summary>
/// <param name="Id">The item's Include.</param>
/// <param name="Metadata">Custom metadata. Those that <see cref="TaskFields.IsList"/> names are split at <c>;</c>, all others have one
/// text.</param>
/// <param name="DeclaredAt">Position in the project file, if known.</param>
internal sealed record DeclaredTask(string Id, DeclaredMetadata Metadata, SourcePosition? DeclaredAt)
{
    /// <summary>Position in the project file, if known.</summary>
    public SourcePosition? DeclaredAt
    {
        get => field ?? Site?.FindPosition();
        init;
    } = DeclaredAt;

    /// <param name="id">The item's Include.</param>
    /// <param name="metadata">Texts by name; case does not matter in names.</param>
    public DeclaredTask(string id, IReadOnlyDictionary<string, IReadOnlyList<string>> metadata)
        : this(id, new DeclaredMetadata(metadata), null) { }

    /// <summary>Resolves <see cref="DeclaredAt"/> on demand.</summary>
    public DeclarationSite? Site { get; init; }
}
