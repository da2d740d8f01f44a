namespace MatterStack.Engine.Evidence.Verification;

/// <summary>The files of another source below one of its folders.</summary>
internal sealed class SubfolderSource(BundleSource source, string folder) : BundleSource
{
    private readonly HashSet<string> _files = new(
        source.Files.Where(f => f.StartsWith(folder, StringComparison.Ordinal)).Select(f => f[folder.Length..]),
        StringComparer.Ordinal
    );

    public override IReadOnlyCollection<string> Files => _files;

    public override bool HasFile(string path) => _files.Contains(path);

    public override long GetSizeBytes(string path) => source.GetSizeBytes(folder + path);

    public override Stream Open(string path) => source.Open(folder + path);

    public override string GetDisplayPath(string path) => source.GetDisplayPath(folder + path);
}
