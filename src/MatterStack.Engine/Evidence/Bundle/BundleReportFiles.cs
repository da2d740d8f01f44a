using MatterStack.Engine.Reports;
using MatterStack.Engine.Runs.Store;

namespace MatterStack.Engine.Evidence.Bundle;

/// <summary>Files of a bundle for its report, without those that were left out of the bundle.</summary>
internal sealed class BundleReportFiles(BundleFolder bundle) : ReportFiles(bundle.Path)
{
    public override IReadOnlyCollection<string> ListAttemptFiles(AttemptRow attempt) =>
        [.. RecordedAttemptFiles.All.Where(name => bundle.TryGet($"{attempt.RelativePath}/{name}", out _))];

    public override string? FindFile(string path) => bundle.TryGet(path, out _) ? bundle.GetPath(path) : null;
}
