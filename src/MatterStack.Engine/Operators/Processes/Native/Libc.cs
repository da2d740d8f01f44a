using System.Runtime.InteropServices;

namespace MatterStack.Engine.Operators.Processes.Native;

/// <summary>Functions of the C library without a counterpart in .NET.</summary>
internal static unsafe partial class Libc
{
    public const int OpenReadOnly = 0;
    public const int SigKill = 9;
    public const int SigTerm = 15;
    public const int ErrorInterrupted = 4;
    public const short PollIn = 1;

    private const long PidFdOpenNumber = 434;

    private const long PidFdSendSignalNumber = 424;

    /// <summary>Size in bytes. Larger than <c>posix_spawnattr_t</c>, <c>posix_spawn_file_actions_t</c> and <c>sigset_t</c> of any known C
    /// library (glibc: 336, 80 and 128 bytes).</summary>
    public const int OpaqueSize = 512;

    /// <summary>Size in bytes. Larger than <c>struct rusage</c> of any known C library (144 bytes in glibc, 272 in musl).</summary>
    public const int UsageSize = 512;

    public static int SigStop => OperatingSystem.IsMacOS() ? 17 : 19;

    public static int OpenForLog => OperatingSystem.IsMacOS() ? 0x1 | 0x200 | 0x400 | 0x8 : 0x1 | 0x40 | 0x200 | 0x400;

    /// <summary>POSIX_SPAWN_SETSID | SETSIGMASK | SETSIGDEF.</summary>
    public static short SpawnFlags => (short)((OperatingSystem.IsMacOS() ? 0x400 : 0x80) | 0x08 | 0x04);

    [LibraryImport("libc", EntryPoint = "posix_spawn")]
    public static partial int PosixSpawn(int* pid, byte* path, void* fileActions, void* attributes, byte** argv, byte** envp);

    [LibraryImport("libc", EntryPoint = "posix_spawn_file_actions_init")]
    public static partial int FileActionsInit(void* actions);

    [LibraryImport("libc", EntryPoint = "posix_spawn_file_actions_destroy")]
    public static partial int FileActionsDestroy(void* actions);

    [LibraryImport("libc", EntryPoint = "posix_spawn_file_actions_addopen")]
    public static partial int FileActionsAddOpen(void* actions, int fd, byte* path, int flags, uint mode);

    [LibraryImport("libc", EntryPoint = "posix_spawnattr_init")]
    public static partial int AttributesInit(void* attributes);

    [LibraryImport("libc", EntryPoint = "posix_spawnattr_destroy")]
    public static partial int AttributesDestroy(void* attributes);

    [LibraryImport("libc", EntryPoint = "posix_spawnattr_setflags")]
    public static partial int AttributesSetFlags(void* attributes, short flags);

    [LibraryImport("libc", EntryPoint = "posix_spawnattr_setsigdefault")]
    public static partial int AttributesSetSignalDefaults(void* attributes, void* signals);

    [LibraryImport("libc", EntryPoint = "posix_spawnattr_setsigmask")]
    public static partial int AttributesSetSignalMask(void* attributes, void* signals);

    [LibraryImport("libc", EntryPoint = "sigemptyset")]
    public static partial int SignalsClear(void* signals);

    [LibraryImport("libc", EntryPoint = "sigaddset")]
    public static partial int SignalsAdd(void* signals, int signal);

    /// <param name="pid">The child.</param>
    /// <param name="status">Receives how it ended.</param>
    /// <param name="options">0.</param>
    /// <param name="usage">Receives a <c>struct rusage</c>, of <see cref="UsageSize"/> bytes at most.</param>
    [LibraryImport("libc", EntryPoint = "wait4", SetLastError = true)]
    public static partial int WaitForChild(int pid, int* status, int options, void* usage);

    /// <param name="who">0: this process.</param>
    /// <param name="usage">Receives a <c>struct rusage</c>, of <see cref="UsageSize"/> bytes at most.</param>
    [LibraryImport("libc", EntryPoint = "getrusage", SetLastError = true)]
    public static partial int GetUsage(int who, void* usage);

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    public static partial int SendSignal(int pid, int signal);

    [LibraryImport("libc", EntryPoint = "getsid", SetLastError = true)]
    public static partial int GetSession(int pid);

    [LibraryImport("libc", EntryPoint = "poll", SetLastError = true)]
    public static partial int PollDescriptors(PollDescriptor* fds, nuint count, int timeoutMilliseconds);

    [LibraryImport("libc", EntryPoint = "close")]
    public static partial int CloseDescriptor(int fd);

    /// <summary>Returns a descriptor that becomes readable when the process ends; -1 if the kernel does not support it.</summary>
    public static int OpenPidDescriptor(int pid) => OperatingSystem.IsLinux() ? (int)SystemCall(PidFdOpenNumber, pid, 0) : -1;

    /// <summary>Signals the process of a descriptor from <see cref="OpenPidDescriptor"/>, even if its pid is reused.</summary>
    public static bool SignalDescriptor(int descriptor, int signal) => SystemCall(PidFdSendSignalNumber, descriptor, signal, 0, 0) == 0;

    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true)]
    private static partial long SystemCall(long number, long first, long second);

    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true)]
    private static partial long SystemCall(long number, long first, long second, long third, long fourth);

    [StructLayout(LayoutKind.Sequential)]
    public struct PollDescriptor
    {
        public int Descriptor;
        public short Events;
        public short ReturnedEvents;
    }
}
