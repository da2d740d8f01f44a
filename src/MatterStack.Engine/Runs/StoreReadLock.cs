using System.Runtime.InteropServices;
using MatterStack.Engine.Files;
using MatterStack.Engine.Problems;
using Microsoft.Win32.SafeHandles;

namespace MatterStack.Engine.Runs;

/// <summary>The lock that a reader of SQLite takes, without SQLite: whoever writes to the store waits for its release.</summary>
/// <remarks>It belongs to the open file and not to the process, so it goes when the file is closed, and with nothing else.</remarks>
internal static partial class StoreReadLock
{
    private const int SetOfOpenFile = 37;
    private const short Read = 0;
    private const short Unlock = 2;
    private const int Interrupted = 4;
    private const int WouldBlock = 11;
    private const int Denied = 13;
    private const int Illegal = 22;
    private const int NotImplemented = 38;
    private const int NotSupported = 95;

    // Where SQLite locks: far behind the content of most stores, in the page that it leaves empty in others.
    private const long Pending = 0x40000000;
    private const long Shared = Pending + 2;
    private const long SharedLength = 510;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(10);

    /// <summary>Why the file system of a store gives nobody a lock, although it has locks; null if it does, or nothing is known of it.</summary>
    public static IOException? WhyNone(string path)
    {
        if (!OperatingSystem.IsLinux() || !Environment.Is64BitProcess || !File.Exists(path))
        {
            return null;
        }

        using var store = RegularFile.Open(path);
        return Set(store, Read, Pending, 1) is var error && DiskTrouble.IsOfLocks(error) ? CannotLock(path, error) : null;
    }

    /// <summary>Takes the lock on an open store; it is released when the store is closed. False where the system has no such locks, or their service is down.</summary>
    /// <param name="handle">The store.</param>
    /// <param name="path">Its path.</param>
    /// <param name="patience">How long a writer may take.</param>
    /// <exception cref="ProblemException">A writer has had it for too long.</exception>
    public static bool Take(SafeFileHandle handle, string path, TimeSpan patience)
    {
        if (!OperatingSystem.IsLinux() || !Environment.Is64BitProcess)
        {
            return false;
        }

        var clock = TimeProvider.System;
        for (var began = clock.GetTimestamp(); ;)
        {
            // A writer that waits for readers holds the first one, so that no more come.
            var error = Set(handle, Read, Pending, 1);
            if (error == 0)
            {
                error = Set(handle, Read, Shared, SharedLength);
                _ = Set(handle, Unlock, Pending, 1);
            }

            if (error == 0)
            {
                return true;
            }

            if (error is Illegal or NotImplemented or NotSupported || DiskTrouble.IsOfLocks(error))
            {
                return false;
            }

            if (error is not (WouldBlock or Denied or Interrupted))
            {
                throw CannotLock(path, error);
            }

            if (clock.GetElapsedTime(began) > patience)
            {
                throw new ProblemException(StoreConnection.InUse(path));
            }

            Thread.Sleep(Pause);
        }
    }

    private static IOException CannotLock(string path, int error) => new($"{path} cannot be locked: {Marshal.GetPInvokeErrorMessage(error)}", error);

    private static unsafe int Set(SafeFileHandle handle, short type, long start, long length)
    {
        var range = new Range { Type = type, Start = start, Length = length };
        return Control((int)handle.DangerousGetHandle(), SetOfOpenFile, &range) == 0 ? 0 : Marshal.GetLastPInvokeError();
    }

    [LibraryImport("libc", EntryPoint = "fcntl", SetLastError = true)]
    private static unsafe partial int Control(int descriptor, int command, Range* range);

    // struct flock
    [StructLayout(LayoutKind.Sequential)]
    private struct Range
    {
        public short Type;
        public short From;
        public long Start;
        public long Length;
        public int Process;
    }
}
