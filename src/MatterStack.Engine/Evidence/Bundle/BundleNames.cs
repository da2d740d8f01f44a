using MatterStack.Engine.Identity;
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

    /// <summary>Name of the array of published files in <see cref="Bundle"/>.</summary>
    public const string Published = "published";

    /// <summary>Name of the array of amendments in <see cref="Bundle"/>.</summary>
    public const string Amendments = "amendments";

    public static string GetWiringCopyPath(Sha256 hash) => SnapshotPaths.GetRelativeCopyPath(hash);
}
