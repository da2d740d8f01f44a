using System.Globalization;
using System.Text;
using MatterStack.Engine.Files;

namespace MatterStack.Engine.Operators.Processes.Native;

/// <summary>The system's process table: <c>/proc</c> on Linux, .NET elsewhere.</summary>
internal static class ProcessTable
{
    // Kernel clock ticks per second in /proc; USER_HZ is 100 on every architecture .NET runs on.
    private const double TicksPerSecond = 100;

    // The kernel gives the first time namespace this number. Other time namespaces shift start times.
    private const string FirstTimeNamespace = "time:[4026531834]";

    /// <summary>Id of the boot, because start times count from the boot; "-" if the system has none.</summary>
    public static string BootId { get; } = ReadBoot();

    /// <summary>The pid namespace of this process, and the time namespace if it is not the machine's first; null outside Linux.</summary>
    public static string? Namespace { get; } = ReadNamespace();

    /// <summary>Whether <c>/proc</c> shows the processes of this process's namespace. In a namespace without its own mount, it shows those
    /// of the outer one.</summary>
    public static bool ShowsOurNamespace { get; } =
        !OperatingSystem.IsLinux() || ReadLink("/proc/self") == Environment.ProcessId.ToString(CultureInfo.InvariantCulture);

    /// <summary>Reads one process; null if there is none with that pid, or it is not visible.</summary>
    public static ProcessStat? ReadProcess(int pid)
    {
        if (!OperatingSystem.IsLinux())
        {
            return ReadPortable(pid);
        }

        try
        {
            return ProcessStat.Parse(File.ReadAllText($"/proc/{pid.ToString(CultureInfo.InvariantCulture)}/stat"));
        }
        catch (Exception e) when (DiskErrors.IsAccessError(e))
        {
            return null;
        }
    }

    /// <summary>Reads all visible processes.</summary>
    public static IEnumerable<ProcessStat> ReadAll()
    {
        var pids = OperatingSystem.IsLinux()
            ? Directory
                .EnumerateDirectories("/proc")
                .Select(static folder =>
                    int.TryParse(Path.GetFileName(folder), NumberStyles.None, CultureInfo.InvariantCulture, out var pid) ? pid : 0
                )
            : ReadPortablePids();
        foreach (var pid in pids)
        {
            if (pid > 0 && ReadProcess(pid) is { } stat)
            {
                yield return stat;
            }
        }
    }

    /// <summary>Returns the time since a process started, by the clock that counts from the boot.</summary>
    public static TimeSpan ComputeAge(long start)
    {
        if (!OperatingSystem.IsLinux())
        {
            return DateTime.UtcNow - new DateTime(start, DateTimeKind.Utc);
        }

        var uptime = double.Parse(File.ReadAllText("/proc/uptime").Split(' ')[0], CultureInfo.InvariantCulture);
        return TimeSpan.FromSeconds(Math.Max(0, uptime - start / TicksPerSecond));
    }

    /// <summary>Reads the initial environment of a process, separated by NUL; null if it cannot be read.</summary>
    public static string? ReadEnvironment(int pid)
    {
        try
        {
            return Encoding.UTF8.GetString(File.ReadAllBytes($"/proc/{pid.ToString(CultureInfo.InvariantCulture)}/environ"));
        }
        catch (Exception e) when (DiskErrors.IsAccessError(e))
        {
            // Another user's process, or gone meanwhile.
            return null;
        }
    }

    /// <summary>Reads the peak of a process's resident memory, in bytes; null if it cannot be read.</summary>
    public static long? ReadPeakMemory(int pid)
    {
        const string Field = "VmHWM:";
        try
        {
            return
                File.ReadLines($"/proc/{pid.ToString(CultureInfo.InvariantCulture)}/status")
                    .FirstOrDefault(static line => line.StartsWith(Field, StringComparison.Ordinal))
                    is { } line
                && line[Field.Length..].Trim().Split(' ') is [var number, "kB"]
                && long.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var size)
                ? size * 1024
                : null;
        }
        catch (Exception e) when (DiskErrors.IsAccessError(e))
        {
            return null;
        }
    }

    /// <summary>Converts a processor time of the kernel.</summary>
    public static TimeSpan FromTicks(long ticks) => TimeSpan.FromSeconds(ticks / TicksPerSecond);

    /// <summary>Reads the name of a process's program; empty if the process is gone.</summary>
    public static string ReadName(int pid)
    {
        try
        {
            return OperatingSystem.IsLinux() ? File.ReadAllText($"/proc/{pid.ToString(CultureInfo.InvariantCulture)}/comm").TrimEnd() : "";
        }
        catch (Exception e) when (DiskErrors.IsAccessError(e))
        {
            return "";
        }
    }

    private static ProcessStat? ReadPortable(int pid)
    {
        try
        {
            using var process = System.Diagnostics.Process.GetProcessById(pid);
            return new ProcessStat(
                pid,
                process.HasExited ? 'Z' : 'R',
                0,
                Libc.GetSession(pid),
                0,
                0,
                1,
                process.StartTime.ToUniversalTime().Ticks
            );
        }
        catch (Exception e) when (e is ArgumentException or InvalidOperationException or System.ComponentModel.Win32Exception)
        {
            return null;
        }
    }

    private static List<int> ReadPortablePids()
    {
        var pids = new List<int>();
        foreach (var process in System.Diagnostics.Process.GetProcesses())
        {
            using (process)
            {
                pids.Add(process.Id);
            }
        }

        return pids;
    }

    private static string ReadBoot()
    {
        const string file = "/proc/sys/kernel/random/boot_id";
        return File.Exists(file) ? File.ReadAllText(file)[..8] : "-";
    }

    private static string? ReadNamespace()
    {
        if (!OperatingSystem.IsLinux() || ReadLink("/proc/self/ns/pid") is not { } pids)
        {
            return null;
        }

        return ReadLink("/proc/self/ns/time") is { } times && times != FirstTimeNamespace ? pids + "," + times : pids;
    }

    private static string? ReadLink(string path)
    {
        try
        {
            return new FileInfo(path).LinkTarget;
        }
        catch (Exception e) when (DiskErrors.IsAccessError(e))
        {
            return null;
        }
    }
}
