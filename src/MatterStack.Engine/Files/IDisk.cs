using System.Data.Common;
using MatterStack.Engine.Identity;

namespace MatterStack.Engine.Files;

/// <summary>
/// The operations of the engine on a disk. Production code uses <see cref="RealDisk"/>; tests count, fail or stop at an operation.
/// </summary>
internal interface IDisk
{
    bool FileExists(string path);

    bool DirectoryExists(string path);

    byte[] ReadAllBytes(string path);

    Stream OpenRead(string path);

    void CreateDirectory(string path);

    /// <summary>Creates a folder that only its user may enter.</summary>
    void CreatePrivateDirectory(string path) => CreateDirectory(path);

    /// <summary>Writes a file that no other process reads before the call returns.</summary>
    void WriteAllBytes(string path, ReadOnlySpan<byte> content);

    /// <summary>
    /// Writes a file that other processes read: temporary name in the same folder, flush to the disk, rename. Readers see the old or the
    /// new content, never a part.
    /// </summary>
    void WriteAtomically(string path, ReadOnlySpan<byte> content);

    /// <summary>Writes a file that is too large for the memory, in the same way.</summary>
    /// <param name="path">The file.</param>
    /// <param name="write">Writes the content. If it throws, the file stays as it was.</param>
    void WriteAtomically(string path, Action<Stream> write)
    {
        using var content = new MemoryStream();
        write(content);
        WriteAtomically(path, content.ToArray());
    }

    /// <summary>Writes a new file as <see cref="WriteAtomically(string, ReadOnlySpan{byte})"/> does. Returns false, and writes nothing, if
    /// the file exists, also if another process has created it at the same time.</summary>
    bool TryCreateAtomically(string path, ReadOnlySpan<byte> content);

    /// <summary>Appends and flushes to the disk.</summary>
    void AppendAllBytes(string path, ReadOnlySpan<byte> content);

    void CopyFile(string from, string to);

    /// <summary>Copies a regular file and hashes it in the same pass. Returns hash and size in bytes.</summary>
    /// <exception cref="IOException">The source is not a regular file, or cannot be copied.</exception>
    (Sha256 Hash, long Size) CopyHashed(string from, string to);

    void MoveFile(string from, string to);

    /// <summary>Flushes a folder and everything in it to the disk.</summary>
    void FlushFolder(string folder);

    /// <summary>Flushes one file, or the names in one folder, to the disk.</summary>
    void Flush(string path) => FileSync.FlushNames(path);

    /// <summary>Renames a folder and flushes the change to the disk. An existing target is an error.</summary>
    void MoveDirectory(string from, string to);

    void DeleteFile(string path);

    void DeleteDirectory(string path);

    /// <summary>Commits a database transaction.</summary>
    void Commit(DbTransaction transaction);
}
