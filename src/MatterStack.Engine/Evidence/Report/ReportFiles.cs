using MatterStack.Engine.Files;
using MatterStack.Engine.Runs;

namespace MatterStack.Engine.Evidence.Report;

/// <summary>The files beside which a report lies, by their paths from there. They are the same in a run and in its bundle.</summary>
internal abstract class ReportFiles
{
    /// <summary>Which of <see cref="BundleNames.OfAttempt"/> an attempt has.</summary>
    public abstract IReadOnlyCollection<string> Of(AttemptRow attempt);

    /// <summary>Where to read a file; null if it is not there or may not be read.</summary>
    public abstract string? Find(string path);

    /// <summary>Those of a run: it may be going, and what lies there may have been changed.</summary>
    public static ReportFiles In(RunFolder run) => new OfRun(run.Path);

    /// <summary>Those of a bundle: what was left out of it is not there.</summary>
    public static ReportFiles In(BundleFolder bundle) => new OfBundle(bundle);

    private sealed class OfRun(string root) : ReportFiles
    {
        public override IReadOnlyCollection<string> Of(AttemptRow attempt)
        {
            var folder = Path.Combine(root, attempt.RelativePath);
            return Directory.Exists(folder) && RelativePath.StaysInside(root, folder)
                ? Directory.EnumerateFiles(folder).Where(f => new FileInfo(f).LinkTarget is null).Select(f => Path.GetFileName(f)).ToHashSet(StringComparer.Ordinal)
                : [];
        }

        public override string? Find(string path)
        {
            var file = Path.Combine(root, path);
            return File.Exists(file) && RelativePath.StaysInside(root, file) ? file : null;
        }
    }

    private sealed class OfBundle(BundleFolder bundle) : ReportFiles
    {
        public override IReadOnlyCollection<string> Of(AttemptRow attempt) => [.. BundleNames.OfAttempt.Where(name => bundle.TryGet($"{attempt.RelativePath}/{name}", out _))];

        public override string? Find(string path) => bundle.TryGet(path, out _) ? bundle.In(path) : null;
    }
}
