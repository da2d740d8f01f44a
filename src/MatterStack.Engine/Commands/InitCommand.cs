using MatterStack.Engine.Campaigns;
using MatterStack.Engine.Problems;
using MatterStack.Engine.Runs;
using MatterStack.Engine.Wiring;

namespace MatterStack.Engine.Commands;

/// <summary>Makes a new run with its wiring and its workflow; starts nothing.</summary>
internal static class InitCommand
{
    public static CommandResult Execute(CommandContext context, CampaignSource source, CancellationToken cancel = default) => context.Guard(() =>
    {
        var defined = source.Define(context.Workspace, context.Host.Campaigns, context.Host.Clock.GetUtcNow());
        var made = defined.TryGet(out var definition) ? Create(context, source, definition, defined.Problems, cancel) : Result<RunFolder>.Fail(defined.Problems);
        return made.TryGet(out var run) ? new CommandResult(true, [RunItem.Of(context, run)]) : context.Fail(made.Problems);
    });

    /// <summary>Says why nothing was begun although there are but warnings.</summary>
    public static Problem WarningsAreErrors { get; } = Problem.Of(RunCodes.WarningsAreErrors, "Warnings count as errors: no run was made or moved");

    /// <param name="context">Workspace, arguments and log.</param>
    /// <param name="source">The campaign as declared now.</param>
    /// <param name="declared">What was read of it; its class is asked here what to begin with.</param>
    /// <param name="warnings">What was found on the way.</param>
    /// <param name="cancel">Gives up waiting for the class.</param>
    public static Result<RunFolder> Create(CommandContext context, CampaignSource source, CampaignDefinition declared, IReadOnlyList<Problem> warnings, CancellationToken cancel)
    {
        context.Report(warnings);
        if (context.Log.HasWarningAsError)
        {
            return WarningsAreErrors;
        }

        if (!declared.WithFirstPlan(source.Project(context.Workspace) with { Listener = context.Listener }, context.Host.Campaigns, cancel).TryGet(out var definition, out var problems))
        {
            return Result<RunFolder>.Fail(problems);
        }

        if (source.Assembly is not null)
        {
            definition = definition with { Mark = definition.Mark?.With(definition.Tasks.SelectMany(t => t.Inputs).DistinctBy(i => i.Source).Select(i => (i.Source, i.Content)).ToList(), context.Workspace.Folder) };
        }

        RunWiring? wiring = null;
        var creation = new RunCreation(context.Runs, context.Host.Disk, context.Host.Clock);
        var made = creation.Create(context.Workspace.Slug, context.Workspace.Folder, definition, [.. context.Arguments.RunTags.Select(tag => OutsideText.ToLine(tag))], Wire);
        if (made.TryGet(out var run))
        {
            context.Log.Say($"{context.Workspace.Slug}: run {run.Id} created with {definition.Tasks.Count} tasks; wiring {wiring!.Origin.ToText()} ({WiringLine.NameOf(wiring)}, sha256 {wiring.Hash.Short})");
        }

        return made;

        // A key that the wiring does not have is an error before a run exists.
        Result<RunWiring> Wire(string folder)
        {
            var resolved = context.Wirings.ResolveForRun(folder, runEnded: false, context.WiringRequest());
            if (!resolved.TryGet(out wiring))
            {
                return resolved;
            }

            // They are told when the run is moved; nobody moves one that they have kept from being made.
            if (resolved.Problems.Concat(wiring.Notices).Where(context.Log.TreatsAsError).ToList() is { Count: > 0 } treated)
            {
                context.Report(treated);
                return WarningsAreErrors;
            }

            var routing = Routing.Check(context.Host.Catalog, definition.Tasks.Select(t => t.Task), wiring.Operators, WiringLine.NameOf(wiring));
            return routing.Count == 0 ? resolved : Result<RunWiring>.Fail(routing);
        }
    }
}
