using MatterStack.Engine.Campaigns.Loading;
using MatterStack.Engine.Commands.Hosting;
using MatterStack.Engine.Problems;
using MatterStack.Engine.Runs.Conducting;
using MatterStack.Engine.Wiring;

namespace MatterStack.Engine.Commands;

/// <summary>Checks a campaign and the wiring that a new run would get; runs and writes nothing. Plain <c>dotnet build</c> runs this
/// command.</summary>
internal static class ValidateCommand
{
    public static CommandResult Execute(CommandContext context, CampaignSource source, CancellationToken cancel = default) =>
        context.RunGuarded(() =>
        {
            var declared = source.ReadDefinition(context.Workspace.CampaignFolders, context.Host.Campaigns);
            var defined =
                declared.TryGet(out var found)
                && found.AddFirstPlan(
                    source.CreateProject(context.Workspace.CampaignFolders) with
                    {
                        Listener = context.Listener,
                    },
                    context.Host.Campaigns,
                    cancel
                )
                    is var planned
                    ? planned.TryGet(out var whole)
                        ? Result<CampaignDefinition>.Ok(whole, declared.Problems)
                        : planned
                    : declared;
            var wired = context.Wirings.ResolveWithoutRun(context.CreateWiringRequest());
            context.ReportProblems(defined.Problems);
            context.ReportProblems(wired.Problems);
            var success = defined.IsSuccess && wired.IsSuccess;
            if (defined.TryGet(out var definition) && wired.TryGet(out var wiring))
            {
                var routing = RoutingCheck.CheckTasks(
                    context.Host.Catalog,
                    definition.Tasks.Select(t => t.Task),
                    wiring.Operators,
                    WiringText.GetName(wiring)
                );
                context.ReportProblems(routing);
                success &= routing.All(p => p.Severity != Severity.Error);
                success &= !context.Log.HasWarningAsError;
                if (success)
                {
                    context.Log.Info(
                        $"{context.Workspace.Slug}: {CountText.FormatCount(definition.Tasks.Count, "task")} "
                            + $"{(definition.Class is { } first ? $"of {first.Name}'s first workflow " : "")}"
                            + $"{(definition.Tasks.Count == 1 ? "is" : "are")} valid; wiring would be {wiring.Source.ToText()} ("
                            + $"{WiringText.GetName(wiring)}, sha256 {wiring.Hash.Short})"
                    );
                }
            }

            return new CommandResult(success, []);
        });
}
