using System.Collections.Concurrent;
using System.Globalization;
using MatterStack.Engine.Files;
using MatterStack.Engine.Identity;

namespace MatterStack.Engine.Operators.Processes.Native;

/// <summary>Control groups (version 2 of Linux) of attempts, below the group of this process. Child processes stay in the group of their
/// parent. Where no group can be created, the methods do nothing.</summary>
internal static class ControlGroups
{
    /// <summary>Variable with the folder of the control group that an attempt's script joins.</summary>
    public const string PathVariable = "MATTERSTACK_CONTROL_GROUP";

    private const string Prefix = "matterstack-";
    private const int MaxDepth = 8;
    private const int MaxRemaining = 64;
    private static readonly Lazy<(string Root, string Own)?> Hierarchy = new(FindHierarchy);
    private static readonly TimeSpan StaleAge = TimeSpan.FromHours(1);
    private static readonly ConcurrentDictionary<string, bool> Remaining = new();
    private static volatile bool _isUnavailable;

    /// <summary>Creates the group of an attempt. Returns its folder; null if it cannot be created.</summary>
    public static string? CreateGroup(AttemptId attempt)
    {
        if (_isUnavailable || Hierarchy.Value is not { } groups)
        {
            return null;
        }

        try
        {
            var folder = Path.Combine(groups.Own, Prefix + attempt);
            return File.Exists(Path.Combine(Directory.CreateDirectory(folder).FullName, "cgroup.procs")) ? folder : null;
        }
        catch (Exception e) when (DiskErrors.IsAccessError(e))
        {
            // The usual case: this user may not create groups. Do not try again.
            _isUnavailable = true;
            return null;
        }
    }

    /// <summary>Returns the pids in the attempts' groups, including groups that other processes created.</summary>
    public static HashSet<int> ReadMembers(IReadOnlySet<AttemptId> attempts)
    {
        var members = new HashSet<int>();
        foreach (var folder in FindGroups(attempts).SelectMany(static folder => ListFolders(folder, "*").Prepend(folder)))
        {
            try
            {
                foreach (var line in File.ReadLines(Path.Combine(folder, "cgroup.procs")))
                {
                    if (int.TryParse(line, NumberStyles.None, CultureInfo.InvariantCulture, out var pid))
                    {
                        members.Add(pid);
                    }
                }
            }
            catch (Exception e) when (DiskErrors.IsAccessError(e))
            {
                // The group was removed meanwhile.
            }
        }

        return members;
    }

    /// <summary>Removes the group of an attempt. A group with running processes stays.</summary>
    public static void RemoveGroup(AttemptId attempt)
    {
        if (Hierarchy.Value is not { } groups)
        {
            return;
        }

        if (Remaining.Count > MaxRemaining)
        {
            Remaining.Clear();
        }

        Remaining[Path.Combine(groups.Own, Prefix + attempt)] = true;
        // The kernel allows the removal shortly after the last process has ended. A later call removes the group then.
        foreach (var folder in Remaining.Keys)
        {
            if (TryDelete(folder))
            {
                Remaining.TryRemove(folder, out _);
            }
        }
    }

    private static bool TryDelete(string folder)
    {
        try
        {
            if (Directory.Exists(folder))
            {
                Directory.Delete(folder);
            }

            return true;
        }
        catch (Exception e) when (DiskErrors.IsAccessError(e))
        {
            // Its processes still run.
            return false;
        }
    }

    private static IEnumerable<string> FindGroups(IReadOnlySet<AttemptId> attempts) =>
        Hierarchy.Value is not { } groups
            ? []
            : ListFolders(groups.Root, Prefix + "*")
                .Where(folder => AttemptId.TryParse(Path.GetFileName(folder)[Prefix.Length..], out var id) && attempts.Contains(id));

    private static List<string> ListFolders(string folder, string pattern)
    {
        try
        {
            return
            [
                .. Directory.EnumerateDirectories(
                    folder,
                    pattern,
                    new EnumerationOptions
                    {
                        RecurseSubdirectories = true,
                        IgnoreInaccessible = true,
                        MaxRecursionDepth = MaxDepth,
                        AttributesToSkip = FileAttributes.ReparsePoint,
                    }
                ),
            ];
        }
        catch (Exception e) when (DiskErrors.IsAccessError(e))
        {
            return [];
        }
    }

    // Finds the hierarchy of version 2, alone or beside those of version 1, and the group of this process in it.
    private static (string Root, string Own)? FindHierarchy()
    {
        try
        {
            if (
                !OperatingSystem.IsLinux()
                || File.ReadLines("/proc/self/cgroup").FirstOrDefault(static line => line.StartsWith("0::/", StringComparison.Ordinal))
                    is not { } own
            )
            {
                return null;
            }

            var root = File.ReadLines("/proc/self/mountinfo")
                .Where(static line => line.Contains(" - cgroup2 ", StringComparison.Ordinal))
                .Select(static line => line.Split(' ')[4])
                .FirstOrDefault();
            if (root is null)
            {
                return null;
            }

            var here = Path.Combine(root, own[4..]);
            // Delete groups that crashes and ended background processes left behind.
            foreach (
                var old in Directory
                    .EnumerateDirectories(here, Prefix + "*")
                    .Where(static folder => DateTime.UtcNow - Directory.GetLastWriteTimeUtc(folder) > StaleAge)
                    .ToList()
            )
            {
                TryDelete(old);
            }

            return (root, here);
        }
        catch (Exception e) when (DiskErrors.IsAccessError(e))
        {
            return null;
        }
    }
}
