using System.Globalization;
using System.Numerics;
using System.Runtime.InteropServices;

namespace MatterStack.Engine.Operators.Processes;

/// <summary>The first fields of <c>struct rusage</c>.</summary>
/// <param name="CpuTime">User and system time.</param>
/// <param name="PeakMemoryBytes">Largest resident memory.</param>
internal readonly record struct ResourceUsage(TimeSpan CpuTime, long PeakMemoryBytes)
{
    /// <summary>Parses the structure; null on a 32-bit system, where its fields have other sizes.</summary>
    /// <param name="bytes">The structure.</param>
    /// <param name="isMacOS">Whether macOS filled it: there the microseconds have 32 bits, and the memory is in bytes instead of
    /// KiB.</param>
    public static ResourceUsage? Parse(ReadOnlySpan<byte> bytes, bool isMacOS)
    {
        if (IntPtr.Size != sizeof(long))
        {
            return null;
        }

        var words = MemoryMarshal.Cast<byte, long>(bytes);
        // Two struct timeval: seconds and microseconds of user time, then of system time.
        var microseconds = GetMicroseconds(words[1]) + GetMicroseconds(words[3]);
        var time = TimeSpan.FromTicks((words[0] + words[2]) * TimeSpan.TicksPerSecond + microseconds * TimeSpan.TicksPerMicrosecond);
        return new ResourceUsage(time, isMacOS ? words[4] : words[4] * 1024);

        // The bytes behind a 32-bit number are padding.
        long GetMicroseconds(long word) => isMacOS ? (int)(word & 0xffffffff) : word;
    }

    /// <summary>
    /// Returns what a child used. On Linux a process inherits the peak memory of the process that started it, until it exceeds that: a
    /// value that is not above it says nothing about the child.
    /// </summary>
    /// <param name="ofParent">Peak memory of the process that started it, at that time; 0 if the system does not add it.</param>
    public ProcessUsage ToProcessUsage(long ofParent) =>
        PeakMemoryBytes > ofParent
            ? new ProcessUsage(CpuTime, PeakMemoryBytes)
            : new ProcessUsage(
                CpuTime,
                null,
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"memory: below {RoundUp(PeakMemoryBytes)} MiB, where it cannot be told from that of the command that started it"
                )
            );

    // A power of two, so that attempts of one command have one text.
    private static long RoundUp(long bytes) => (long)BitOperations.RoundUpToPowerOf2((ulong)(bytes >> 20) + 1);
}
