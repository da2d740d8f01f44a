namespace MatterStack.Engine.Campaigns;

/// <summary>The project of a campaign and the folders that its commands write to. All paths are absolute.</summary>
/// <param name="ProjectFile">The campaign project.</param>
/// <param name="RunsDirectory">Folder of its runs.</param>
/// <param name="CacheFolder">Folder of its cache; null if it has none.</param>
internal sealed record CampaignFolders(string ProjectFile, string RunsDirectory, string? CacheFolder)
{
    /// <summary>Folder of the project; paths of the campaign's files are relative to it.</summary>
    public string Folder => Path.GetDirectoryName(ProjectFile)!;
}
