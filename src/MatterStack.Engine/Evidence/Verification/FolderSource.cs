using MatterStack.Engine.Files;

namespace MatterStack.Engine.Evidence.Verification;

/// <summary>Files of a folder.</summary>
internal sealed class FolderSource : BundleSource
{
    private readonly string _folder;
    private readonly HashSet<string> _files = new(StringComparer.Ordinal);
    private readonly List<(string Path, string Wrong)> _rejectedEntries = [];

    public FolderSource(string folder)
    {
        _folder = folder;
        AddEntries(new DirectoryInfo(folder), "");
    }

    public override IReadOnlyCollection<string> Files => _files;

    public override IReadOnlyList<(string Path, string Wrong)> RejectedEntries => _rejectedEntries;

    public override bool HasFile(string path) => _files.Contains(path);

    public override long GetSizeBytes(string path) => new FileInfo(GetDisplayPath(path)).Length;

    public override Stream Open(string path) => RegularFile.OpenRead(GetDisplayPath(path));

    public override string GetDisplayPath(string path) => Path.Combine(_folder, path);

    private void AddEntries(DirectoryInfo folder, string prefix)
    {
        foreach (var entry in folder.EnumerateFileSystemInfos("*", new EnumerationOptions { AttributesToSkip = 0 }))
        {
            if ((entry.Attributes & FileAttributes.ReparsePoint) != 0)
            {
                _rejectedEntries.Add((prefix + entry.Name, "is a link"));
            }
            else if (entry is not DirectoryInfo && FileKind.FindNonFileKind(entry.FullName) is { } other)
            {
                _rejectedEntries.Add((prefix + entry.Name, "is " + other));
            }
            else if (entry is DirectoryInfo below)
            {
                AddEntries(below, prefix + entry.Name + "/");
            }
            else
            {
                _files.Add(prefix + entry.Name);
            }
        }
    }
}
