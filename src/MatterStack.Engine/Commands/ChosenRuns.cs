using MatterStack.Engine.Commands.Hosting;
using MatterStack.Engine.Problems;
using MatterStack.Engine.Reports.Tables;
using MatterStack.Engine.Runs;

namespace MatterStack.Engine.Commands;

/// <summary>Finds the runs that the arguments <c>Runs</c> and <c>RunId</c> name.</summary>
internal static class ChosenRuns
{
    private const string All = "all";
    private const string Current = "current";

    // MSBuild itself cuts at a semicolon, so people write what passes.
    private static readonly char[] Separators = [',', ';', ' ', '\t', '\r', '\n'];

    /// <summary>Opens the runs, oldest first.</summary>
    /// <returns>The runs; warnings about runs of <c>Runs=all</c> that cannot be read.</returns>
    public static Result<IReadOnlyList<TableRun>> OpenRuns(CommandContext context)
    {
        if (context.Arguments is { Runs: not null, RunId: not null })
        {
            return new Problem(RunCodes.InvalidArgument, "Both Runs and RunId are given", "Give one of them.");
        }

        var words = (context.Arguments.Runs ?? context.Arguments.RunId ?? Current).Split(Separators, StringSplitOptions.RemoveEmptyEntries);
        var isAll = words.Any(static word => word.Equals(All, StringComparison.OrdinalIgnoreCase));
        if (isAll && words.Length > 1)
        {
            return new Problem(
                RunCodes.InvalidArgument,
                $"Runs is '{UntrustedText.ToLine(context.Arguments.Runs)}'",
                "Give 'all' alone, or the ids of runs."
            );
        }

        if (!FindRuns(context, words, isAll).TryGet(out var found, out var problems))
        {
            return Result<IReadOnlyList<TableRun>>.Fail(problems);
        }

        var opened = new List<TableRun>();
        try
        {
            return OpenAll(context, found, isAll, opened);
        }
        catch
        {
            DisposeAll(opened);
            throw;
        }
    }

    private static Result<IReadOnlyList<RunFolder>> FindRuns(CommandContext context, string[] words, bool isAll)
    {
        if (isAll && context.Runs.ListRuns() is { Count: > 0 } all)
        {
            return Result<IReadOnlyList<RunFolder>>.Ok(all, []);
        }

        var found = new SortedDictionary<string, RunFolder>(StringComparer.Ordinal);
        foreach (var word in isAll ? [Current] : words.DefaultIfEmpty(Current))
        {
            var isCurrent = word.Equals(Current, StringComparison.OrdinalIgnoreCase);
            if (!context.Runs.FindRun(isCurrent ? null : word).TryGet(out var run, out var problems))
            {
                return Result<IReadOnlyList<RunFolder>>.Fail(problems);
            }

            found[run.Id.Value] = run;
        }

        return Result<IReadOnlyList<RunFolder>>.Ok([.. found.Values], []);
    }

    private static Result<IReadOnlyList<TableRun>> OpenAll(
        CommandContext context,
        IReadOnlyList<RunFolder> found,
        bool isAll,
        List<TableRun> opened
    )
    {
        var warnings = new List<Problem>();
        foreach (var run in found)
        {
            try
            {
                opened.Add(new TableRun(run, context.Arguments.Select));
            }
            // One damaged run does not hide the others.
            catch (Exception e) when (isAll && e is ProblemException or IOException or UnauthorizedAccessException)
            {
                warnings.AddRange(
                    (
                        (e as ProblemException)?.Problems
                        ??
                        [
                            Problem.Create(
                                RunCodes.StoreUnusable,
                                $"Run {run.Id} cannot be read: {e.Message}",
                                new SourcePosition(run.Path)
                            ),
                        ]
                    ).Select(static problem => problem.AsWarning())
                );
            }
        }

        if (opened.Count == 0)
        {
            return Result<IReadOnlyList<TableRun>>.Fail([
                .. warnings,
                Problem.Create(RunCodes.NoSuchRun, $"No run in {context.Runs.Path} can be read"),
            ]);
        }

        if (opened.All(static run => run.SelectionProblems.Count > 0))
        {
            var problems = opened[^1].SelectionProblems;
            DisposeAll(opened);
            return Result<IReadOnlyList<TableRun>>.Fail(problems);
        }

        return Result<IReadOnlyList<TableRun>>.Ok(opened, warnings);
    }

    private static void DisposeAll(List<TableRun> runs) => runs.ForEach(static run => run.Dispose());
}
