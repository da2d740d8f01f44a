using MatterStack.Engine.Commands.Hosting;
using MatterStack.Engine.Commands.Reporting;
using MatterStack.Engine.Identity;
using MatterStack.Engine.Lifecycle.Model;
using MatterStack.Engine.Problems;
using MatterStack.Engine.Reports.Comparison;
using MatterStack.Engine.Runs;
using MatterStack.Engine.Runs.Store;
using MatterStack.Engine.Runs.Store.Sqlite;
using MatterStack.Engine.Wiring.Resolving;

namespace MatterStack.Engine.Commands;

/// <summary>Compares two runs of the workspace: tasks, results, inputs, program and wiring.</summary>
internal static class CompareRunsCommand
{
    // Each item crosses from the task to MSBuild with all its values.
    private const int MaxItems = 1000;

    public static CommandResult Execute(CommandContext context) =>
        context.RunGuarded(() =>
        {
            if (
                !DocumentStream
                    .FindFormat(context, DocumentOutput.Table, DocumentOutput.Csv, DocumentOutput.Json)
                    .TryGet(out var format, out var problems) || !FindRuns(context).TryGet(out var pair, out problems)
            )
            {
                return context.ReportFailure(problems);
            }

            using var before = new RunReader(pair.Before);
            using var after = new RunReader(pair.After);
            return FindSelected(context, before, after).TryGet(out var selected, out problems)
                ? Compare(context, format, before, after, selected)
                : context.ReportFailure(problems);
        });

    private static CommandResult Compare(
        CommandContext context,
        string format,
        RunReader before,
        RunReader after,
        IReadOnlySet<TaskId>? selected
    )
    {
        var runs = new ComparedRuns(before.RunRow, after.RunRow, context.Arguments.Tolerance)
        {
            Wiring = CompareWirings(context, before.Run, after.Run),
            ProgramBefore = before.FindProgram()?.Hash,
            ProgramAfter = after.FindProgram()?.Hash,
        };
        var comparer = new RunComparer(runs.Tolerance, new PartComparer(runs.ProgramBefore, runs.ProgramAfter));
        var items = new List<ReportItem>();
        DocumentStream.WriteText(context, format == DocumentOutput.Table ? "  " : "", text =>
        {
            using IComparisonWriter writer = format switch
            {
                DocumentOutput.Csv => new ComparisonCsv(text),
                DocumentOutput.Json => new ComparisonJson(text),
                _ => new ComparisonText(text),
            };
            writer.Begin(runs);
            StoreConnection.GuardOutput(after.Run.StoreFile, () =>
            {
                foreach (var task in comparer.Compare(ReadTasks(before, selected), ReadTasks(after, selected)))
                {
                    writer.WriteTask(task);
                    if (items.Count < MaxItems)
                    {
                        items.Add(CreateItem(task));
                    }
                }

                return true;
            });
            writer.End(comparer);
        });
        return Conclude(context, runs, comparer, items);
    }

    private static CommandResult Conclude(CommandContext context, ComparedRuns runs, RunComparer comparer, List<ReportItem> items)
    {
        if (context.Arguments.OutputFile is { } output)
        {
            context.Log.Info($"{context.Workspace.Slug}: comparison of run {runs.Before.RunId} and run {runs.After.RunId} -> {output}");
        }

        var differ = runs.HasDifferences || comparer.HasDifferences;
        if (differ)
        {
            context.Log.Report(
                Problem.Create(
                    RunCodes.RunsDiffer,
                    $"Run {runs.After.RunId} differs from run {runs.Before.RunId}: {comparer.Added} added, {comparer.Gone} gone and "
                        + $"{CountText.FormatCount(comparer.Different, "different task")}{DescribeRest(runs)}"
                )
            );
        }

        return new CommandResult(
            !differ,
            [
                ReportItem.Create(
                    $"{runs.Before.RunId}..{runs.After.RunId}",
                    ("item", "comparison"),
                    ("before", runs.Before.RunId),
                    ("after", runs.After.RunId),
                    ("differ", differ ? "true" : "false"),
                    ("added", comparer.Added),
                    ("gone", comparer.Gone),
                    ("different", comparer.Different),
                    ("equal", comparer.Equal),
                    ("wiring_differences", runs.Wiring?.Count),
                    ("program_differs", runs.IsProgramDifferent ? "true" : "false"),
                    ("path", context.Arguments.OutputFile)
                ),
                .. items,
            ]
        );
    }

