namespace MatterStack.Engine.Evidence;

/// <summary>Options of an export.</summary>
internal sealed record EvidenceOptions
{
    /// <summary>Whether the export also writes an archive.</summary>
    public bool Bag { get; init; }

    /// <summary>Absolute path of a private key to sign with; null for no signature.</summary>
    public string? Key { get; init; }

    /// <summary>Folders of this machine that must not appear in the bundle's texts, each with its replacement.</summary>
    public IReadOnlyList<(string? Folder, string Shown)> Private { get; init; } = [];

    /// <summary>Removes secrets from log excerpts in the report; null removes nothing.</summary>
    public Func<string, string>? Hide { get; init; }
}

/// <summary>Result of an export.</summary>
/// <param name="Folder">Folder of the bundle.</param>
/// <param name="Archive">The archive; null if none was requested.</param>
/// <param name="Written">Whether the export wrote anything.</param>
/// <param name="Files">Number of files in the manifest.</param>
internal sealed record Exported(string Folder, string? Archive, bool Written, int Files);
