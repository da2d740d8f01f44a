using System.Data.Common;
using MatterStack.Engine.Files;
using MatterStack.Engine.Identity;

namespace MatterStack.Engine.Tests.Faults;

/// <summary>The real disk for a process that is killed at one of its writes: before it, after it, or with half of it done.</summary>
internal sealed class InterruptingDisk(KillPoints seams) : IDisk
{
    private readonly RealDisk _disk = RealDisk.Instance;

    public bool FileExists(string path) => Alive(() => _disk.FileExists(path));

    public bool DirectoryExists(string path) => Alive(() => _disk.DirectoryExists(path));

    public byte[] ReadAllBytes(string path) => Alive(() => _disk.ReadAllBytes(path));

    public Stream OpenRead(string path) => Alive(() => _disk.OpenRead(path));

    public void CreateDirectory(string path)
    {
        if (!Directory.Exists(path))
        {
            Around("folder " + path, () => _disk.CreateDirectory(path));
        }
    }

    public void WriteAllBytes(string path, ReadOnlySpan<byte> content)
    {
        seams.Pass("before the file " + path);
        _disk.WriteAllBytes(path, content[..(content.Length / 2)]);
        seams.Pass("with half of the file " + path);
        _disk.WriteAllBytes(path, content);
    }

    public void WriteAtomically(string path, ReadOnlySpan<byte> content)
    {
        var temporary = path + ".tmp-interrupted";
        _disk.WriteAllBytes(temporary, content);
        seams.Pass("before the rename to " + path);
        _disk.MoveFile(temporary, path);
        seams.Pass("after the rename to " + path);
    }

    public bool TryCreateAtomically(string path, ReadOnlySpan<byte> content)
    {
        seams.Pass("before the new file " + path);
        var isNew = _disk.TryCreateAtomically(path, content);
        seams.Pass("after the new file " + path);
        return isNew;
    }

    public void AppendAllBytes(string path, ReadOnlySpan<byte> content)
    {
        seams.Pass("before the line in " + path);
        _disk.AppendAllBytes(path, content[..(content.Length / 2)]);
        seams.Pass("with half of the line in " + path);
        _disk.AppendAllBytes(path, content[(content.Length / 2)..]);
    }

    public void CopyFile(string from, string to) => Around("copy " + to, () => _disk.CopyFile(from, to));

    public (Sha256 Hash, long Size) CopyHashed(string from, string to)
    {
        seams.Pass("before the copy " + to);
        var copied = _disk.CopyHashed(from, to);
        seams.Pass("after the copy " + to);
        return copied;
    }

    public void MoveFile(string from, string to) => Around("name " + to, () => _disk.MoveFile(from, to));

    public void Flush(string path) => Around("flush " + path, () => ((IDisk)_disk).Flush(path));

    public void FlushFolder(string folder) => Around("flush " + folder, () => _disk.FlushFolder(folder));

    public void MoveDirectory(string from, string to) => Around("name " + to, () => _disk.MoveDirectory(from, to));

    public void DeleteFile(string path) =>
        Alive(() =>
        {
            _disk.DeleteFile(path);
            return true;
        });

    public void DeleteDirectory(string path) => Around("removal " + path, () => _disk.DeleteDirectory(path));

    public void Commit(DbTransaction transaction) => Around("commit", () => _disk.Commit(transaction));

    private T Alive<T>(Func<T> action)
    {
        seams.Live();
        return action();
    }

    private void Around(string what, Action action)
    {
        seams.Pass("before the " + what);
        action();
        seams.Pass("after the " + what);
    }
}
