using MatterStack.Engine.Commands.Hosting;
using MatterStack.Engine.Commands.Reporting;
using MatterStack.Engine.Files;
using MatterStack.Engine.Problems;
using MatterStack.Engine.Reports;
using MatterStack.Engine.Reports.Html;
using MatterStack.Engine.Runs;
using MatterStack.Engine.Runs.Store;
using MatterStack.Engine.Runs.Store.Sqlite;
using MatterStack.Engine.Wiring.Resolving;

namespace MatterStack.Engine.Commands;

/// <summary>Writes the report of a run, or the page of all runs, also while runs are driven. The process that drives a run updates
/// existing pages.</summary>
internal static class ReportCommand
{
    /// <summary>Pages that the process that drives a run updates.</summary>
    public static IReadOnlyList<LivePage> LivePages { get; } =
    [new("the report", HtmlReport.RefreshInterval, static (_, run) => run.ReportFile, UpdateReport), OverviewCommand.LivePage];

    public static CommandResult Execute(CommandContext context) =>
        context.Arguments.All ? OverviewCommand.Execute(context) : ExecuteForRun(context);

    private static CommandResult ExecuteForRun(CommandContext context) =>
        context.WithRun(run =>
        {
            if (AccessDenial.FindWriteDenial(run.Path) is { } why)
            {
                return context.ReportFailure([Problem.Create(RunCodes.NotPermitted, why, new SourcePosition(run.Path))]);
            }

            context = context.WithGroupAccessOf(run);
            context.ReportProblems(WriteReport(context, run));
            context.Log.Info($"{context.Workspace.Slug}: report of run {run.Id} -> {run.ReportFile}");
            return new CommandResult(true, [RunReportItem.Create(context, run).WithColumns(("report", run.ReportFile))]);
        });

    private static void UpdateReport(CommandContext context, RunFolder run) => WriteReport(context, run);

    /// <summary>Writes the report of the run's current state into the run's folder.</summary>
    /// <returns>Warnings.</returns>
    public static IReadOnlyList<Problem> WriteReport(CommandContext context, RunFolder run)
    {
        using var reader = new RunReader(run);
        var wiring = context.Wirings.LoadPersisted(run.Path);
        var paths = new PathRedactor([(run.Path + Path.DirectorySeparatorChar, ""), (run.Path, "."), .. ListPrivateFolders(context)]);
        context.OpenLogs(run, wiring.TryGet(out var known) ? known : null);
        var source = new ReportSource(new RecordedRun(reader), ReportFiles.Create(run, context.Secrets.Redact), paths)
        {
            Wiring = wiring.TryGet(out var found) ? found : null,
            History = context.Wirings.LoadHistory(run.Path).TryGet(out var history) ? history : [],
            Machine = RunConfigFile.FindMachine(context.Host.Disk, run),
            WrittenAt = context.Host.Clock.GetUtcNow(),
            CurrentWiring = found is null ? null : CompareWithToday(context, found),
            ResultsCommand = CommandTable.Find("Results") is { } command ? $"dotnet build -t:{command.Name} -p:RunId={run.Id}" : null,
            FindPublishedLink = path => FindLink(run.Path, Path.Combine(context.Workspace.Folder, path)),
            FindAnswerCommand = task => RespondCommandLine.Build(context, reader, task),
        };
        // The process that drives the run may write a report at the same time.
        var temporary = FormattableString.Invariant($"{run.ReportFile}.{Environment.ProcessId}.tmp");
        IReadOnlyList<Problem> warnings;
        using (var stream = new FileStream(temporary, FileMode.Create, FileAccess.Write, FileShare.None, 1 << 16))
        {
            warnings = StoreConnection.GuardOutput(run.StoreFile, () => HtmlReport.Write(stream, source));
        }

        context.Host.Disk.MoveFile(temporary, run.ReportFile);
        return wiring.IsSuccess ? warnings : [.. wiring.Problems.Select(p => p.AsWarning()), .. warnings];
    }

    /// <summary>Returns a link from a page to a file.</summary>
    /// <param name="folder">Folder of the page.</param>
    /// <param name="file">The file.</param>
    public static string FindLink(string folder, string file) =>
        ReportAttention.EncodeLink(Path.GetRelativePath(folder, file).Replace(Path.DirectorySeparatorChar, '/'));

    /// <summary>Folders of this machine that evidence and reports must not name, with the text to show instead.</summary>
    public static IEnumerable<(string? Folder, string Shown)> ListPrivateFolders(CommandContext context) =>
        [(context.Workspace.Folder + Path.DirectorySeparatorChar, ""), (context.Workspace.Folder, "."), (context.Host.HomeFolder, "~")];

    // A workspace whose wiring has become invalid does not affect the report of a run.
    private static CurrentWiring? CompareWithToday(CommandContext context, RunWiring wiring) =>
        context.Wirings.ResolveWithoutRun(context.CreateWiringRequest()).TryGet(out var today)
            ? new CurrentWiring(WiringText.GetName(today), today.Hash == wiring.Hash, WiringDiff.Compare(wiring.Operators, today.Operators))
            : null;
}
