namespace MatterStack.Engine.Campaigns.Loading;

/// <summary>Files of a campaign project.</summary>
/// <param name="File">Absolute path of the project.</param>
/// <param name="BuiltAssembly">Absolute path of the assembly that it compiles to; null if it compiles to none.</param>
/// <param name="GeneratedFolders">Folders that runs and builds fill, relative to the project's folder; patterns of <c>Files</c> ignore
/// them.</param>
internal sealed record CampaignProject(string File, string? BuiltAssembly, IReadOnlyList<string> GeneratedFolders)
{
    /// <summary>Receives printed output and warnings of the campaign class.</summary>
    public CampaignListener Listener { get; init; } = CampaignListener.None;

    /// <summary>Folder that <c>Files</c> are relative to.</summary>
    public string Folder => Path.GetDirectoryName(File)!;

    /// <summary>Locates lines of its source files.</summary>
    public SourceLocator Sources => new(File, BuiltAssembly);
}
