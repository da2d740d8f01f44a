using MatterStack.Engine.Files;
using MatterStack.Engine.Runs;
using MatterStack.Engine.Runs.Store;

namespace MatterStack.Engine.Reports;

/// <summary>Files of the folder that a report is written to, by relative path. The paths are the same in a run and in its bundle.</summary>
/// <param name="root">Folder of the files.</param>
internal abstract class ReportFiles(string root)
{
    /// <summary>Folder of the files.</summary>
    public string Root => root;

    /// <summary>Removes secrets from log excerpts; null removes nothing.</summary>
    public Func<string, string>? RedactSecrets { get; init; }

    /// <summary>Lists the files among <see cref="RecordedAttemptFiles.All"/> that an attempt has.</summary>
    public abstract IReadOnlyCollection<string> ListAttemptFiles(AttemptRow attempt);

    /// <summary>Returns the full path of a file; null if it does not exist or lies outside the folder.</summary>
    public abstract string? FindFile(string path);

    /// <summary>Files of a run. The run may be active, and files may have been changed.</summary>
    public static ReportFiles Create(RunFolder run, Func<string, string>? hide) => new RunReportFiles(run.Path) { RedactSecrets = hide };

    private sealed class RunReportFiles(string root) : ReportFiles(root)
    {
        public override IReadOnlyCollection<string> ListAttemptFiles(AttemptRow attempt)
        {
            var folder = Path.Combine(Root, attempt.RelativePath);
            return Directory.Exists(folder) && RelativePath.StaysInside(Root, folder)
                ? Directory
                    .EnumerateFiles(folder)
                    .Where(f => new FileInfo(f).LinkTarget is null && FileKind.FindKind(f) is not { Names: > 1 })
                    .Select(f => Path.GetFileName(f))
                    .ToHashSet(StringComparer.Ordinal)
                : [];
        }

        public override string? FindFile(string path)
        {
            var file = Path.Combine(Root, path);
            return File.Exists(file) && RelativePath.StaysInside(Root, file) ? file : null;
        }
    }
}
