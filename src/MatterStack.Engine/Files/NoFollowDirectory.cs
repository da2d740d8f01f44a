using Microsoft.Extensions.FileSystemGlobbing.Abstractions;

namespace MatterStack.Engine.Files;

/// <summary>
/// A folder for pattern matching, without subfolders that are links: a link made by a task may lead out of the folder or form a cycle.
/// </summary>
internal sealed class NoFollowDirectory(DirectoryInfo folder) : DirectoryInfoBase
{
    public override string Name => folder.Name;

    public override string FullName => folder.FullName;

    public override DirectoryInfoBase? ParentDirectory => folder.Parent is { } parent ? new NoFollowDirectory(parent) : null;

    public override IEnumerable<FileSystemInfoBase> EnumerateFileSystemInfos()
    {
        if (!folder.Exists)
        {
            if (NonUtf8Names.CannotBeOpened(folder.FullName))
            {
                throw NonUtf8Names.CreateException(folder.FullName);
            }

            yield break;
        }

        foreach (var entry in folder.EnumerateFileSystemInfos("*", SearchOption.TopDirectoryOnly))
        {
            if (entry is FileInfo file)
            {
                yield return new FileInfoWrapper(file);
            }
            else if (
                entry is DirectoryInfo below
                && ((below.Attributes & FileAttributes.ReparsePoint) == 0 || NonUtf8Names.CannotBeOpened(below.FullName))
            )
            {
                yield return new NoFollowDirectory(below);
            }
        }
    }

    public override DirectoryInfoBase GetDirectory(string path) =>
        new NoFollowDirectory(new DirectoryInfo(Path.Combine(folder.FullName, path)));

    public override FileInfoBase GetFile(string path) => new FileInfoWrapper(new FileInfo(Path.Combine(folder.FullName, path)));
}
