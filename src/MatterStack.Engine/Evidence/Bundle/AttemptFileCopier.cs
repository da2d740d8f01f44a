using MatterStack.Engine.Files;
using MatterStack.Engine.Identity;
using MatterStack.Engine.Problems;
using MatterStack.Engine.Reports;
using MatterStack.Engine.Runs;

namespace MatterStack.Engine.Evidence.Bundle;

/// <summary>Copies the files of one attempt into a bundle and collects warnings about files that are left out.</summary>
internal sealed class AttemptFileCopier(RunFolder run, BundleFolder bundle)
{
    private static readonly HashSet<string> AttemptFiles = new(RecordedAttemptFiles.All, StringComparer.Ordinal);
    private readonly List<Problem> _warnings = [];
    private readonly HashSet<string> _insideFolders = new(StringComparer.Ordinal);

    /// <summary>Warnings about files that are left out.</summary>
    public IReadOnlyList<Problem> Warnings => _warnings;

    public void CopyAttempt(RecordedAttempt attempt)
    {
        var folder = Path.Combine(run.Path, attempt.Row.RelativePath);
        if (!Directory.Exists(folder))
        {
            foreach (var output in attempt.Outputs)
            {
                AddWarning($"Output '{output.Path}' of {DescribeAttempt(attempt)} is missing", folder);
            }

            return;
        }

        if (!RelativePath.StaysInside(run.Path, folder))
        {
            AddWarning($"The folder of {DescribeAttempt(attempt)} is a link that leads out of the run", folder);
            return;
        }

        _insideFolders.Add(folder);
        foreach (
            var source in Directory
                .EnumerateFiles(folder)
                .Where(f => AttemptFiles.Contains(Path.GetFileName(f)))
                .Order(StringComparer.Ordinal)
        )
        {
            var name = Path.GetFileName(source);
            if (new FileInfo(source).LinkTarget is not null)
            {
                AddWarning($"'{name}' of {DescribeAttempt(attempt)} is a link", source);
            }
            else if (FileKind.FindKind(source) is { IsRegular: true, Names: > 1 })
            {
                AddWarning($"'{name}' of {DescribeAttempt(attempt)} has a second name (a hard link)", source);
            }
            else
            {
                TryCopy($"{attempt.Row.RelativePath}/{name}", source, $"'{name}' of {DescribeAttempt(attempt)}");
            }
        }

        foreach (var output in attempt.Outputs)
        {
            CopyRecorded(
                $"{attempt.Row.RelativePath}/{AttemptLayout.WorkPrefix}{output.Path}",
                output.Sha256,
                $"Output '{output.Path}' of {DescribeAttempt(attempt)}"
            );
        }
    }

    /// <summary>Copies a file under its path inside the run, if it still has the recorded hash.</summary>
    public void CopyRecorded(string path, Sha256 hash, string what)
    {
        var source = Path.Combine(run.Path, path);
        if (!File.Exists(source))
        {
            AddWarning($"{what} is missing", source);
        }
        else if (!StaysInside(source))
        {
            AddWarning($"{what} is a link that leads out of the run", source);
        }
        else if (TryCopy(path, source, what) is { } copied && copied.Hash != hash)
        {
            bundle.RemoveFile(path);
            AddWarning($"{what} differs from the record", source);
        }
    }

    private static string DescribeAttempt(RecordedAttempt attempt) => $"attempt {attempt.Row.AttemptId} of task {attempt.Row.TaskId}";

    // Each folder is checked once, whatever the number of its files.
    private bool StaysInside(string source)
    {
        var folder = Path.GetDirectoryName(source)!;
        return (_insideFolders.Contains(folder) || (RelativePath.StaysInside(run.Path, folder) && _insideFolders.Add(folder)))
            && (new FileInfo(source).LinkTarget is null || RelativePath.StaysInside(run.Path, source));
    }

    // A named pipe in place of a file causes an IOException.
    private BundleFile? TryCopy(string name, string source, string what)
    {
        try
        {
            return bundle.CopyFile(name, source);
        }
        catch (IOException e) when (!DiskErrors.IsDiskError(e))
        {
            AddWarning($"{what}: {e.Message}", source);
            return null;
        }
    }

    private void AddWarning(string what, string file) =>
        _warnings.Add(Problem.Create(EvidenceCodes.FileLeftOut, what, new SourcePosition(file)).AsWarning());
}
