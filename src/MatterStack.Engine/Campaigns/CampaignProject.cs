using MatterStack.Engine.Campaigns.Loading;

namespace MatterStack.Engine.Campaigns;

/// <summary>The project of a campaign, as far as its files matter.</summary>
/// <param name="File">Absolute path of the project.</param>
/// <param name="Built">Absolute path of the assembly that it compiles to; null if it compiles to none.</param>
/// <param name="GeneratedFolders">Folders relative to the project's that runs and builds fill; patterns of <c>Files</c> pass them over.</param>
internal sealed record CampaignProject(string File, string? Built, IReadOnlyList<string> GeneratedFolders)
{
    /// <summary>Who is told what its class does besides answering.</summary>
    public CampaignListener Listener { get; init; } = CampaignListener.None;

    /// <summary>Folder that <c>Files</c> are relative to.</summary>
    public string Folder => Path.GetDirectoryName(File)!;

    /// <summary>Finds lines of its sources.</summary>
    public CampaignSources Sources => new(File, Built);
}
