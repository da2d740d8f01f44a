using MatterStack.Engine.Identity;
using MatterStack.Engine.Problems;
using MatterStack.Engine.Runs.Store;

namespace MatterStack.Engine.Runs.Checks;

/// <summary>Checks that files which a run says it has published are outputs of its attempts.</summary>
internal static class PublishedCheck
{
    /// <param name="rows">Files that are published.</param>
    /// <param name="attempts">All attempts.</param>
    /// <param name="readOutputs">Reads the outputs of all attempts; called only if something is published.</param>
    /// <param name="at">File of the records, as the position of problems.</param>
    public static IReadOnlyList<Problem> CheckFiles(
        IReadOnlyList<PublishedRow> rows,
        IEnumerable<AttemptRow> attempts,
        Func<IEnumerable<OutputRow>> readOutputs,
        string at
    )
    {
        if (rows.Count == 0)
        {
            return [];
        }

        var wanted = rows.Select(static row => row.PublishedAttempt).OfType<AttemptId>().ToHashSet();
        var tasks = attempts
            .Where(attempt => wanted.Contains(attempt.AttemptId))
            .DistinctBy(static attempt => attempt.AttemptId)
            .ToDictionary(static attempt => attempt.AttemptId, static attempt => attempt.TaskId);
        var outputs = readOutputs()
            .Where(output => wanted.Contains(output.AttemptId))
            .DistinctBy(static output => (output.AttemptId, output.Path))
            .ToDictionary(static output => (output.AttemptId, output.Path));
        return
        [
            .. from row in rows
            let fault = FindFault(row)
            where fault is not null
            select Problem.Create(
                RunCodes.RecordsContradict,
                $"Task {row.Task} published '{row.Output}' to '{row.Path}', {fault}",
                new SourcePosition(at)
            ),
        ];

        string? FindFault(PublishedRow row) =>
            row.PublishedAttempt is not { } attempt || tasks.GetValueOrDefault(attempt) != row.Task ? "and no attempt of this task"
            : outputs.GetValueOrDefault((attempt, row.Output)) is not { } output ? $"which is no output of attempt {attempt}"
            : output.Sha256 != row.PublishedContent || output.Size != row.PublishedSize
                ? $"with other content than that of attempt {attempt}"
            : null;
    }
}
