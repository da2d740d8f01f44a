using System.Globalization;
using MatterStack.Engine.Lifecycle.Model;
using MatterStack.Engine.Problems;
using MatterStack.Engine.Runs.Store;

namespace MatterStack.Engine.Runs.Checks;

/// <summary>Checks that the iterations of a run are consecutive, that each was planned once and analyzed once, and that each has its
/// planned tasks.</summary>
internal static class IterationCheck
{
    public static IEnumerable<Problem> CheckIterations(IRunRecords reader, string at, IReadOnlyList<TaskRow> tasks)
    {
        var iterations = reader.ReadIterations().ToList();
        var wrong = new List<string>();
        if (!iterations.Select(i => i.Iteration).SequenceEqual(Enumerable.Range(0, iterations.Count).Select(i => (long)i)))
        {
            wrong.Add($"The iterations are numbered {string.Join(", ", iterations.Select(i => i.Iteration))}");
        }

        var counts = tasks.CountBy(t => t.Iteration).ToDictionary();
        foreach (var stray in counts.Keys.Except(iterations.Count == 0 ? [0] : iterations.Select(i => i.Iteration)))
        {
            wrong.Add(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{CountText.FormatCount(counts[stray], "task belongs", "tasks belong")} to iteration {stray}, "
                        + $"which the run does not have"
                )
            );
        }

        foreach (var iteration in iterations)
        {
            var last = iteration == iterations[^1];
            if (counts.GetValueOrDefault(iteration.Iteration) != iteration.Tasks)
            {
                wrong.Add(
                    $"Iteration {iteration.Iteration} was planned with {CountText.FormatCount(iteration.Tasks, "task")} and has "
                        + $"{counts.GetValueOrDefault(iteration.Iteration)}"
                );
            }

            if (iteration.AnalyzedAt is null != iteration.StateJson is null)
            {
                wrong.Add(
                    $"Iteration {iteration.Iteration} "
                        + $"{(iteration.StateJson is null ? "is analyzed without a state" : "has a state without an analysis")}"
                );
            }

            if (!last && iteration.AnalyzedAt is null)
            {
                wrong.Add($"Iteration {iteration.Iteration} was never analyzed although another follows");
            }

            if (last && iteration.AnalyzedAt is null && reader.State == RunState.Completed)
            {
                wrong.Add($"The run is COMPLETED although iteration {iteration.Iteration} was not analyzed");
            }
        }

        var told = reader.ReadEvents().Count(e => e.Kind == EventKinds.IterationEnded);
        if (told != iterations.Count(i => i.AnalyzedAt is not null))
        {
            wrong.Add(
                $"{CountText.FormatCount(told, "event says", "events say")} that an iteration ended, "
                    + $"but {CountText.FormatCount(iterations.Count(i => i.AnalyzedAt is not null), "iteration is", "iterations are")} "
                    + $"analyzed"
            );
        }

        return wrong.Select(what => Problem.Create(RunCodes.RecordsContradict, what, new SourcePosition(at)));
    }
}
