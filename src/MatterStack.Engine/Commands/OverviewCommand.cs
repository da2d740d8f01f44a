using MatterStack.Engine.Commands.Hosting;
using MatterStack.Engine.Files;
using MatterStack.Engine.Identity;
using MatterStack.Engine.Problems;
using MatterStack.Engine.Reports;
using MatterStack.Engine.Reports.Overview;
using MatterStack.Engine.Runs;

namespace MatterStack.Engine.Commands;

/// <summary>Writes the page of all runs, <c>index.html</c> in the runs' folder: <c>Report</c> with <c>All=true</c>.</summary>
internal static class OverviewCommand
{
    private const int MaxTries = 3;

    /// <summary>The page as a process that drives a run updates it: only runs that have changed are read.</summary>
    public static LivePage LivePage { get; } =
        new("the page of all runs", OverviewPage.RefreshInterval, static (context, _) => FindFile(context), UpdatePage);

    public static CommandResult Execute(CommandContext context) =>
        context.RunGuarded(() =>
        {
            if (context.Arguments.RunId is not null)
            {
                return context.ReportFailure([
                    new Problem(
                        RunCodes.InvalidArgument,
                        "'RunId' names one run, and 'All' means all runs",
                        "Give one of the two arguments."
                    ),
                ]);
            }

            var runs = context.Runs;
            var file = FindFile(context);
            if (runs.ListRuns().Count == 0)
            {
                context.Log.Info($"No run in {runs.Path} yet: -t:Loop starts one");
                return new CommandResult(true, []);
            }

            if (AccessDenial.FindWriteDenial(runs.Path) is { } why)
            {
                return context.ReportFailure([Problem.Create(RunCodes.NotPermitted, why, new SourcePosition(runs.Path))]);
            }

            if (IsForeign(file))
            {
                return context.ReportFailure([
                    Problem.Create(
                        ReportCodes.PageNotReplaced,
                        $"{file} is not a page that MatterStack has written",
                        new SourcePosition(file)
                    ),
                ]);
            }

            var overview = WritePage(context, file, new Dictionary<string, OverviewData.Entry>(), own: null);
            var unreadable = overview.Runs.Count(static row => row.Summary.Problem is not null);
            context.Log.Info(
                $"{context.Workspace.Slug}: page of {CountText.FormatCount(overview.Runs.Count, "run")}"
                    + $"{(unreadable == 0 ? "" : FormattableString.Invariant($", {unreadable} of which cannot be read"))} -> {file}"
            );
            return new CommandResult(
                true,
                [ReportItem.Create(file, ("item", "overview"), ("report", file), ("runs", overview.Runs.Count), ("unreadable", unreadable))]
            );
        });

    private static string FindFile(CommandContext context) => Path.Combine(context.Runs.Path, RunOverview.FileName);

    // Somebody may have put another page there since, which stays.
    private static void UpdatePage(CommandContext context, RunFolder own)
    {
        var file = FindFile(context);
        if (!IsForeign(file))
        {
            WritePage(context, file, OverviewData.ReadEntries(file, EngineVersion.Text), own);
        }
    }

    // Several processes may write at the same time, each a whole page. If a run has changed between reading and renaming, its own process
    // may have written a newer page, which this one has replaced: then this process writes again.
    private static RunOverview WritePage(
        CommandContext context,
        string file,
        IReadOnlyDictionary<string, OverviewData.Entry> known,
        RunFolder? own
    )
    {
        RunOverview overview;
        var tries = 0;
        do
        {
            overview = WriteOnce(context, file, known);
        } while (++tries < MaxTries && overview.HasChanged(context.Runs, own));

        return overview;
    }

    private static RunOverview WriteOnce(CommandContext context, string file, IReadOnlyDictionary<string, OverviewData.Entry> known)
    {
        var (runs, workspace) = (context.Runs, context.Workspace);
        var paths = new PathRedactor([(runs.Path + Path.DirectorySeparatorChar, ""), .. ReportCommand.ListPrivateFolders(context)]);
        var overview = RunOverview.Read(
            workspace.Slug,
            runs,
            new RunSummaryReader(context.Wirings, paths),
            known,
            context.Host.Clock.GetUtcNow()
        );
        var page = OverviewPage.Write(overview, paths, path => ReportCommand.FindLink(runs.Path, Path.Combine(workspace.Folder, path)));
        context.Host.Disk.WriteAtomically(file, page);
        GroupPermissions.GrantAccess(file, runs.Access);
        return overview;
    }

    private static bool IsForeign(string file) =>
        (Path.Exists(file) || new FileInfo(file).LinkTarget is not null) && !OverviewData.IsOurPage(file);
}
