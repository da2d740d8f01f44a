using System.Globalization;

namespace MatterStack.Engine.Operators.Processes.Native;

/// <summary>The used fields of <c>/proc/PID/stat</c>.</summary>
/// <param name="Pid">Process id.</param>
/// <param name="State">The kernel's letter: R, S, D, Z, …</param>
/// <param name="Parent">Process id of its parent.</param>
/// <param name="Session">Process id of its session's leader.</param>
/// <param name="Terminal">Its controlling terminal; 0 if none.</param>
/// <param name="Flags">The kernel's flags of the process.</param>
/// <param name="Threads">Number of threads.</param>
/// <param name="StartTime">Start time, in the system's unit.</param>
/// <param name="CpuTicks">Processor time of the process and of the children that it has waited for, in clock ticks.</param>
internal readonly record struct ProcessStat(
    int Pid,
    char State,
    int Parent,
    int Session,
    int Terminal,
    uint Flags,
    int Threads,
    long StartTime,
    long CpuTicks = 0
)
{
    // PF_FORKNOEXEC of the kernel: the process is a copy of its parent and has executed no program.
    private const uint NeverExecuted = 0x40;

    /// <summary>Whether the process runs. A zombie does not, unless only its first thread has ended.</summary>
    public bool IsAlive => State != 'X' && (State != 'Z' || Threads > 1);

    /// <summary>Whether the process has not executed its program (yet).</summary>
    public bool HasNoProgram => (Flags & NeverExecuted) != 0;

    // User and system time of the process, then of its children.
    private static long SumTicks(string[] fields) =>
        fields[11..15]
            .Sum(static field =>
                long.TryParse(field, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var ticks) ? ticks : 0
            );

    /// <summary>Parses the line; null if it is malformed.</summary>
    public static ProcessStat? Parse(string line)
    {
        // The name in parentheses may contain blanks and parentheses.
        var open = line.IndexOf('(', StringComparison.Ordinal);
        var close = line.LastIndexOf(')');
        if (open < 1 || close < open || close + 2 >= line.Length)
        {
            return null;
        }

        var fields = line[(close + 2)..].Split(' ');
        return
            fields.Length > 19
            && fields[0].Length == 1
            && int.TryParse(line.AsSpan(0, open - 1), NumberStyles.None, CultureInfo.InvariantCulture, out var pid)
            && int.TryParse(fields[1], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var parent)
            && int.TryParse(fields[3], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var session)
            && int.TryParse(fields[4], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var terminal)
            && uint.TryParse(fields[6], NumberStyles.None, CultureInfo.InvariantCulture, out var flags)
            && int.TryParse(fields[17], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var threads)
            && long.TryParse(fields[19], NumberStyles.None, CultureInfo.InvariantCulture, out var start)
            ? new ProcessStat(pid, fields[0][0], parent, session, terminal, flags, threads, start, SumTicks(fields))
            : null;
    }
}
