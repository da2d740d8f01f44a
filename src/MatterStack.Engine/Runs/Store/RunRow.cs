using MatterStack.Engine.Identity;
using MatterStack.Engine.Lifecycle.Model;

namespace MatterStack.Engine.Runs.Store;

/// <summary>The row of <c>runs</c>, without columns for internal use.</summary>
internal sealed record RunRow(
    RunId RunId,
    string WorkspaceSlug,
    RunState State,
    string? Reason,
    DateTimeOffset CreatedAt,
    Sha256 DefinitionSha256,
    DateTimeOffset? EndedAt,
    string EngineVersion
)
{
    /// <summary>Tags of the run.</summary>
    public IReadOnlyList<string> Tags { get; init; } = [];

    /// <summary>Note of a person on the run; null if there is none.</summary>
    public string? Note { get; init; }

    /// <summary>Selection of the last <c>Loop</c> or <c>Step</c>; null: all tasks.</summary>
    public string? Selection { get; init; }
}
