using MatterStack.Engine.Lifecycle.Model;

namespace MatterStack.Engine.Runs.Store;

/// <summary>The row of <c>runs</c>, without columns for internal use.</summary>
internal sealed record RunRow(
    string RunId,
    string WorkspaceSlug,
    RunState State,
    string? Reason,
    string CreatedAtUtc,
    string DefinitionSha256,
    string? EndedAtUtc,
    string EngineVersion
);
