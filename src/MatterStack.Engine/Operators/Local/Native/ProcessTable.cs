using System.Globalization;
using System.Text;

namespace MatterStack.Engine.Operators.Local.Native;

/// <summary>What the system says of processes: <c>/proc</c> on Linux, .NET elsewhere.</summary>
internal static class ProcessTable
{
    // Kernel clock ticks a second in /proc; USER_HZ is 100 on every architecture .NET runs on.
    private const double TicksPerSecond = 100;

    // The kernel gives the first namespace of times this number; another one shifts start times.
    private const string FirstTimes = "time:[4026531834]";

    /// <summary>Distinguishes boots where start times count from the boot.</summary>
    public static string Boot { get; } = ReadBoot();

    /// <summary>Which namespace of process ids this process is in, and of times if that is not the machine's own; null outside of Linux.</summary>
    public static string? Namespace { get; } = ReadNamespace();

    /// <summary>Whether <c>/proc</c> shows the processes of this process's namespace. A namespace that was made without a mount of its own sees those of the one outside.</summary>
    public static bool IsOurs { get; } = !OperatingSystem.IsLinux() || Link("/proc/self") == Environment.ProcessId.ToString(CultureInfo.InvariantCulture);

    /// <summary>One process; null if there is none of that number, or none that may be seen.</summary>
    public static ProcessStat? Read(int pid)
    {
        if (!OperatingSystem.IsLinux())
        {
            return ReadPortable(pid);
        }

        try
        {
            return ProcessStat.Parse(File.ReadAllText($"/proc/{pid.ToString(CultureInfo.InvariantCulture)}/stat"));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>All processes that may be seen.</summary>
    public static IEnumerable<ProcessStat> All()
    {
        var pids = OperatingSystem.IsLinux()
            ? Directory.EnumerateDirectories("/proc").Select(static folder => int.TryParse(Path.GetFileName(folder), NumberStyles.None, CultureInfo.InvariantCulture, out var pid) ? pid : 0)
            : PortablePids();
        foreach (var pid in pids)
        {
            if (pid > 0 && Read(pid) is { } stat)
            {
                yield return stat;
            }
        }
    }

    /// <summary>Time since a process started, by the clock that counts from the boot.</summary>
    public static TimeSpan Age(long start)
    {
        if (!OperatingSystem.IsLinux())
        {
            return DateTime.UtcNow - new DateTime(start, DateTimeKind.Utc);
        }

        var uptime = double.Parse(File.ReadAllText("/proc/uptime").Split(' ')[0], CultureInfo.InvariantCulture);
        return TimeSpan.FromSeconds(Math.Max(0, uptime - start / TicksPerSecond));
    }

    /// <summary>The variables that a process was given when its program began; null if they may not be read.</summary>
    public static string? EnvironmentOf(int pid)
    {
        try
        {
            return Encoding.UTF8.GetString(File.ReadAllBytes($"/proc/{pid.ToString(CultureInfo.InvariantCulture)}/environ"));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Another user's, or gone meanwhile.
            return null;
        }
    }

    /// <summary>The name of a process's program; empty if it is gone.</summary>
    public static string NameOf(int pid)
    {
        try
        {
            return OperatingSystem.IsLinux() ? File.ReadAllText($"/proc/{pid.ToString(CultureInfo.InvariantCulture)}/comm").TrimEnd() : "";
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }

    private static ProcessStat? ReadPortable(int pid)
    {
        try
        {
            using var process = System.Diagnostics.Process.GetProcessById(pid);
            return new ProcessStat(pid, process.HasExited ? 'Z' : 'R', 0, Libc.SessionOf(pid), 0, 0, 1, process.StartTime.ToUniversalTime().Ticks);
        }
        catch (Exception e) when (e is ArgumentException or InvalidOperationException or System.ComponentModel.Win32Exception)
        {
            return null;
        }
    }

    private static List<int> PortablePids()
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
        if (!OperatingSystem.IsLinux() || Link("/proc/self/ns/pid") is not { } pids)
        {
            return null;
        }

        return Link("/proc/self/ns/time") is { } times && times != FirstTimes ? pids + "," + times : pids;
    }

    private static string? Link(string path)
    {
        try
        {
            return new FileInfo(path).LinkTarget;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
