using MatterStack.Engine.Caching;
using MatterStack.Engine.Campaigns;
using MatterStack.Engine.Files;
using MatterStack.Engine.Lifecycle.Model;

namespace MatterStack.Engine.Commands.Hosting;

/// <summary>A folder with one campaign project. All paths are absolute.</summary>
/// <param name="Slug">Name of the workspace.</param>
/// <param name="ProjectFile">The campaign project.</param>
/// <param name="RunsDirectory">Folder of its runs.</param>
/// <param name="OperatorsFile">File of the workspace's default wiring; it need not exist.</param>
internal sealed record Workspace(string Slug, string ProjectFile, string RunsDirectory, string OperatorsFile)
{
    /// <summary>Folder of the project; paths of the campaign's files are relative to it.</summary>
    public string Folder => Path.GetDirectoryName(ProjectFile)!;

    /// <summary>The project and its folders, for the declaration of the campaign.</summary>
    public CampaignFolders CampaignFolders => new(ProjectFile, RunsDirectory, Cache?.Folder);

    /// <summary>The cache; null if the workspace has none.</summary>
    public CacheSettings? Cache { get; init; }

    /// <summary>Properties of the command line that are no arguments, with the escapes of MSBuild.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> GivenSettings { get; init; } = [];

    /// <summary>Time between two queries of a scheduler; null: the default.</summary>
    public TimeSpan? PollInterval { get; init; }

    /// <summary>Number or share of failed tasks at which a run pauses; null: it does not.</summary>
    public FailureLimit? MaxFailures { get; init; }

    /// <summary>Whether one task of each group of like tasks starts before the others of the group.</summary>
    public bool StartsCanaries { get; init; }

    /// <summary>Access of the folder's group to runs that are created or driven from now on.</summary>
    public GroupAccess GroupAccess { get; init; }

    /// <summary>Whether to trust the locks of the runs' file system although it is unknown whether they hold between machines.</summary>
    public bool TrustLocks { get; init; }

    /// <summary>Number of attempts of a task that follow ends from outside; null: the default.</summary>
    public int? InfrastructureRetries { get; init; }
}
