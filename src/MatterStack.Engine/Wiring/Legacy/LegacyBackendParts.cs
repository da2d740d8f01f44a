using MatterStack.Engine.Wiring.Parsing;

namespace MatterStack.Engine.Wiring.Legacy;

/// <summary>Parts of a backend in a legacy file, independent of the file's format.</summary>
internal sealed record LegacyBackendParts(
    MapNode Owner,
    YamlNode? Type,
    YamlNode? WorkspaceRoot,
    YamlNode? Ssh,
    YamlNode? Slurm,
    IReadOnlyList<ScalarNode> Dropped
)
{
    /// <summary>The CURC format: <c>cluster.ssh</c>, <c>cluster.paths.remote_workspace</c>, <c>cluster.slurm</c>.</summary>
    public static LegacyBackendParts FromHpcYaml(LegacyFile file)
    {
        var cluster = file.Root.Find("cluster") as MapNode ?? new MapNode([], file.Root.Start, file.Root.Start);
        var paths = cluster.Find("paths") as MapNode;
        return new LegacyBackendParts(
            cluster,
            Type: null,
            paths?.Find("remote_workspace"),
            cluster.Find("ssh"),
            cluster.Find("slurm"),
            [
                .. GetOtherKeys(file.Root, "cluster"),
                .. GetOtherKeys(cluster, "ssh", "paths", "slurm"),
                .. paths is null ? [] : GetOtherKeys(paths, "remote_workspace"),
            ]
        );
    }

    /// <summary>Reads <c>profiles.NAME</c>. Returns null if the file has no such profile.</summary>
    public static LegacyBackendParts? FromProfile(LegacyFile file, string name) =>
        (file.Root.Find("profiles") as MapNode)?.Find(name) is MapNode profile
            ? new LegacyBackendParts(
                profile,
                profile.Find("type"),
                profile.Find("workspace_root"),
                profile.Find("ssh"),
                profile.Find("slurm"),
                [.. GetOtherKeys(profile, "type", "workspace_root", "ssh", "slurm")]
            )
            : null;

    private static IEnumerable<ScalarNode> GetOtherKeys(MapNode map, params string[] known) =>
        map.Entries.Select(static entry => entry.Key).Where(key => !known.Contains(key.Text));
}
