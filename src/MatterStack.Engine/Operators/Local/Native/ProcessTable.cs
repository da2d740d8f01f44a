using System.Globalization;
using System.Text;
using MatterStack.Engine.Identity;

namespace MatterStack.Engine.Operators.Local.Native;

/// <summary>What the system says of processes: <c>/proc</c> on Linux, .NET elsewhere.</summary>
internal static class ProcessTable
{
    // Kernel clock ticks a second in /proc; USER_HZ is 100 on every architecture .NET runs on.
    private const double TicksPerSecond = 100;

    /// <summary>Distinguishes boots where start times count from the boot.</summary>
    public static string Boot { get; } = ReadBoot();

    /// <summary>Start time and whether it is alive; null if there is no such process. A zombie is not alive.</summary>
    public static (long Start, bool Alive, int Session)? Read(int pid)
    {
        if (!OperatingSystem.IsLinux())
        {
            return ReadPortable(pid);
        }

        try
        {
            var stat = File.ReadAllText($"/proc/{pid.ToString(CultureInfo.InvariantCulture)}/stat");
            // The name in parentheses may itself hold blanks and parentheses.
            var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
            return (long.Parse(fields[19], CultureInfo.InvariantCulture), fields[0] is not ("Z" or "X"), int.Parse(fields[3], CultureInfo.InvariantCulture));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
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

    /// <summary>Session leaders whose environment names one of the attempts. A container has one of its own, begun later.</summary>
    public static Dictionary<AttemptId, int> FindByEnvironment(IReadOnlySet<AttemptId> attempts)
    {
        var found = new Dictionary<AttemptId, int>();
        var begun = new Dictionary<AttemptId, long>();
        if (!OperatingSystem.IsLinux())
        {
            return found;
        }

        foreach (var folder in Directory.EnumerateDirectories("/proc"))
        {
            if (!int.TryParse(Path.GetFileName(folder), NumberStyles.None, CultureInfo.InvariantCulture, out var pid)
                || EnvironmentOf(folder) is not { } environment)
            {
                continue;
            }

            const string name = "MATTERSTACK_ATTEMPT_ID=";
            var at = environment.IndexOf(name, StringComparison.Ordinal);
            if (at >= 0 && AttemptId.TryParse(environment[(at + name.Length)..].Split('\0')[0], out var id)
                && attempts.Contains(id) && Read(pid) is { Alive: true } stat && stat.Session == pid
                && !(begun.TryGetValue(id, out var earlier) && earlier <= stat.Start))
            {
                (found[id], begun[id]) = (pid, stat.Start);
            }
        }

        return found;
    }

    private static string? EnvironmentOf(string folder)
    {
        try
        {
            return Encoding.UTF8.GetString(File.ReadAllBytes(folder + "/environ"));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Another user's, or gone meanwhile.
            return null;
        }
    }

    private static (long, bool, int)? ReadPortable(int pid)
    {
        try
        {
            using var process = System.Diagnostics.Process.GetProcessById(pid);
            return (process.StartTime.ToUniversalTime().Ticks, !process.HasExited, pid);
        }
        catch (Exception e) when (e is ArgumentException or InvalidOperationException or System.ComponentModel.Win32Exception)
        {
            return null;
        }
    }

    private static string ReadBoot()
    {
        const string file = "/proc/sys/kernel/random/boot_id";
        return File.Exists(file) ? File.ReadAllText(file)[..8] : "-";
    }
}
