using System.Data.Common;
using MatterStack.Engine.Files;
using MatterStack.Engine.Identity;

namespace MatterStack.Engine.Tests.Faults;

/// <summary>The real disk, which throws what nobody expects where a path has a certain part.</summary>
internal sealed class PoisonedDisk(string part) : IDisk
{
    public bool FileExists(string path) => File.Exists(path);

    public bool DirectoryExists(string path) => Directory.Exists(path);

    public byte[] ReadAllBytes(string path) => RealDisk.Instance.ReadAllBytes(Good(path));

    public Stream OpenRead(string path) => RealDisk.Instance.OpenRead(Good(path));

    public void CreateDirectory(string path) => RealDisk.Instance.CreateDirectory(path);

    public void WriteAllBytes(string path, ReadOnlySpan<byte> content) => RealDisk.Instance.WriteAllBytes(Good(path), content);

    public void WriteAtomically(string path, ReadOnlySpan<byte> content) => RealDisk.Instance.WriteAtomically(Good(path), content);

    public bool TryCreateAtomically(string path, ReadOnlySpan<byte> content) => RealDisk.Instance.TryCreateAtomically(Good(path), content);

    public void AppendAllBytes(string path, ReadOnlySpan<byte> content) => RealDisk.Instance.AppendAllBytes(Good(path), content);

    public void CopyFile(string from, string to) => RealDisk.Instance.CopyFile(Good(from), Good(to));

    public (Sha256 Hash, long Size) CopyHashed(string from, string to) => RealDisk.Instance.CopyHashed(Good(from), Good(to));

    public void MoveFile(string from, string to) => RealDisk.Instance.MoveFile(from, Good(to));

    public void FlushFolder(string folder) => RealDisk.Instance.FlushFolder(folder);

    public void MoveDirectory(string from, string to) => RealDisk.Instance.MoveDirectory(from, to);

    public void DeleteFile(string path) => RealDisk.Instance.DeleteFile(path);

    public void DeleteDirectory(string path) => RealDisk.Instance.DeleteDirectory(path);

    public void Commit(DbTransaction transaction) => RealDisk.Instance.Commit(transaction);

    private string Good(string path) =>
        path.Contains(part, StringComparison.Ordinal)
            ? throw new InvalidOperationException("Cannot read incomplete UTF-16 text\nat all")
            : path;
}
