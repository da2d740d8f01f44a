using MatterStack.Engine.Files;
using MatterStack.Engine.Problems;
using MatterStack.Engine.Runs;

namespace MatterStack.Engine.Evidence;

/// <summary>Copies what a run's folder holds of inputs and attempts into a bundle. Nothing is followed out of the run, and no output is taken for one that was recorded unless it is.</summary>
internal sealed class EvidenceFiles(RunFolder run, BundleFolder bundle, List<Problem> warnings)
{
    // However much is gone, what is said of it stays readable.
    private const int MostWarnings = 20;

    public void Copy(RunStory story, Bundle writer)
    {
        foreach (var input in RunInput.Of(story.Reader).DistinctBy(i => i.Row.SnapshotRelpath))
        {
            Recorded(input.Row.SnapshotRelpath!, input.Row.SnapshotRelpath!, input.Row.Sha256, $"Input '{input.Row.Path}'");
        }

        foreach (var task in story.Tasks())
        {
            foreach (var attempt in task.Attempts)
            {
                Copy(attempt);
                bundle.Write($"{attempt.Row.RelativePath}/{BundleNames.AttemptManifest}", writer.OfAttempt(task.Row, attempt));
            }
        }
    }

    private void Copy(AttemptStory attempt)
    {
        var folder = attempt.Row.RelativePath;
        if (!Directory.Exists(Path.Combine(run.Path, folder)))
        {
            foreach (var output in attempt.Outputs)
            {
                Left($"Output '{output.Path}' of {Name(attempt)} is gone", Path.Combine(run.Path, folder));
            }

            return;
        }

        if (!RelativePath.StaysInside(run.Path, Path.Combine(run.Path, folder)))
        {
            Left($"The folder of {Name(attempt)} leads out of the run", Path.Combine(run.Path, folder));
            return;
        }

        foreach (var name in BundleNames.OfAttempt)
        {
            var source = Path.Combine(run.Path, folder, name);
            var info = new FileInfo(source);
            if (info.LinkTarget is not null)
            {
                Left($"'{name}' of {Name(attempt)} is a link", source);
            }
            else if (info.Exists)
            {
                Plain($"{folder}/{name}", source, $"'{name}' of {Name(attempt)}");
            }
        }

        foreach (var output in attempt.Outputs)
        {
            Recorded($"{folder}/work/{output.Path}", $"{folder}/work/{output.Path}", output.Sha256, $"Output '{output.Path}' of {Name(attempt)}");
        }
    }

    private static string Name(AttemptStory attempt) => $"attempt {attempt.Row.AttemptId} of task {attempt.Row.TaskId}";

    private void Plain(string name, string source, string what)
    {
        if (IsRegular(source, what))
        {
            bundle.Copy(name, source);
        }
    }

    private void Recorded(string name, string relative, string sha256, string what)
    {
        var source = Path.Combine(run.Path, relative);
        if (!File.Exists(source))
        {
            Left($"{what} is gone", source);
        }
        else if (!RelativePath.StaysInside(run.Path, source))
        {
            Left($"{what} leads out of the run", source);
        }
        else if (IsRegular(source, what) && bundle.Copy(name, source).Hash.Hex != sha256)
        {
            bundle.Drop(name);
            Left($"{what} is not what was recorded", source);
        }
    }

    // A named pipe would keep its reader waiting for ever.
    private bool IsRegular(string source, string what)
    {
        try
        {
            using var stream = RegularFile.OpenRead(source);
            return true;
        }
        catch (IOException e) when (!DiskTrouble.Is(e))
        {
            Left($"{what}: {e.Message}", source);
            return false;
        }
    }

    private void Left(string what, string file)
    {
        if (warnings.Count < MostWarnings)
        {
            warnings.Add(Problem.Of(EvidenceCodes.LeftOut, what, new SourcePosition(file)).AsWarning());
        }
    }
}
