namespace MatterStack.Engine.Evidence;

/// <summary>What kind of evidence is wanted.</summary>
internal sealed record EvidenceOptions
{
    /// <summary>Whether an archive is made besides the folder.</summary>
    public bool Bag { get; init; }

    /// <summary>Absolute path of a private key to sign with.</summary>
    public string? Key { get; init; }

    /// <summary>Folders of this machine, which no text of the bundle is to name, and what stands in their place.</summary>
    public IReadOnlyList<(string? Folder, string Shown)> Private { get; init; } = [];

    /// <summary>Hides secrets in what the report shows of logs; null: nothing is hidden.</summary>
    public Func<string, string>? Hide { get; init; }
}

/// <summary>What was exported.</summary>
/// <param name="Folder">The bundle.</param>
/// <param name="Archive">The archive, if one was wanted.</param>
/// <param name="Written">Whether anything had to be written.</param>
/// <param name="Files">How many files the manifest names.</param>
internal sealed record Exported(string Folder, string? Archive, bool Written, int Files);
