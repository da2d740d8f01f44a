using MatterStack.Engine.Evidence;

namespace MatterStack.Engine.Commands;

/// <summary>Writes or refreshes a run's evidence.</summary>
internal static class ExportEvidenceCommand
{
    public static CommandResult Execute(CommandContext context) => context.Guard(() =>
    {
        if (!context.Runs.Find(context.Arguments.RunId).TryGet(out var run, out var problems))
        {
            return context.Fail(problems);
        }

        if (!new EvidenceExport(context.Host.Disk, context.Wirings).Export(run).TryGet(out var exported, out problems))
        {
            return context.Fail(problems);
        }

        context.Log.Say(exported.Written ? $"{context.Workspace.Slug}: evidence of run {run.Id} -> {exported.Folder}" : $"{context.Workspace.Slug}: evidence of run {run.Id} is up to date: {exported.Folder}");
        return new CommandResult(true, [ReportItem.Of(exported.Folder, ("run_id", run.Id), ("written", exported.Written ? "true" : "false"))]);
    });
}
