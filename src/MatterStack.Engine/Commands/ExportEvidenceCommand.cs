using MatterStack.Engine.Commands.Hosting;
using MatterStack.Engine.Evidence.Bundle;
using MatterStack.Engine.Evidence.Export;
using MatterStack.Engine.Files;
using MatterStack.Engine.Problems;
using MatterStack.Engine.Runs;

namespace MatterStack.Engine.Commands;

/// <summary>Writes or updates the evidence of a run.</summary>
internal static class ExportEvidenceCommand
{
    /// <summary>Checks whether the evidence is up to date.</summary>
    /// <param name="context">Workspace, arguments and log.</param>
    /// <param name="manifest">Manifest of a bundle that is up to date; null if the bundle must be written, or if there is a
    /// problem.</param>
    public static CommandResult CheckUpToDate(CommandContext context, out string? manifest)
    {
        string? current = null;
        var result = context.RunGuarded(() =>
        {
            // A signature or an archive is written each time.
            if (
                context.Arguments.EvidenceFormat is null or "folder"
                && context.Arguments.EvidenceKey is null
                && context.Runs.FindRun(context.Arguments.RunId).TryGet(out var run, out _)
                && new EvidenceExporter(context.Host.Disk, context.Wirings).FindCurrent(run) is { } evidence
            )
            {
                current = Path.Combine(evidence.Folder, BundleNames.Manifest);
                return ReportResult(context, run, evidence);
            }

            return new CommandResult(true, []);
        });
        manifest = current;
        return result;
    }

    public static CommandResult Execute(CommandContext context) =>
        context.WithRun(run =>
        {
            if (!ReadOptions(context).TryGet(out var options, out var problems))
            {
                return context.ReportFailure(problems);
            }

            if (AccessDenial.FindWriteDenial(run.Path) is { } why)
            {
                return context.ReportFailure([Problem.Create(RunCodes.NotPermitted, why, new SourcePosition(run.Path))]);
            }

            context = context.WithGroupAccessOf(run);
            context.OpenLogs(run, context.Wirings.LoadPersisted(run.Path).TryGet(out var wiring) ? wiring : null);
            var exported = new EvidenceExporter(context.Host.Disk, context.Wirings).ExportRun(run, options);
            context.ReportProblems(exported.Problems);
            if (!exported.TryGet(out var evidence))
            {
                return CommandResult.Failed;
            }

            return ReportResult(context, run, evidence);
        });

    private static CommandResult ReportResult(CommandContext context, RunFolder run, ExportResult evidence)
    {
        context.Log.Info(
            evidence.WasWritten
                ? $"{context.Workspace.Slug}: evidence of run {run.Id}: {CountText.FormatCount(evidence.FileCount, "file")} -> "
                    + $"{evidence.Archive ?? evidence.Folder}"
                : $"{context.Workspace.Slug}: evidence of run {run.Id} is up to date: {evidence.Archive ?? evidence.Folder}"
        );
        return new CommandResult(
            true,
            [
                ReportItem.Create(
                    evidence.Folder,
                    ("run_id", run.Id),
                    ("written", evidence.WasWritten ? "true" : "false"),
                    ("files", evidence.FileCount),
                    ("archive", evidence.Archive)
                ),
            ]
        );
    }

    private static Result<EvidenceOptions> ReadOptions(CommandContext context) =>
        context.Arguments.EvidenceFormat?.ToLowerInvariant() is null or "folder" or "bag"
            ? new EvidenceOptions
            {
                WithArchive = "bag".Equals(context.Arguments.EvidenceFormat, StringComparison.OrdinalIgnoreCase),
                KeyPath = context.Arguments.EvidenceKey,
                RedactSecrets = context.Secrets.Redact,
                PrivateFolders = [.. ReportCommand.ListPrivateFolders(context)],
            }
            : new Problem(RunCodes.InvalidArgument, $"EvidenceFormat is '{context.Arguments.EvidenceFormat}'", "It takes folder or bag.");
}
