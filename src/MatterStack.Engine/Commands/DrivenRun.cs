using MatterStack.Engine.Campaigns.Loading;
using MatterStack.Engine.Commands.Hosting;
using MatterStack.Engine.Identity;
using MatterStack.Engine.Lifecycle.Model;
using MatterStack.Engine.Problems;
using MatterStack.Engine.Runs;
using MatterStack.Engine.Runs.Iterations;
using MatterStack.Engine.Runs.Store;

namespace MatterStack.Engine.Commands;

/// <summary>Finds the run that a <c>Step</c> or <c>Loop</c> drives.</summary>
internal static class DrivenRun
{
    /// <summary>Finds the run. Returns null if a new one is needed.</summary>
    /// <param name="context">Workspace and arguments.</param>
    /// <param name="looping">Whether the command is <c>Loop</c>: it begins a new run if the campaign has changed since the last one
    /// ended.</param>
    /// <param name="definition">The campaign as the project declares it now; read only if it is needed.</param>
    /// <param name="open">Opens a run for reading.</param>
    public static Result<RunFolder>? FindExisting(
        CommandContext context,
        bool looping,
        Lazy<Result<CampaignDefinition>> definition,
        Func<RunFolder, RunReader> open
    )
    {
        if (context.Arguments.RunId is { } named)
        {
            return context.Runs.FindRun(named);
        }

        if (context.Runs.ListRuns() is not [.., var newest])
        {
            return null;
        }

        if (!looping)
        {
            return newest;
        }

        using var reader = open(newest);
        // A campaign that has become invalid has changed, too. The user must see its errors, not that the old run is done.
        if (
            reader.State.IsEnd()
            && (
                !definition.Value.TryGet(out var declared)
                || declared.Hash != reader.RunRow.DefinitionSha256
                || FindChangedFiles(context, declared, StagedFileCheck.ReadStagedFiles(reader)).Count > 0
            )
        )
        {
            return null;
        }

        return newest;
    }

    /// <summary>Files that a campaign class stages and that have changed since the run took them. They are no part of the
    /// declaration.</summary>
    public static IReadOnlyList<string> FindChangedFiles(
        CommandContext context,
        CampaignDefinition definition,
        IReadOnlyList<(string Source, Sha256 Content)> staged
    ) => definition.Class is null ? [] : StagedFileCheck.FindChangedFiles(staged, context.Host.Disk, context.Workspace.Folder);
}
