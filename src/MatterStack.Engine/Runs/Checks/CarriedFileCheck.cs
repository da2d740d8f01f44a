using MatterStack.Engine.Identity;
using MatterStack.Engine.Lifecycle.Model;
using MatterStack.Engine.Problems;
using MatterStack.Engine.Runs.Store;

namespace MatterStack.Engine.Runs.Checks;

/// <summary>Checks that files which attempts carried on from come from earlier attempts of the same task.</summary>
internal static class CarriedFileCheck
{
    /// <param name="attemptsOf">All attempts by task.</param>
    /// <param name="at">File of the records, as the position of problems.</param>
    public static IEnumerable<Problem> CheckAttempts(ILookup<TaskId, AttemptRow> attemptsOf, string at) =>
        from task in attemptsOf
        let byId = task.GroupBy(static attempt => attempt.AttemptId).ToDictionary(static same => same.Key, static same => same.First())
        from attempt in task
        from file in attempt.Carried
        where FindViolation(attempt, byId.GetValueOrDefault(file.Origin)) is not null
        select Problem.Create(
            RunCodes.RecordsContradict,
            $"Attempt {attempt.AttemptId} of task {attempt.TaskId} carried '{file.Path}' on from attempt {file.Origin}, "
                + FindViolation(attempt, byId.GetValueOrDefault(file.Origin)),
            new SourcePosition(at)
        );

    private static string? FindViolation(AttemptRow attempt, AttemptRow? origin) =>
        origin is null ? "which is no attempt of this task"
        : origin.AttemptIndex >= attempt.AttemptIndex ? "which is not an earlier one"
        : origin.State is AttemptStatus.Completed ? "which had completed"
        : null;
}
