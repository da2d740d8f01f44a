using MatterStack.Engine.Identity;

namespace MatterStack.Engine.Wiring.Snapshots;

/// <summary>Paths of the files with a run's wiring.</summary>
internal sealed class SnapshotPaths(string runFolder)
{
    /// <summary>Folder of the wiring, relative to the run's folder.</summary>
    public const string RelativeFolder = "operators_snapshot";

    /// <summary>Path of the snapshot, relative to the run's folder.</summary>
    public const string RelativeSnapshotPath = RelativeFolder + "/" + SnapshotName;

    private const string SnapshotName = "operators.yaml";
    private const string CopiesName = "by-sha256";
    private const string CopyExtension = ".yaml";

    public string Folder { get; } = Path.Combine(runFolder, RelativeFolder);

    public string Snapshot => Path.Combine(Folder, SnapshotName);

    public string Metadata => Path.Combine(Folder, "metadata.json");

    public string History => Path.Combine(Folder, "history.jsonl");

    public string CopiesFolder => Path.Combine(Folder, CopiesName);

    public string GetCopyPath(Sha256 hash) => Path.Combine(CopiesFolder, GetCopyName(hash));

    public static string GetCopyName(Sha256 hash) => hash.Hex + CopyExtension;

    /// <summary>Path of the copy of a wiring, relative to the run's folder.</summary>
    public static string GetRelativeCopyPath(Sha256 hash) => $"{RelativeFolder}/{CopiesName}/{GetCopyName(hash)}";
}
