using System.Runtime.ExceptionServices;
using MatterStack.Engine.Problems;
using MatterStack.Engine.Runs;

namespace MatterStack.Engine.Evidence;

/// <summary>
/// Copies the inputs and attempt files of a run into a bundle. It follows no link out of the run, and copies an output only if it still has
/// the recorded hash.
/// </summary>
internal sealed class EvidenceFiles(RunFolder run, BundleFolder bundle, List<Problem> warnings)
{
    // The limit keeps the list of warnings readable if many files are missing.
    public const int MostWarnings = 20;

    // Most of the time goes into creating files, and file systems create several at once.
    private const int AtOnce = 4;

    public void Copy(RunStory story, Bundle writer)
    {
        var inputs = new FilesOfOne(run, bundle);
        foreach (var input in RunInput.Of(story.Reader).DistinctBy(i => i.Row.SnapshotRelpath))
        {
            inputs.Recorded(input.Row.SnapshotRelpath!, input.Row.Sha256, $"Input '{input.Row.Path}'");
        }

        Warn(inputs.Left);
        try
        {
            // One thread at a time reads the store. AsOrdered keeps the warnings in the order of the attempts.
            foreach (var left in story.Tasks().SelectMany(t => t.Attempts, (task, attempt) => (task, attempt)).AsParallel().AsOrdered()
                .WithDegreeOfParallelism(Math.Min(AtOnce, Environment.ProcessorCount + 1)).Select(a => OfAttempt(a.task, a.attempt, writer)))
            {
                Warn(left);
            }
        }
        catch (AggregateException e)
        {
            ExceptionDispatchInfo.Throw(e.InnerExceptions[0]);
        }
    }

    private IReadOnlyList<Problem> OfAttempt(TaskStory task, AttemptStory attempt, Bundle writer)
    {
        var files = new FilesOfOne(run, bundle);
        files.Copy(attempt);
        bundle.Write($"{attempt.Row.RelativePath}/{BundleNames.AttemptManifest}", writer.OfAttempt(task.Row, attempt));
        return attempt.ResultsFault is not { } fault ? files.Left
            : [.. files.Left, Problem.Create(EvidenceCodes.ResultsAsText, $"The results of attempt {attempt.Row.AttemptId} of task {task.Row.TaskId} are not valid JSON: {fault}").AsWarning()];
    }

    private void Warn(IReadOnlyList<Problem> left) => warnings.AddRange(left.Take(MostWarnings - warnings.Count));
}
