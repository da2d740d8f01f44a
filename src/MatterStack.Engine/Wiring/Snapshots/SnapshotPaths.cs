using MatterStack.Engine.Identity;

namespace MatterStack.Engine.Wiring.Snapshots;

/// <summary>Paths of the files with a run's wiring.</summary>
internal sealed class SnapshotPaths(string runFolder)
{
    /// <summary>Path of the snapshot, relative to the run's folder.</summary>
    public const string RelativeSnapshot = "operators_snapshot/operators.yaml";

    public string Folder { get; } = Path.Combine(runFolder, "operators_snapshot");

    public string Snapshot => Path.Combine(Folder, "operators.yaml");

    public string Metadata => Path.Combine(Folder, "metadata.json");

    public string History => Path.Combine(Folder, "history.jsonl");

    public string ByShaFolder => Path.Combine(Folder, "by-sha256");

    public string BySha(Sha256 hash) => Path.Combine(ByShaFolder, RelativeBySha(hash));

    public static string RelativeBySha(Sha256 hash) => hash.Hex + ".yaml";
}
