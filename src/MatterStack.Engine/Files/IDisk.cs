using System.Data.Common;
using MatterStack.Engine.Identity;

namespace MatterStack.Engine.Files;

/// <summary>The verbs with which the engine touches a disk. The real one is <see cref="RealDisk"/>; tests count, fail or stop at a verb.</summary>
internal interface IDisk
{
    bool FileExists(string path);

    bool DirectoryExists(string path);

    byte[] ReadAllBytes(string path);

    Stream OpenRead(string path);

    void CreateDirectory(string path);

    /// <summary>Writes a file that no other process reads before this returns.</summary>
    void WriteAllBytes(string path, ReadOnlySpan<byte> content);

    /// <summary>Writes a file that others read: temporary name in the same folder, flush to the disk, rename. Readers see the old content or the new, never a part.</summary>
    void WriteAtomically(string path, ReadOnlySpan<byte> content);

    /// <summary>Appends and flushes to the disk.</summary>
    void AppendAllBytes(string path, ReadOnlySpan<byte> content);

    void CopyFile(string from, string to);

    /// <summary>Copies a regular file and hashes what is copied, in one pass; size in bytes.</summary>
    /// <exception cref="IOException">It is no regular file, or cannot be copied.</exception>
    (Sha256 Hash, long Size) CopyHashed(string from, string to);

    void Move(string from, string to);

    /// <summary>Makes a folder with all that lies in it durable.</summary>
    void Flush(string folder);

    /// <summary>Gives a folder another name, durably; a name that is taken is an error.</summary>
    void MoveDirectory(string from, string to);

    void DeleteFile(string path);

    void DeleteDirectory(string path);

    /// <summary>Makes a transaction of a database durable.</summary>
    void Commit(DbTransaction transaction);
}
