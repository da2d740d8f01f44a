using MatterStack.Engine.Files;
using MatterStack.Engine.Identity;

namespace MatterStack.Engine.Tests.Wiring;

/// <summary>A disk that reads and has no room.</summary>
internal sealed class FullDisk(IDisk disk) : IDisk
{
    public bool FileExists(string path) => disk.FileExists(path);

    public bool DirectoryExists(string path) => disk.DirectoryExists(path);

    public byte[] ReadAllBytes(string path) => disk.ReadAllBytes(path);

    public Stream OpenRead(string path) => disk.OpenRead(path);

    public void CreateDirectory(string path) => throw NoRoom();

    public void WriteAllBytes(string path, ReadOnlySpan<byte> content) => throw NoRoom();

    public void WriteAtomically(string path, ReadOnlySpan<byte> content) => throw NoRoom();

    public bool TryCreateAtomically(string path, ReadOnlySpan<byte> content) => throw NoRoom();

    public void AppendAllBytes(string path, ReadOnlySpan<byte> content) => throw NoRoom();

    public void CopyFile(string from, string to) => throw NoRoom();

    public (Sha256 Hash, long Size) CopyHashed(string from, string to) => throw NoRoom();

    public void MoveFile(string from, string to) => throw NoRoom();

    public void FlushFolder(string folder) => throw NoRoom();

    public void MoveDirectory(string from, string to) => throw NoRoom();

    public void Commit(System.Data.Common.DbTransaction transaction) => throw NoRoom();

    public void DeleteFile(string path) => throw NoRoom();

    public void DeleteDirectory(string path) => throw NoRoom();

    private static IOException NoRoom() => new("No space left on device");
}
