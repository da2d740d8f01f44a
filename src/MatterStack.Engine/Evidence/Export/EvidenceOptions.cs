namespace MatterStack.Engine.Evidence.Export;

/// <summary>Options of an export.</summary>
internal sealed record EvidenceOptions
{
    /// <summary>Whether the export also writes an archive.</summary>
    public bool WithArchive { get; init; }

    /// <summary>Absolute path of a private key to sign with; null for no signature.</summary>
    public string? KeyPath { get; init; }

    /// <summary>Folders of this machine that must not appear in the bundle's texts, each with its replacement.</summary>
    public IReadOnlyList<(string? Folder, string Shown)> PrivateFolders { get; init; } = [];

    /// <summary>Removes secrets from log excerpts in the report; null removes nothing.</summary>
    public Func<string, string>? RedactSecrets { get; init; }
}
