using MatterStack.Engine.Caching;
using MatterStack.Engine.Files;

namespace MatterStack.Engine.Commands;

/// <summary>A folder with one campaign project, as a command finds it. All paths are absolute.</summary>
/// <param name="Slug">Its name.</param>
/// <param name="ProjectFile">The campaign project.</param>
/// <param name="RunsDirectory">Where its runs are.</param>
/// <param name="OperatorsFile">Where the workspace's default wiring is, if there is one.</param>
internal sealed record Workspace(string Slug, string ProjectFile, string RunsDirectory, string OperatorsFile)
{
    /// <summary>Folder of the project, to which a campaign's files are relative.</summary>
    public string Folder => Path.GetDirectoryName(ProjectFile)!;

    /// <summary>Its cache; null: it has none.</summary>
    public CacheSettings? Cache { get; init; }

    /// <summary>Pause between two questions to a scheduler; null: the preset one.</summary>
    public TimeSpan? PollInterval { get; init; }

    /// <summary>What the group of the runs' folder may do with runs that are made or moved from now on.</summary>
    public GroupAccess GroupAccess { get; init; }

    /// <summary>Whether locks of the runs' file system count although it is not known that they hold between machines.</summary>
    public bool TrustLocks { get; init; }
}
