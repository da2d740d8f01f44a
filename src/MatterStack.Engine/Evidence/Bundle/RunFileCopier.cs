using System.Runtime.ExceptionServices;
using MatterStack.Engine.Problems;
using MatterStack.Engine.Reports;
using MatterStack.Engine.Runs;

namespace MatterStack.Engine.Evidence.Bundle;

/// <summary>
/// Copies the inputs and attempt files of a run into a bundle. It follows no link out of the run, and copies an output only if it still has
/// the recorded hash.
/// </summary>
internal sealed class RunFileCopier(RunFolder run, BundleFolder bundle, List<Problem> warnings)
{
    // The limit keeps the list of warnings readable if many files are missing.
    public const int MaxWarnings = 20;

    // Most of the time goes into creating files, and file systems create several at once.
    private const int MaxParallelCopies = 4;

    public void CopyFiles(RecordedRun story, BundleWriter writer)
    {
        var inputs = new AttemptFileCopier(run, bundle);
        foreach (var input in RunInput.ReadInputs(story.Reader).DistinctBy(i => i.Row.SnapshotRelpath))
        {
            inputs.CopyRecorded(input.Row.SnapshotRelpath!, input.Row.Sha256, $"Input '{input.Row.Path}'");
        }

        AddWarnings(inputs.Warnings);
        try
        {
            // One thread at a time reads the store. AsOrdered keeps the warnings in the order of the attempts.
            foreach (
                var left in story
                    .ReadTasks()
                    .SelectMany(t => t.Attempts, (task, attempt) => (task, attempt))
                    .AsParallel()
                    .AsOrdered()
                    .WithDegreeOfParallelism(Math.Min(MaxParallelCopies, Environment.ProcessorCount + 1))
                    .Select(a => CopyAttempt(a.task, a.attempt, writer))
            )
            {
                AddWarnings(left);
            }
        }
        catch (AggregateException e)
        {
            ExceptionDispatchInfo.Throw(e.InnerExceptions[0]);
        }
    }

    private IReadOnlyList<Problem> CopyAttempt(RecordedTask task, RecordedAttempt attempt, BundleWriter writer)
    {
        var files = new AttemptFileCopier(run, bundle);
        files.CopyAttempt(attempt);
        bundle.WriteFile($"{attempt.Row.RelativePath}/{BundleNames.AttemptManifest}", writer.CreateAttemptManifest(task.Row, attempt));
        return attempt.ResultsFault is not { } fault
            ? files.Warnings
            :
            [
                .. files.Warnings,
                Problem
                    .Create(
                        EvidenceCodes.ResultsAsText,
                        $"The results of attempt {attempt.Row.AttemptId} of task {task.Row.TaskId} are not valid JSON: {fault}"
                    )
                    .AsWarning(),
            ];
    }

    private void AddWarnings(IReadOnlyList<Problem> left) => warnings.AddRange(left.Take(MaxWarnings - warnings.Count));
}
