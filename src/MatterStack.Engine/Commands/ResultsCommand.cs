using MatterStack.Engine.Commands.Hosting;
using MatterStack.Engine.Commands.Reporting;
using MatterStack.Engine.Lifecycle.Model;
using MatterStack.Engine.Problems;
using MatterStack.Engine.Reports.Tables;
using MatterStack.Engine.Runs;

namespace MatterStack.Engine.Commands;

/// <summary>Shows or writes a table of the results of runs: a row per task.</summary>
internal static class ResultsCommand
{
    private const string Parquet = "parquet";

    // Each item crosses from the task to MSBuild with all its values.
    private const int MaxItems = 1000;

    public static CommandResult Execute(CommandContext context) =>
        context.RunGuarded(() =>
        {
            if (
                !DocumentStream
                    .FindFormat(context, DocumentOutput.Table, DocumentOutput.Csv, DocumentOutput.Json, Parquet)
                    .TryGet(out var format, out var problems)
            )
            {
                return context.ReportFailure(problems);
            }

            if (format == Parquet && context.Arguments.OutputFile is null)
            {
                return context.ReportFailure([
                    new Problem(
                        RunCodes.InvalidArgument,
                        "Format is 'parquet', and OutputFile is not given",
                        "A Parquet file cannot be printed: give -p:OutputFile=FILE.parquet."
                    ),
                ]);
            }

            if (!ChosenRuns.OpenRuns(context).TryGet(out var runs, out problems))
            {
                return context.ReportFailure(problems);
            }

            try
            {
                context.ReportProblems(problems);
                return WriteTable(context, runs, format);
            }
            finally
            {
                foreach (var run in runs)
                {
                    run.Dispose();
                }
            }
        });

    private static CommandResult WriteTable(CommandContext context, IReadOnlyList<TableRun> runs, string format)
    {
        var table = new ResultTable(runs);
        table.FindColumns();
        var shownRuns = runs.Count(static run => run.SelectionProblems.Count == 0);
        var items = new List<ReportItem>();
        using var json = new JsonRow(table.Columns);
        if (format == Parquet)
        {
            DocumentStream.WriteFile(context, file =>
            {
                using var writer = new ParquetTableWriter(file);
                Write(writer);
            });
        }
        else
        {
            DocumentStream.WriteText(context, format == DocumentOutput.Table ? "  " : "", text =>
            {
                using ITableWriter writer = format switch
                {
                    DocumentOutput.Csv => new CsvTableWriter(text),
                    DocumentOutput.Json => new JsonTableWriter(text),
                    _ => new TextTableWriter(text, context.Host.ReadLineWidth() - 2),
                };
                Write(writer);
            });
        }

        if (context.Arguments.OutputFile is { } output)
        {
            context.Log.Info(
                $"{context.Workspace.Slug}: {CountText.FormatCount(table.Columns.Rows, "row")} with "
                    + $"{CountText.FormatCount(table.Columns.All.Count, "column")} of {CountText.FormatCount(shownRuns, "run")} -> {output}"
            );
        }

        return new CommandResult(
            true,
            [
                ReportItem.Create(
                    context.Arguments.OutputFile ?? "results",
                    ("item", "results"),
                    ("format", format),
                    ("runs", shownRuns),
                    ("rows", table.Columns.Rows),
                    ("columns", table.Columns.All.Count),
                    ("path", context.Arguments.OutputFile)
                ),
                .. items,
            ]
        );

        void Write(ITableWriter writer) => table.Write(writer, (run, row, values) =>
            {
                if (items.Count < MaxItems)
                {
                    items.Add(
                        ReportItem.Create(
                            row.TaskId.Value,
                            ("item", "row"),
                            ("run_id", run),
                            ("task_id", row.TaskId),
                            ("state", row.State.ToText()),
                            ("row", json.Format(values))
                        )
                    );
                }
            });
    }
}
