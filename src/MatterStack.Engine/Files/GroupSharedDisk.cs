using System.Data.Common;
using MatterStack.Engine.Identity;

namespace MatterStack.Engine.Files;

/// <summary>A disk that gives a group access to new files and folders below one folder.</summary>
internal sealed class GroupSharedDisk(IDisk inner, string folder, GroupAccess access) : IDisk
{
    private readonly string _prefix = folder + Path.DirectorySeparatorChar;

    public bool FileExists(string path) => inner.FileExists(path);

    public bool DirectoryExists(string path) => inner.DirectoryExists(path);

    public byte[] ReadAllBytes(string path) => inner.ReadAllBytes(path);

    public Stream OpenRead(string path) => inner.OpenRead(path);

    public void CreateDirectory(string path)
    {
        var made = new Stack<string>();
        for (
            var above = path;
            above.StartsWith(_prefix, StringComparison.Ordinal) && !inner.DirectoryExists(above);
            above = Path.GetDirectoryName(above)!
        )
        {
            made.Push(above);
        }

        inner.CreateDirectory(path);
        foreach (var one in made)
        {
            OpenToGroup(one);
        }
    }

    public void CreatePrivateDirectory(string path) => inner.CreatePrivateDirectory(path);

    public void WriteAllBytes(string path, ReadOnlySpan<byte> content)
    {
        inner.WriteAllBytes(path, content);
        OpenToGroup(path);
    }

    public void WriteAtomically(string path, ReadOnlySpan<byte> content)
    {
        inner.WriteAtomically(path, content);
        OpenToGroup(path);
    }

    public void WriteAtomically(string path, Action<Stream> write)
    {
        inner.WriteAtomically(path, write);
        OpenToGroup(path);
    }

    public bool TryCreateAtomically(string path, ReadOnlySpan<byte> content)
    {
        var isNew = inner.TryCreateAtomically(path, content);
        if (isNew)
        {
            OpenToGroup(path);
        }

        return isNew;
    }

    public void AppendAllBytes(string path, ReadOnlySpan<byte> content)
    {
        inner.AppendAllBytes(path, content);
        OpenToGroup(path);
    }

    public void CopyFile(string from, string to)
    {
        inner.CopyFile(from, to);
        OpenToGroup(to);
    }

    public (Sha256 Hash, long Size) CopyHashed(string from, string to)
    {
        var copied = inner.CopyHashed(from, to);
        OpenToGroup(to);
        return copied;
    }

    public void MoveFile(string from, string to)
    {
        inner.MoveFile(from, to);
        OpenToGroup(to);
    }

    public void Flush(string path) => inner.Flush(path);

    public void FlushFolder(string folder) => inner.FlushFolder(folder);

    public void MoveDirectory(string from, string to) => inner.MoveDirectory(from, to);

    public void DeleteFile(string path) => inner.DeleteFile(path);

    public void DeleteDirectory(string path) => inner.DeleteDirectory(path);

    public void Commit(DbTransaction transaction) => inner.Commit(transaction);

    private void OpenToGroup(string path)
    {
        if (path.StartsWith(_prefix, StringComparison.Ordinal))
        {
            GroupPermissions.GrantAccess(path, access);
        }
    }
}