    private static string DescribeRest(ComparedRuns runs) =>
        !runs.HasDifferences
            ? ""
            : (runs.Wiring is { Count: > 0 and var count } ? $", {CountText.FormatCount(count, "field")} of the wiring" : "")
                + (runs.IsProgramDifferent ? ", the program" : "");

    private static ReportItem CreateItem(TaskDifference task) =>
        ReportItem.Create(
            task.Task.Value,
            ("item", "task"),
            ("task_id", task.Task),
            ("change", task.Change.ToText()),
            ("state_before", task.Before?.ToText()),
            ("state_after", task.After?.ToText()),
            ("results_differing", task.ValueCount),
            ("results", string.Join("; ", task.Values.Select(static value => value.Name))),
            ("files", string.Join("; ", task.Files.Select(static file => file.Name))),
            ("fingerprint", string.Join("; ", task.Parts.Select(static part => part.Name)))
        );

    private static IEnumerable<ComparedTask> ReadTasks(RunReader reader, IReadOnlySet<TaskId>? selected) =>
        selected is null ? reader.ReadComparedTasks() : reader.ReadComparedTasks().Where(task => selected.Contains(task.TaskId));

    /// <summary>Finds the two runs. Without <c>With</c>, the run before the other one is the first of them.</summary>
    private static Result<(RunFolder Before, RunFolder After)> FindRuns(CommandContext context)
    {
        if (!context.Runs.FindRun(context.Arguments.RunId).TryGet(out var run, out var problems))
        {
            return Result<(RunFolder, RunFolder)>.Fail(problems);
        }

        if (context.Arguments.With is { } with)
        {
            return !context.Runs.FindRun(with).TryGet(out var other, out problems) ? Result<(RunFolder, RunFolder)>.Fail(problems)
                : other.Id == run.Id
                    ? new Problem(
                        RunCodes.InvalidArgument,
                        $"RunId and With both name run {run.Id}",
                        "Give two runs; -t:ListRuns lists them."
                    )
                : (run, other);
        }

        return context.Runs.ListRuns().LastOrDefault(one => string.CompareOrdinal(one.Id.Value, run.Id.Value) < 0) is { } earlier
            ? (earlier, run)
            : new Problem(
                RunCodes.InvalidArgument,
                $"With is not given, and there is no run before run {run.Id}",
                "Give -p:With=ID; -t:ListRuns lists the runs."
            );
    }

    // A task counts if one of the runs selects it: states differ.
    private static Result<IReadOnlySet<TaskId>?> FindSelected(CommandContext context, RunReader before, RunReader after)
    {
        if (context.Arguments.Select is not { } selection)
        {
            return Result<IReadOnlySet<TaskId>?>.Ok(null, []);
        }

        var (old, @new) = (before.SelectTasks(selection), after.SelectTasks(selection));
        if (!old.IsSuccess && !@new.IsSuccess)
        {
            return Result<IReadOnlySet<TaskId>?>.Fail(@new.Problems);
        }

        var selected = new HashSet<TaskId>();
        foreach (var found in new[] { old, @new }.Where(static found => found.IsSuccess))
        {
            selected.UnionWith(found.Value);
        }

        return Result<IReadOnlySet<TaskId>?>.Ok(selected, []);
    }

    private static IReadOnlyList<WiringDifference>? CompareWirings(CommandContext context, RunFolder before, RunFolder after)
    {
        var (old, @new) = (context.Wirings.LoadPersisted(before.Path), context.Wirings.LoadPersisted(after.Path));
        if (old.IsSuccess && @new.IsSuccess)
        {
            return WiringDiff.Compare(old.Value.Operators, @new.Value.Operators);
        }

        // A damaged wiring does not hide that results differ.
        foreach (var unreadable in new[] { old, @new }.Where(static wiring => !wiring.IsSuccess))
        {
            context.ReportProblems(unreadable.Problems.Select(static problem => problem.AsWarning()));
        }

        return null;
    }
}
