using System.Data.Common;
using System.Runtime.InteropServices;
using MatterStack.Engine.Identity;

namespace MatterStack.Engine.Files;

/// <summary>This machine's file system.</summary>
internal sealed class RealDisk : IDisk
{
    public static RealDisk Instance { get; } = new();

    public bool FileExists(string path) => File.Exists(path);

    public bool DirectoryExists(string path) => Directory.Exists(path);

    public byte[] ReadAllBytes(string path) =>
        DiskErrors.RetryIfStale(() =>
        {
            // Opened with sharing for writers: a log or an answer may grow while it is read.
            using var stream = OpenRead(path);
            using var copy = new MemoryStream();
            stream.CopyTo(copy);
            return copy.ToArray();
        });

    public Stream OpenRead(string path)
    {
        try
        {
            return RegularFile.OpenRead(path);
        }
        catch (IOException e) when (AccessDenial.FindReadDenial(path) is { } why)
        {
            throw new ReadDeniedException(why, e);
        }
    }

    public void CreateDirectory(string path) => Directory.CreateDirectory(path);

    public void CreatePrivateDirectory(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(path);
        }
        else
        {
            Directory.CreateDirectory(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }

    public void WriteAllBytes(string path, ReadOnlySpan<byte> content)
    {
        using var handle = File.OpenHandle(path, FileMode.Create, FileAccess.Write, FileShare.Read);
        RandomAccess.Write(handle, content, 0);
    }

    public void WriteAtomically(string path, ReadOnlySpan<byte> content) =>
        WriteAndRename(path, content, static (from, to) => File.Move(from, to, overwrite: true));

    public void WriteAtomically(string path, Action<Stream> write)
    {
        var temporary = path + ".tmp-" + Guid.NewGuid().ToString("N")[..8];
        try
        {
            using (var stream = new FileStream(temporary, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None, 1 << 16))
            {
                write(stream);
                stream.Flush(flushToDisk: true);
            }

            File.Move(temporary, path, overwrite: true);
        }
        catch
        {
            File.Delete(temporary);
            throw;
        }
    }

    public bool TryCreateAtomically(string path, ReadOnlySpan<byte> content)
    {
        try
        {
            WriteAndRename(path, content, MoveToNewName);
            return true;
        }
        catch (IOException) when (Path.Exists(path))
        {
            return false;
        }
    }

    public void AppendAllBytes(string path, ReadOnlySpan<byte> content)
    {
        using var stream = new FileStream(path, FileMode.Append, FileAccess.Write, FileShare.Read);
        stream.Write(content);
        stream.Flush(flushToDisk: true);
    }

    public void CopyFile(string from, string to)
    {
        try
        {
            File.Copy(from, to, overwrite: true);
        }
        catch (IOException) when (!OperatingSystem.IsWindows() && File.Exists(from))
        {
            // File.Copy takes a lock on the source and fails if another process holds one. Reading without a lock works.
            CopyHashed(from, to);
            File.SetUnixFileMode(to, File.GetUnixFileMode(from));
        }
    }

    public (Sha256 Hash, long Size) CopyHashed(string from, string to) => DiskErrors.RetryIfStale(() => HashedCopy.CopyFile(from, to));

    public void MoveFile(string from, string to) => File.Move(from, to, overwrite: true);

    public void FlushFolder(string folder) => FileSync.FlushTree(folder);

    public void MoveDirectory(string from, string to)
    {
        Directory.Move(from, to);
        FileSync.FlushNames(Path.GetDirectoryName(to)!);
    }

    public void DeleteFile(string path) => File.Delete(path);

    public void DeleteDirectory(string path) => Directory.Delete(path, recursive: true);

    public void Commit(DbTransaction transaction) => transaction.Commit();

    private static void WriteAndRename(string path, ReadOnlySpan<byte> content, Action<string, string> move)
    {
        var temporary = path + ".tmp-" + Guid.NewGuid().ToString("N")[..8];
        try
        {
            using (var handle = File.OpenHandle(temporary, FileMode.CreateNew, FileAccess.Write, FileShare.None))
            {
                RandomAccess.Write(handle, content, 0);
                RandomAccess.FlushToDisk(handle);
            }

            move(temporary, path);
        }
        catch
        {
            File.Delete(temporary);
            throw;
        }
    }

    // File.Move without overwriting first looks and then renames, except on Windows. Of two writers both may win, and the first file is
    // lost.
    private static void MoveToNewName(string from, string to)
    {
        if (!OperatingSystem.IsWindows())
        {
            if (LibcFiles.LinkFile(from, to) == 0)
            {
                File.Delete(from);
                return;
            }

            if (Marshal.GetLastPInvokeError() == LibcFiles.Exists)
            {
                throw new IOException($"{to} exists");
            }
        }

        // Some file systems have no links.
        File.Move(from, to, overwrite: false);
    }
}
