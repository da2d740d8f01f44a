using MatterStack.Engine.Commands.Hosting;
using MatterStack.Engine.Lifecycle.Model;
using MatterStack.Engine.Reports.Ci;
using MatterStack.Engine.Runs.Store;
using MatterStack.Engine.Runs.Store.Sqlite;

namespace MatterStack.Engine.Commands;

/// <summary>Writes a run for the page that a CI system shows of a job: JUnit XML and a summary in Markdown. It also succeeds for a failed
/// run, since <c>Loop</c> has already reported the failure.</summary>
internal static class CiReportCommand
{
    public static CommandResult Execute(CommandContext context) =>
        context.WithRun(run =>
        {
            context = context.WithGroupAccessOf(run);
            using var reader = new RunReader(run);
            var wiring = context.Wirings.LoadPersisted(run.Path).TryGet(out var found, out _) ? found : null;
            var logs = context.OpenLogs(run, found);
            var junit = context.Arguments.JUnitFile ?? Path.Combine(run.Path, "junit.xml");
            var summary = context.Arguments.SummaryFile ?? Path.Combine(run.Path, "summary.md");
            WriteFile(junit, stream => JUnitReport.Write(stream, reader, wiring, logs));
            WriteFile(summary, stream => JobSummary.Write(stream, reader, wiring, logs));
            context.Log.Info($"{context.Workspace.Slug}: run {run.Id} for CI -> {junit}");
            context.Log.Info($"{context.Workspace.Slug}: its summary -> {summary}");
            return new CommandResult(
                true,
                [
                    ReportItem.Create(
                        junit,
                        ("run_id", run.Id),
                        ("state", reader.RunRow.State.ToText()),
                        ("junit", junit),
                        ("summary", summary)
                    ),
                ]
            );

            void WriteFile(string path, Action<Stream> write)
            {
                using var buffer = new MemoryStream();
                StoreConnection.GuardOutput(run.StoreFile, () =>
                {
                    write(buffer);
                    return true;
                });
                context.Host.Disk.CreateDirectory(Path.GetDirectoryName(path)!);
                context.Host.Disk.WriteAtomically(path, buffer.ToArray());
            }
        });
}
