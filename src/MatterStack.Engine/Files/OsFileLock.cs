using System.ComponentModel;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace MatterStack.Engine.Files;

/// <summary>A file lock held by one process at a time. The operating system releases it when the process ends for any reason.</summary>
/// <remarks>
/// Uses <c>flock</c> on Unix: .NET's own locking also refuses readers, but the holder's record must be readable while the lock is held.
/// Child processes do not inherit the descriptor.
/// </remarks>
internal sealed partial class OsFileLock : IDisposable
{
    private const int Shared = 1;
    private const int Exclusive = 2;
    private const int DoNotWait = 4;
    private const int Unlock = 8;
    private const int ReadAndWrite = 2;
    private const int WouldBlockLinux = 11;
    private const int WouldBlockMac = 35;
    private const int Interrupted = 4;
    private const int OwnerOnlyMode = 0x180;
    private const int MaxContentBytes = 1 << 16;
    private readonly FileStream _stream;

    private OsFileLock(FileStream stream) => _stream = stream;

    /// <summary>Takes the lock exclusively. Returns null if another process holds it.</summary>
    /// <param name="path">The lock file; created if it does not exist.</param>
    /// <param name="flock">The system call, which returns 0 or an error number; tests replace it.</param>
    /// <param name="mode">Unix mode of the file if it is created; by default only its user may open it.</param>
    /// <exception cref="NoLocksException">The file system does not enforce locks.</exception>
    /// <exception cref="IOException">The file cannot be opened, or its file system does not answer.</exception>
    public static OsFileLock? TryAcquire(string path, Func<SafeFileHandle, int>? flock = null, int mode = OwnerOnlyMode)
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

        return DiskErrors.RetryIfStale(() => AcquireOnce(path, flock, mode));
    }

    private static OsFileLock? AcquireOnce(string path, Func<SafeFileHandle, int> flock, int mode)
    {
        var handle = OpenHandle(path, mode);
        var (error, isHeld) = (0, false);
        try
        {
            error = flock(handle);
            isHeld = error == 0 && AreLocksRespected(path, flock);
        }
        finally
        {
            if (!isHeld)
            {
                handle.Dispose();
            }
        }

        return isHeld ? new OsFileLock(new FileStream(handle, FileAccess.ReadWrite, 1))
            : error == 0
                ? throw new NoLocksException(
                    $"{path} cannot be locked (two handles hold the lock at once): its file system does not enforce locks"
                )
            : ThrowUnlessHeld(path, error);
    }

    /// <summary>Takes the lock shared. Returns null if another process holds it exclusively.</summary>
    /// <inheritdoc cref="TryAcquire"/>
    public static OsFileLock? TryAcquireShared(string path, int mode)
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

        var handle = OpenHandle(path, mode);
        var error = LockFile(handle, Shared);
        if (error == 0)
        {
            return new OsFileLock(new FileStream(handle, FileAccess.ReadWrite, 1));
        }

        handle.Dispose();
        return ThrowUnlessHeld(path, error);
    }

    // A file system that does not answer may still support locks.
    private static OsFileLock? ThrowUnlessHeld(string path, int error) =>
        error is WouldBlockLinux or WouldBlockMac ? null
        : DiskErrors.IsLockServiceError(error) || DiskErrors.IsFileSystemError(error)
            ? throw new IOException($"{path} cannot be locked: {new Win32Exception(error).Message}", error)
        : throw new NoLocksException(
            $"{path} cannot be locked ({new Win32Exception(error).Message}): its file system does not enforce locks"
        );

    /// <summary>
    /// Whether another process holds the lock exclusively, for processes that may only read the file. Returns false if unknown.
    /// </summary>
    public static bool IsHeld(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            return false;
        }

        try
        {
            using var handle = RegularFile.OpenHandle(path);
            return LockFile(handle, Shared) is WouldBlockLinux or WouldBlockMac;
        }
        catch (Exception e) when (DiskErrors.IsAccessError(e))
        {
            return false;
        }
    }

    /// <summary>Reads the holder's record, also while the lock is held.</summary>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static byte[] Read(string path)
    {
        using (var handle = RegularFile.OpenHandle(path))
        {
            RemoteFileCache.InvalidateIfShared(handle, Path.GetDirectoryName(path)!);
        }

        return RegularFile.Read(path, MaxContentBytes) ?? throw new IOException($"{path} is larger than a lock file");
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
        // Unlocks explicitly: a child process that another thread is starting has a copy of the descriptor until exec, which would keep the
        // lock.
        if (!OperatingSystem.IsWindows() && !_stream.SafeFileHandle.IsClosed)
        {
            _ = CallFlock(_stream.SafeFileHandle, Unlock);
        }

        _stream.Dispose();
    }

    // Some file systems grant every lock.
    private static bool AreLocksRespected(string path, Func<SafeFileHandle, int> flock)
    {
        using var second = OpenHandle(path, OwnerOnlyMode);
        return flock(second) != 0;
    }

    private static int LockExclusively(SafeFileHandle handle) => LockFile(handle, Exclusive);

    private static int LockFile(SafeFileHandle handle, int how)
    {
        while (CallFlock(handle, how | DoNotWait) != 0)
        {
            if (Marshal.GetLastPInvokeError() is var error and not Interrupted)
            {
                return error;
            }
        }

        return 0;
    }

    private static SafeFileHandle OpenHandle(string path, int mode)
    {
        var (create, closeOnExec) = OperatingSystem.IsMacOS() ? (0x200, 0x1000000) : (0x40, 0x80000);
        var descriptor = LibcFiles.OpenPath(path, ReadAndWrite | create | closeOnExec, mode);
        if (descriptor >= 0)
        {
            return new SafeFileHandle(descriptor, ownsHandle: true);
        }

        var error = Marshal.GetLastPInvokeError();
        throw new IOException($"{path} cannot be opened: {new Win32Exception(error).Message}", error);
    }

    [LibraryImport("libc", EntryPoint = "flock", SetLastError = true)]
    private static partial int CallFlock(SafeFileHandle handle, int operation);
}
