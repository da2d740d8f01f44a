using MatterStack.Engine.Identity;

namespace MatterStack.Engine.Wiring.Snapshots;

/// <summary>Paths of the files with a run's wiring.</summary>
internal sealed class SnapshotPaths(string runFolder)
{
    /// <summary>Path of the snapshot, relative to the run's folder.</summary>
    public const string RelativeSnapshotPath = "operators_snapshot/operators.yaml";

    public string Folder { get; } = Path.Combine(runFolder, "operators_snapshot");

    public string Snapshot => Path.Combine(Folder, "operators.yaml");

    public string Metadata => Path.Combine(Folder, "metadata.json");

    public string History => Path.Combine(Folder, "history.jsonl");

    public string CopiesFolder => Path.Combine(Folder, "by-sha256");

    public string GetCopyPath(Sha256 hash) => Path.Combine(CopiesFolder, GetCopyName(hash));

    public static string GetCopyName(Sha256 hash) => hash.Hex + ".yaml";
}
