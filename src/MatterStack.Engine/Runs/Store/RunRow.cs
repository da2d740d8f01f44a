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
);
