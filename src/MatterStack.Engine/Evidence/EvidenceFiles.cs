using System.Runtime.ExceptionServices;
using MatterStack.Engine.Problems;
using MatterStack.Engine.Runs;

namespace MatterStack.Engine.Evidence;

/// <summary>Copies what a run's folder holds of inputs and attempts into a bundle. Nothing is followed out of the run, and no output is taken for one that was recorded unless it is.</summary>
internal sealed class EvidenceFiles(RunFolder run, BundleFolder bundle, List<Problem> warnings)
{
    // However much is gone, what is said of it stays readable.
    public const int MostWarnings = 20;

    // Making files is most of the work, and a file system makes several at once.
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
            // The store is read by one thread at a time; what is said comes in the order of the attempts.
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
            : [.. files.Left, Problem.Of(EvidenceCodes.ResultsAsText, $"The results of attempt {attempt.Row.AttemptId} of task {task.Row.TaskId} are not valid JSON: {fault}").AsWarning()];
    }

    private void Warn(IReadOnlyList<Problem> left) => warnings.AddRange(left.Take(MostWarnings - warnings.Count));
}
