using System.Collections.Concurrent;
using System.Globalization;
using MatterStack.Engine.Identity;

namespace MatterStack.Engine.Operators.Local.Native;

/// <summary>Control groups (version 2 of Linux) of attempts, below that of this process: no process leaves one by starting others. Where none can be made, nothing happens.</summary>
internal static class ControlGroups
{
    private const string Prefix = "matterstack-";
    private const int Deepest = 8;
    private const int MostBusy = 64;
    private static readonly Lazy<(string Root, string Own)?> Hierarchy = new(Find);
    private static readonly TimeSpan Forgotten = TimeSpan.FromHours(1);
    private static readonly ConcurrentDictionary<string, bool> Busy = new();
    private static volatile bool _refused;

    /// <summary>Makes the group of an attempt; its folder, or null where that cannot be done.</summary>
    public static string? Make(AttemptId attempt)
    {
        if (_refused || Hierarchy.Value is not { } groups)
        {
            return null;
        }

        try
        {
            var folder = Path.Combine(groups.Own, Prefix + attempt);
            return File.Exists(Path.Combine(Directory.CreateDirectory(folder).FullName, "cgroup.procs")) ? folder : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The usual case: groups were not handed to this user. It is not tried again.
            _refused = true;
            return null;
        }
    }

    /// <summary>Numbers of the processes in the attempts' groups, whoever made those.</summary>
    public static HashSet<int> Members(IReadOnlySet<AttemptId> attempts)
    {
        var members = new HashSet<int>();
        foreach (var folder in Of(attempts).SelectMany(static folder => Below(folder, "*").Prepend(folder)))
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
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // Gone meanwhile.
            }
        }

        return members;
    }

    /// <summary>Removes the group of an attempt. One in which processes go on stays.</summary>
    public static void Remove(AttemptId attempt)
    {
        if (Hierarchy.Value is not { } groups)
        {
            return;
        }

        if (Busy.Count > MostBusy)
        {
            Busy.Clear();
        }

        Busy[Path.Combine(groups.Own, Prefix + attempt)] = true;
        // The kernel lets a group go a moment after its last process; then it goes with the next one.
        foreach (var folder in Busy.Keys)
        {
            if (TryDelete(folder))
            {
                Busy.TryRemove(folder, out _);
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
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Its processes go on.
            return false;
        }
    }

    private static IEnumerable<string> Of(IReadOnlySet<AttemptId> attempts) => Hierarchy.Value is not { } groups ? [] : Below(groups.Root, Prefix + "*")
        .Where(folder => AttemptId.TryParse(Path.GetFileName(folder)[Prefix.Length..], out var id) && attempts.Contains(id));

    private static List<string> Below(string folder, string pattern)
    {
        try
        {
            return [.. Directory.EnumerateDirectories(folder, pattern, new EnumerationOptions { RecurseSubdirectories = true, IgnoreInaccessible = true, MaxRecursionDepth = Deepest, AttributesToSkip = FileAttributes.ReparsePoint })];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    // The hierarchy of version 2, alone or beside those of version 1, and this process's place in it.
    private static (string Root, string Own)? Find()
    {
        try
        {
            if (!OperatingSystem.IsLinux() || File.ReadLines("/proc/self/cgroup").FirstOrDefault(static line => line.StartsWith("0::/", StringComparison.Ordinal)) is not { } own)
            {
                return null;
            }

            var root = File.ReadLines("/proc/self/mountinfo").Where(static line => line.Contains(" - cgroup2 ", StringComparison.Ordinal)).Select(static line => line.Split(' ')[4]).FirstOrDefault();
            if (root is null)
            {
                return null;
            }

            var here = Path.Combine(root, own[4..]);
            // What crashes and background processes that have ended meanwhile left behind.
            foreach (var old in Directory.EnumerateDirectories(here, Prefix + "*").Where(static folder => DateTime.UtcNow - Directory.GetLastWriteTimeUtc(folder) > Forgotten).ToList())
            {
                TryDelete(old);
            }

            return (root, here);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
