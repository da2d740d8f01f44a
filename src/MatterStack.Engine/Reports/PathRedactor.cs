namespace MatterStack.Engine.Reports;

/// <summary>Removes folders of this machine from texts: they are useless to a reader elsewhere and may contain user names.</summary>
internal sealed class PathRedactor
{
    private readonly (string Folder, string Shown)[] _folders;

    public PathRedactor(params IEnumerable<(string? Folder, string Shown)> folders) =>
        _folders = [
            .. folders.Where(f => f.Folder is { Length: > 1 }).Select(f => (f.Folder!, f.Shown)).OrderByDescending(f => f.Item1.Length),
        ];

    public string? Redact(string? text)
    {
        foreach (var (folder, shown) in text is null ? [] : _folders)
        {
            text = text!.Replace(folder, shown, StringComparison.Ordinal);
        }

        return text;
    }
}
