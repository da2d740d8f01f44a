using System.Runtime.InteropServices;
using MatterStack.Engine.Files;
using MatterStack.Engine.Problems;
using Microsoft.Win32.SafeHandles;

namespace MatterStack.Engine.Runs.Store.Sqlite;

/// <summary>Takes SQLite's shared lock of a reader without SQLite; a writer of the store waits for its release.</summary>
/// <remarks>The lock belongs to the open file, not to the process, so only closing this file releases it.</remarks>
internal static partial class StoreReadLock
{
    private const int SetLockOfOpenFile = 37;
    private const short ReadLockType = 0;
    private const short UnlockType = 2;
    private const int Interrupted = 4;
    private const int WouldBlock = 11;
    private const int AccessDenied = 13;
    private const int InvalidArgument = 22;
    private const int NotImplemented = 38;
    private const int NotSupported = 95;

    // Byte ranges that SQLite locks: beyond the end of most stores; larger stores leave this page empty.
    private const long PendingByte = 0x40000000;
    private const long SharedFirstByte = PendingByte + 2;
    private const long SharedLength = 510;
    private static readonly TimeSpan RetryDelay = TimeSpan.FromMilliseconds(10);

    /// <summary>Error with which the file system of a store refuses all locks although it supports them. Returns null if it grants locks,
    /// or if this cannot be determined.</summary>
    public static IOException? FindLockFailure(string path)
    {
        if (!OperatingSystem.IsLinux() || !Environment.Is64BitProcess || !File.Exists(path))
        {
            return null;
        }

        using var store = RegularFile.OpenHandle(path);
        return SetLock(store, ReadLockType, PendingByte, 1) is var error && DiskErrors.IsLockServiceError(error)
            ? CreateLockException(path, error)
            : null;
    }

    /// <summary>Takes the lock on an open store; it is released when the store is closed. Returns false if the system has no such locks, or
    /// if their service is down.</summary>
    /// <param name="handle">The store.</param>
    /// <param name="path">Its path.</param>
    /// <param name="patience">Longest time to wait for a writer.</param>
    /// <exception cref="ProblemException">A writer keeps the store locked.</exception>
    public static bool TryAcquire(SafeFileHandle handle, string path, TimeSpan patience)
    {
        if (!OperatingSystem.IsLinux() || !Environment.Is64BitProcess)
        {
            return false;
        }

        var clock = TimeProvider.System;
        var began = clock.GetTimestamp();
        while (true)
        {
            // A writer that waits for readers holds the pending lock, so that no new readers start.
            var error = SetLock(handle, ReadLockType, PendingByte, 1);
            if (error == 0)
            {
                error = SetLock(handle, ReadLockType, SharedFirstByte, SharedLength);
                _ = SetLock(handle, UnlockType, PendingByte, 1);
            }

            if (error == 0)
            {
                return true;
            }

            if (error is InvalidArgument or NotImplemented or NotSupported || DiskErrors.IsLockServiceError(error))
            {
                return false;
            }

            if (error is not (WouldBlock or AccessDenied or Interrupted))
            {
                throw CreateLockException(path, error);
            }

            if (clock.GetElapsedTime(began) > patience)
            {
                throw new ProblemException(StoreConnection.CreateInUseProblem(path));
            }

            Thread.Sleep(RetryDelay);
        }
    }

    private static IOException CreateLockException(string path, int error) =>
        new($"{path} cannot be locked: {Marshal.GetPInvokeErrorMessage(error)}", error);

    private static unsafe int SetLock(SafeFileHandle handle, short type, long start, long length)
    {
        var range = new LockRange
        {
            Type = type,
            Start = start,
            Length = length,
        };
        return CallFcntl((int)handle.DangerousGetHandle(), SetLockOfOpenFile, &range) == 0 ? 0 : Marshal.GetLastPInvokeError();
    }

    [LibraryImport("libc", EntryPoint = "fcntl", SetLastError = true)]
    private static unsafe partial int CallFcntl(int descriptor, int command, LockRange* range);

    // struct flock
    [StructLayout(LayoutKind.Sequential)]
    private struct LockRange
    {
        public short Type;
        public short Origin;
        public long Start;
        public long Length;
        public int ProcessId;
    }
}
