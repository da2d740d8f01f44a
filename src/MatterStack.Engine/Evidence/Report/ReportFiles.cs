using MatterStack.Engine.Files;
using MatterStack.Engine.Runs;

namespace MatterStack.Engine.Evidence.Report;

/// <summary>The files beside which a report lies, by their paths from there. They are the same in a run and in its bundle.</summary>
/// <param name="root">The folder that they are in.</param>
internal abstract class ReportFiles(string root)
{
    /// <summary>The folder that they are in.</summary>
    public string Root => root;

    /// <summary>Hides secrets in what is shown of logs; null: nothing is hidden.</summary>
    public Func<string, string>? Hide { get; init; }

    /// <summary>Which of <see cref="BundleNames.OfAttempt"/> an attempt has.</summary>
    public abstract IReadOnlyCollection<string> Of(AttemptRow attempt);

    /// <summary>Where to read a file; null if it is not there or may not be read.</summary>
    public abstract string? Find(string path);

    /// <summary>Those of a run: it may be going, and what lies there may have been changed.</summary>
    public static ReportFiles In(RunFolder run, Func<string, string>? hide) => new OfRun(run.Path) { Hide = hide };

    /// <summary>Those of a bundle: what was left out of it is not there.</summary>
    public static ReportFiles In(BundleFolder bundle, Func<string, string>? hide) => new OfBundle(bundle) { Hide = hide };

    private sealed class OfRun(string root) : ReportFiles(root)
    {
        public override IReadOnlyCollection<string> Of(AttemptRow attempt)
        {
            var folder = Path.Combine(Root, attempt.RelativePath);
            return Directory.Exists(folder) && RelativePath.StaysInside(Root, folder)
                ? Directory.EnumerateFiles(folder).Where(f => new FileInfo(f).LinkTarget is null && FileKind.Of(f) is not { Names: > 1 }).Select(f => Path.GetFileName(f)).ToHashSet(StringComparer.Ordinal)
                : [];
        }

        public override string? Find(string path)
        {
            var file = Path.Combine(Root, path);
            return File.Exists(file) && RelativePath.StaysInside(Root, file) ? file : null;
        }
    }

    private sealed class OfBundle(BundleFolder bundle) : ReportFiles(bundle.Path)
    {
        public override IReadOnlyCollection<string> Of(AttemptRow attempt) => [.. BundleNames.OfAttempt.Where(name => bundle.TryGet($"{attempt.RelativePath}/{name}", out _))];

        public override string? Find(string path) => bundle.TryGet(path, out _) ? bundle.In(path) : null;
    }
}
