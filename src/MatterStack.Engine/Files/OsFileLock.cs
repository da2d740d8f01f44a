using System.ComponentModel;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace MatterStack.Engine.Files;

/// <summary>A file that one process at a time holds; the operating system lets go of it with the process, however that ends.</summary>
/// <remarks>
/// On Unix through <c>flock</c> directly: .NET's own locking also refuses readers, and who holds a lock must be readable while it is held.
/// The descriptor is not inherited by processes that are started meanwhile.
/// </remarks>
internal sealed partial class OsFileLock : IDisposable
{
    private const int Shared = 1;
    private const int Exclusive = 2;
    private const int DoNotWait = 4;
    private const int Release = 8;
    private const int ReadAndWrite = 2;
    private const int WouldBlockLinux = 11;
    private const int WouldBlockMac = 35;
    private const int Interrupted = 4;
    private const int OfItsUser = 0x180;
    private const int MostWritten = 1 << 16;
    private readonly FileStream _stream;

    private OsFileLock(FileStream stream) => _stream = stream;

    /// <summary>Takes the lock; null if another holds it.</summary>
    /// <param name="path">The file; it is made if it is not there, for its user alone.</param>
    /// <param name="flock">The system's call, which returns 0 or an error's number; tests bring a file system of their own.</param>
    /// <param name="mode">Who may open the file, if it is made.</param>
    /// <exception cref="NoLocksException">Its file system has no locks that processes respect.</exception>
    /// <exception cref="IOException">The file cannot be opened, or its file system does not answer.</exception>
    public static OsFileLock? TryAcquire(string path, Func<SafeFileHandle, int>? flock = null, int mode = OfItsUser)
    {
        flock ??= LockExclusively;
        if (OperatingSystem.IsWindows())
        {
            try
            {
                return new OsFileLock(new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.Read));
            }
            catch (IOException) when (File.Exists(path))
            {
                return null;
            }
        }

        return DiskTrouble.AgainIfStale(() => AcquireOnce(path, flock, mode));
    }

    private static OsFileLock? AcquireOnce(string path, Func<SafeFileHandle, int> flock, int mode)
    {
        var handle = OpenRaw(path, mode);
        var (error, isHeld) = (0, false);
        try
        {
            error = flock(handle);
            isHeld = error == 0 && IsRespected(path, flock);
        }
        finally
        {
            if (!isHeld)
            {
                handle.Dispose();
            }
        }

        return isHeld ? new OsFileLock(new FileStream(handle, FileAccess.ReadWrite, 1))
            : error == 0 ? throw new NoLocksException($"{path} cannot be locked (two hold it at once): its file system has no locks that processes respect") : RefuseUnlessHeld(path, error);
    }

    /// <summary>Takes the lock together with others who share it; null if one holds it alone.</summary>
    /// <inheritdoc cref="TryAcquire"/>
    public static OsFileLock? TryShare(string path, int mode)
    {
        if (OperatingSystem.IsWindows())
        {
            try
            {
                return new OsFileLock(new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.ReadWrite));
            }
            catch (IOException) when (File.Exists(path))
            {
                return null;
            }
        }

        var handle = OpenRaw(path, mode);
        var error = Lock(handle, Shared);
        if (error == 0)
        {
            return new OsFileLock(new FileStream(handle, FileAccess.ReadWrite, 1));
        }

        handle.Dispose();
        return RefuseUnlessHeld(path, error);
    }

    // A file system that does not answer may have locks all the same.
    private static OsFileLock? RefuseUnlessHeld(string path, int error) => error is WouldBlockLinux or WouldBlockMac ? null
        : DiskTrouble.IsOfLocks(error) || DiskTrouble.IsOfFileSystem(error) ? throw new IOException($"{path} cannot be locked: {new Win32Exception(error).Message}", error)
        : throw new NoLocksException($"{path} cannot be locked ({new Win32Exception(error).Message}): its file system has no locks that processes respect");

    /// <summary>Whether another holds the lock alone, for those who may only read the file. False where nobody can tell.</summary>
    public static bool IsHeld(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            return false;
        }

        try
        {
            using var handle = RegularFile.Open(path);
            return Lock(handle, Shared) is WouldBlockLinux or WouldBlockMac;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    /// <summary>What the holder wrote, also while it holds.</summary>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static byte[] Read(string path)
    {
        using (var handle = RegularFile.Open(path))
        {
            FreshView.RenewIfShared(handle, Path.GetDirectoryName(path)!);
        }

        return RegularFile.Read(path, MostWritten) ?? throw new IOException($"{path} is larger than what is written into a lock");
    }

    public void Write(ReadOnlySpan<byte> content)
    {
        _stream.SetLength(0);
        _stream.Position = 0;
        _stream.Write(content);
        _stream.Flush();
    }

    public void Dispose()
    {
        // Closing alone would leave the lock with a child that another thread is just making: it has a copy of the descriptor until it becomes its own program.
        if (!OperatingSystem.IsWindows() && !_stream.SafeFileHandle.IsClosed)
        {
            _ = Flock(_stream.SafeFileHandle, Release);
        }

        _stream.Dispose();
    }

    // Some file systems say yes to everybody.
    private static bool IsRespected(string path, Func<SafeFileHandle, int> flock)
    {
        using var second = OpenRaw(path, OfItsUser);
        return flock(second) != 0;
    }

    private static int LockExclusively(SafeFileHandle handle) => Lock(handle, Exclusive);

    private static int Lock(SafeFileHandle handle, int how)
    {
        while (Flock(handle, how | DoNotWait) != 0)
        {
            if (Marshal.GetLastPInvokeError() is var error and not Interrupted)
            {
                return error;
            }
        }

        return 0;
    }

    private static SafeFileHandle OpenRaw(string path, int mode)
    {
        var (create, closeOnExec) = OperatingSystem.IsMacOS() ? (0x200, 0x1000000) : (0x40, 0x80000);
        var descriptor = Open(path, ReadAndWrite | create | closeOnExec, mode);
        if (descriptor >= 0)
        {
            return new SafeFileHandle(descriptor, ownsHandle: true);
        }

        var error = Marshal.GetLastPInvokeError();
        throw new IOException($"{path} cannot be opened: {new Win32Exception(error).Message}", error);
    }

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags, int mode);

    [LibraryImport("libc", EntryPoint = "flock", SetLastError = true)]
    private static partial int Flock(SafeFileHandle handle, int operation);
}

/// <summary>The file system has no locks that processes respect.</summary>
internal sealed class NoLocksException(string message) : IOException(message);
