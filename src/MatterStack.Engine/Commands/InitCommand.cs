using MatterStack.Engine.Campaigns.Loading;
using MatterStack.Engine.Commands.Hosting;
using MatterStack.Engine.Commands.Reporting;
using MatterStack.Engine.Problems;
using MatterStack.Engine.Runs;
using MatterStack.Engine.Runs.Conducting;
using MatterStack.Engine.Runs.Store;
using MatterStack.Engine.Wiring;
using MatterStack.Engine.Wiring.Resolving;

namespace MatterStack.Engine.Commands;

/// <summary>Creates a new run with its wiring and its workflow; starts nothing.</summary>
internal static class InitCommand
{
    public static CommandResult Execute(CommandContext context, CampaignSource source, CancellationToken cancel = default) =>
        context.RunGuarded(() =>
        {
            var defined = source.ReadDefinition(context.Workspace.CampaignFolders, context.Host.Campaigns, context.Host.Clock.GetUtcNow());
            var made = defined.TryGet(out var definition)
                ? CreateRun(context, source, definition, defined.Problems, cancel)
                : Result<RunFolder>.Fail(defined.Problems);
            return made.TryGet(out var run)
                ? new CommandResult(true, [RunReportItem.Create(context, run)])
                : context.ReportFailure(made.Problems);
        });

    /// <summary>The error of a command that stops because warnings count as errors.</summary>
    public static Problem WarningsAreErrors { get; } =
        Problem.Create(RunCodes.WarningsAreErrors, "Warnings count as errors: no run was created or driven");

    /// <summary>Creates a run.</summary>
    /// <param name="context">Workspace, arguments and log.</param>
    /// <param name="source">The campaign as the project declares it now.</param>
    /// <param name="declared">The declaration as read; its campaign class plans the first iteration here.</param>
    /// <param name="warnings">Warnings of the declaration.</param>
    /// <param name="cancel">Stops waiting for the campaign class.</param>
    public static Result<RunFolder> CreateRun(
        CommandContext context,
        CampaignSource source,
        CampaignDefinition declared,
        IReadOnlyList<Problem> warnings,
        CancellationToken cancel
    )
    {
        context.ReportProblems(warnings);
        if (context.Log.HasWarningAsError)
        {
            return WarningsAreErrors;
        }

        if (
            !declared
                .AddFirstPlan(
                    source.CreateProject(context.Workspace.CampaignFolders) with
                    {
                        Listener = context.Listener,
                    },
                    context.Host.Campaigns,
                    cancel
                )
                .TryGet(out var definition, out var problems)
        )
        {
            return Result<RunFolder>.Fail(problems);
        }

        if (SelectedTasks.CheckDeclared(context.Arguments.Select, definition) is { Count: > 0 } unmatched)
        {
            return Result<RunFolder>.Fail(unmatched);
        }

        if (source.Assembly is not null)
        {
            definition = definition with
            {
                Checkpoint = definition.Checkpoint?.AddStagedFiles(
                    definition.Tasks.SelectMany(t => t.Inputs).DistinctBy(i => i.Source).Select(i => (i.Source, i.Content)).ToList(),
                    context.Workspace.Folder
                ),
            };
        }

        RunWiring? wiring = null;
        var creation = new RunFactory(context.Runs, context.Host.Disk, context.Host.Clock);
        var made = creation.CreateRun(
            context.Workspace.Slug,
            context.Workspace.Folder,
            definition,
            [.. context.Arguments.RunTags.Select(tag => UntrustedText.ToLine(tag))],
            ResolveWiring
        );
        if (made.TryGet(out var run))
        {
            context.Log.Info(
                $"{context.Workspace.Slug}: run {run.Id} created with {CountText.FormatCount(definition.Tasks.Count, "task")}; "
                    + $"wiring {wiring!.Origin.ToText()} ({WiringText.GetName(wiring)}, sha256 {wiring.Hash.Short})"
            );
        }

        return made;

        // An operator key that the wiring lacks is an error before the run exists.
        Result<RunWiring> ResolveWiring(string folder)
        {
            var resolved = context.Wirings.ResolveForRun(folder, runEnded: false, context.CreateWiringRequest());
            if (!resolved.TryGet(out wiring))
            {
                return resolved;
            }

            // Notices are reported when the run is driven. A run that they prevent is never driven, so they are reported here.
            if (resolved.Problems.Concat(wiring.Warnings).Where(context.Log.TreatsAsError).ToList() is { Count: > 0 } treated)
            {
                context.ReportProblems(treated);
                return WarningsAreErrors;
            }

            var routing = RoutingCheck.CheckTasks(
                context.Host.Catalog,
                definition.Tasks.Select(t => t.Task),
                wiring.Operators,
                WiringText.GetName(wiring)
            );
            return routing.Count == 0 ? resolved : Result<RunWiring>.Fail(routing);
        }
    }
}
