using System.Globalization;
using MatterStack.Engine.Files;

namespace MatterStack.Engine.Operators.Processes.Native;

/// <summary>The memory of this machine.</summary>
internal static class MachineMemory
{
    private const string GroupRoot = "/sys/fs/cgroup";

    /// <summary>Memory in MiB: that of the machine, or the limit of this process's control group if it is lower.</summary>
    public static int ReadMebibytes()
    {
        var physical = OperatingSystem.IsLinux() ? ReadPhysical() : null;
        var most = physical ?? GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;
        foreach (var limit in OperatingSystem.IsLinux() ? ListGroupLimits(ReadLines("/proc/self/cgroup"), TryReadLimit) : [])
        {
            most = Math.Min(most, limit);
        }

        return (int)Math.Clamp(most >> 20, 1, int.MaxValue);
    }

    /// <summary>Limits in bytes of a control group and of the groups that contain it, version 1 and 2.</summary>
    /// <param name="groups">Lines of <c>/proc/self/cgroup</c>.</param>
    /// <param name="read">Reads the limit in a file; null: there is none.</param>
    public static IEnumerable<long> ListGroupLimits(IEnumerable<string> groups, Func<string, long?> read)
    {
        foreach (var line in groups)
        {
            var parts = line.Split(':', 3);
            var (root, file) =
                parts is ["0", "", _] ? (GroupRoot, "memory.max")
                : parts is [_, var controllers, _] && controllers.Split(',').Contains("memory")
                    ? (GroupRoot + "/memory", "memory.limit_in_bytes")
                : ("", "");
            if (root.Length == 0)
            {
                continue;
            }

            // In a container the path may be the one outside, which does not exist here; the limit is that of the root then.
            for (var path = parts[2].TrimEnd('/'); ; path = path[..path.LastIndexOf('/')])
            {
                if (read($"{root}{path}/{file}") is { } limit)
                {
                    yield return limit;
                }

                if (!path.Contains('/', StringComparison.Ordinal))
                {
                    break;
                }
            }
        }
    }

    private static long? ReadPhysical() =>
        ReadLines("/proc/meminfo").FirstOrDefault(static line => line.StartsWith("MemTotal:", StringComparison.Ordinal)) is { } total
        && total.Split(' ', StringSplitOptions.RemoveEmptyEntries) is [_, var kibibytes, ..]
        && long.TryParse(kibibytes, NumberStyles.None, CultureInfo.InvariantCulture, out var count)
            ? count * 1024
            : null;

    // "max", and in version 1 a number close to the largest, mean no limit.
    private static long? TryReadLimit(string path) =>
        ReadLines(path) is [var text, ..] && long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var limit)
            ? limit
            : null;

    private static string[] ReadLines(string path)
    {
        try
        {
            return File.ReadAllLines(path);
        }
        catch (Exception e) when (DiskErrors.IsAccessError(e))
        {
            return [];
        }
    }
}
