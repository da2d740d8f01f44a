using MatterStack.Engine.Caching;
using MatterStack.Engine.Campaigns.Declarations.Fields;
using MatterStack.Engine.Identity;
using MatterStack.Engine.Lifecycle.Model;
using MatterStack.Engine.Problems;
using MatterStack.Engine.Runs.Store;

namespace MatterStack.Engine.Runs.Checks;

/// <summary>Checks that attempts with cached results name the executed attempt that they came from, and that both have the same
/// fingerprint.</summary>
internal static class CachedAttemptCheck
{
    public static IEnumerable<Problem> CheckAttempts(
        IEnumerable<AttemptRow> attempts,
        IReadOnlyDictionary<TaskId, TaskRow> tasks,
        string at
    ) =>
        from attempt in attempts
        where attempt.CachedFrom is not null || attempt.Origin is not null
        from wrong in FindViolations(attempt, tasks.GetValueOrDefault(attempt.TaskId))
        select Problem.Create(
            RunCodes.RecordsContradict,
            $"Attempt {attempt.AttemptId} of task {attempt.TaskId} has its result from the cache, and {wrong}",
            new SourcePosition(at)
        );

    private static IEnumerable<string> FindViolations(AttemptRow attempt, TaskRow? task)
    {
        if (
            attempt is not { CachedFrom: { } from, Origin: { } origin, FingerprintParts: { } parts }
            || Fingerprint.Parse(parts) is not { } fingerprint
        )
        {
            yield return "its origin is not recorded";
            yield break;
        }

        if (
            attempt.State != AttemptStatus.Completed
            || attempt.ExternalId is not null
            || attempt.SubmittedAt is not null
            || attempt.ExitCode is not null
        )
        {
            yield return $"is {attempt.State.ToText()} as if it had been executed";
        }

        if (from != $"{origin.RunId}/{origin.AttemptId}/{fingerprint.Hash}")
        {
            yield return $"names '{from}', but its recorded origin is attempt {origin.AttemptId} of run {origin.RunId} with the "
                + $"fingerprint {fingerprint.Hash}";
        }

        if (origin.OperatorSha256 != attempt.OperatorSha256.Hex)
        {
            yield return $"has the operator hash {attempt.OperatorSha256}; the executed attempt has {origin.OperatorSha256}";
        }

        foreach (
            var (name, hash) in new[]
            {
                ("task", Sha256.ComputeTextHash(attempt.TaskId.Value)),
                ("operator", attempt.OperatorSha256),
                ("command", Sha256.ComputeTextHash(TaskFields.NormalizeCommand(task?.Command ?? ""))),
            }
        )
        {
            if (fingerprint.Parts.FirstOrDefault(p => p.Name == name).Hash != hash)
            {
                yield return $"its fingerprint has another {name}";
            }
        }
    }
}
