using MatterStack.Engine.Commands.Hosting;
using MatterStack.Engine.Commands.Reporting;
using MatterStack.Engine.Problems;
using MatterStack.Engine.Runs.Store;
using MatterStack.Engine.Runs.Usage;

namespace MatterStack.Engine.Commands;

/// <summary>Shows what attempts asked for and used, by groups of tasks, and the metadata worth writing.</summary>
internal static class UsageCommand
{
    public static CommandResult Execute(CommandContext context) =>
        context.WithRun(run =>
        {
            if (
                !DocumentOutput
                    .FindFormat(context, DocumentOutput.Table, DocumentOutput.Csv, DocumentOutput.Json)
                    .TryGet(out var format, out var problems)
            )
            {
                return context.ReportFailure(problems);
            }

            using var reader = new RunReader(run);
            if (!SelectedTasks.FindTasks(context, reader).TryGet(out var selected, out problems))
            {
                return context.ReportFailure(problems);
            }

            var groups = RunUsage.SumUp(reader.ReadUsage(), selected);
            var document = format switch
            {
                DocumentOutput.Csv => UsageDocument.FormatCsv(run.Id.Value, groups),
                DocumentOutput.Json => UsageDocument.FormatJson(run.Id.Value, groups),
                _ => string.Join('\n', DescribeRun(reader, groups)) + "\n",
            };
            if (!DocumentOutput.Write(context, document).TryGet(out var file, out problems))
            {
                return context.ReportFailure(problems);
            }

            if (file is not null)
            {
                context.Log.Info($"{context.Workspace.Slug}: usage of run {run.Id} -> {file}");
            }

            return new CommandResult(true, [.. groups.Select((usage, index) => CreateItem(run.Id.Value, usage, index))]);
        });

    private static IEnumerable<string> DescribeRun(RunReader reader, IReadOnlyList<GroupUsage> groups)
    {
        yield return $"usage of run {reader.RunRow.RunId}: {CountText.FormatCount(groups.Sum(static usage => usage.Ended), "attempt")} "
            + $"in {CountText.FormatCount(groups.Count, "group")} of tasks";
        foreach (var line in groups.SelectMany(UsageLines.DescribeGroup))
        {
            yield return "  " + line;
        }
    }

    private static ReportItem CreateItem(string run, GroupUsage usage, int index) =>
        ReportItem
            .Create(usage.Group.Name, ("item", "usage"), ("run_id", run), ("group_index", index))
            .WithColumns([.. UsageColumns.All.Select(column => (column.Name, column.Get(usage)))]);
}
