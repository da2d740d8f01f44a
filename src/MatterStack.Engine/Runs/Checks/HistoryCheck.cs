using System.Globalization;
using MatterStack.Engine.Identity;
using MatterStack.Engine.Lifecycle.Model;
using MatterStack.Engine.Problems;
using MatterStack.Engine.Runs.Store;

namespace MatterStack.Engine.Runs.Checks;

/// <summary>Checks that what decides about the next attempt of a task follows from the ends of its attempts.</summary>
/// <param name="reader">The run.</param>
/// <param name="file">Its store, as the position of problems.</param>
internal sealed class HistoryCheck(RunReader reader, string file)
{
    private readonly List<Problem> _problems = [];

    /// <summary>Checks the histories of all tasks.</summary>
    public IReadOnlyList<Problem> CheckHistories(ILookup<TaskId, AttemptRow> attemptsOf)
    {
        try
        {
            foreach (var (task, _, history) in reader.ReadHistories())
            {
                var ended = attemptsOf[task]
                    .Where(static attempt => attempt.EndedAt is not null && attempt.State != AttemptStatus.Completed)
                    .ToList();
                // A person's retry starts the counts anew, so there may be more ends than counted.
                CheckCount(task, "failures", history.OwnFailures + history.InfrastructureFailures, ended.Count);
                CheckCount(
                    task,
                    "ends from outside",
                    history.InfrastructureFailures,
                    ended.Count(static attempt => EndCauseText.IsInfrastructure(attempt.EndCause))
                );
                CheckCount(task, "growths of memory", history.MemoryGrowths, CountEnds(ended, EndCause.OutOfMemory));
                CheckCount(task, "growths of the time limit", history.TimeGrowths, CountEnds(ended, EndCause.TimeLimit));
            }
        }
        catch (FormatException e)
        {
            AddProblem(e.Message);
        }

        return _problems;
    }

    private static int CountEnds(List<AttemptRow> ended, EndCause cause) => ended.Count(attempt => attempt.EndCause == cause);

    private void CheckCount(TaskId task, string what, int counted, int recorded)
    {
        if (counted > recorded)
        {
            AddProblem(
                string.Create(CultureInfo.InvariantCulture, $"Task {task} counts {counted} {what}, and its attempts have {recorded}")
            );
        }
    }

    private void AddProblem(string what) => _problems.Add(Problem.Create(RunCodes.RecordsContradict, what, new SourcePosition(file)));
}
