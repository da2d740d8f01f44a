using System.Collections.Immutable;
using MatterStack.Engine.Wiring.Snapshots;

namespace MatterStack.Engine.Evidence.Bundle;

/// <summary>Names of the files in a bundle.</summary>
internal static class BundleNames
{
    public const string Bundle = "bundle.json";
    public const string Report = "report.md";
    public const string HtmlReport = MatterStack.Engine.Reports.Html.HtmlReport.FileName;
    public const string Workflow = "workflow.json";
    public const string Events = "events.jsonl";
    public const string RunConfig = "config.json";
    public const string RoCrateMetadata = "ro-crate-metadata.json";

    /// <summary>Lists the hashes of all files except itself and the signature; the signature covers this file.</summary>
    public const string Manifest = "manifest-sha256.txt";

    public const string Signature = "signature.dsse.json";
    public const string WiringFolder = SnapshotPaths.RelativeFolder;
    public const string AttemptManifest = "manifest.json";

    /// <summary>
    /// Files of an attempt's folder that record its command, requests and results. Other files there are scratch of the task.
    /// </summary>
    public static ImmutableArray<string> AttemptFiles { get; } =
    [
        "run.sh", "submit.sh", "job_template.sh", "stdout.log", "stderr.log", "original.stdout.log", "original.stderr.log", "exit_code", "instructions.md", "reminder.md", "withdrawn.txt",
        "response.json", "approved.txt", "rejected.txt", "experiment_request.json", "experiment_result.json", "status.json",
    ];

    /// <summary>The attempt files that people read first, in that order.</summary>
    public static ImmutableArray<string> AttemptTextFiles { get; } = ["stderr.log", "stdout.log", "run.sh", "submit.sh", "job_template.sh", "instructions.md"];

    public static string GetWiringCopyPath(string sha256) => SnapshotPaths.GetRelativeCopyPath(sha256);
}
