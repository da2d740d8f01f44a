using MatterStack.Engine.Identity;
using MatterStack.Engine.Operators.Processes.Native;

namespace MatterStack.Engine.Operators.Processes;

/// <summary>Finds the processes of attempts on this machine: by session, environment, parent and control group.</summary>
internal static class ProcessSearch
{
    /// <summary>Variable with the attempt's id, for all its processes.</summary>
    public const string AttemptVariable = "MATTERSTACK_ATTEMPT_ID";

    /// <summary>Variable with the outer attempts of a nested run: processes of a run inside a task belong to that task, too.</summary>
    public const string OuterAttemptsVariable = "MATTERSTACK_OUTER_ATTEMPTS";

    /// <summary>Variable with the attempt's id, for the process that ends its container. That process must not be signalled.</summary>
    public const string ContainerVariable = "MATTERSTACK_CONTAINER_OF";

    /// <summary>Returns session leaders whose environment names one of the attempts. A container has its own leader, which started
    /// later.</summary>
    public static Dictionary<AttemptId, ProcessStat> FindLeaders(IReadOnlySet<AttemptId> attempts)
    {
        var found = new Dictionary<AttemptId, ProcessStat>();
        if (!OperatingSystem.IsLinux())
        {
            return found;
        }

        foreach (var stat in ProcessTable.ReadAll())
        {
            if (
                stat.IsAlive
                && stat.Session == stat.Pid
                && AttemptVariables.ReadFrom(stat.Pid) is { } variables
                && AttemptId.TryParse(variables.Attempt, out var id)
                && attempts.Contains(id)
                && !(found.TryGetValue(id, out var earlier) && earlier.StartTime <= stat.StartTime)
            )
            {
                found[id] = stat;
            }
        }

        return found;
    }

    /// <summary>Returns all live processes of the owners, without this process and its ancestors.</summary>
    public static IReadOnlyList<AttemptProcess> FindAll(ProcessOwners owners)
    {
        var all = new Dictionary<int, ProcessStat>();
        foreach (var stat in ProcessTable.ReadAll())
        {
            all[stat.Pid] = stat;
        }

        var leaders = owners
            .Leaders.Where(leader => IsOurSession(leader, all, owners.LeadersJustEnded))
            .Select(static leader => leader.Pid)
            .ToHashSet();
        var known = owners.KnownProcesses.ToDictionary(
            static process => (process.Pid, process.StartTime),
            static process => process.IsCleanup
        );
        var begun = owners.Leaders.Count == 0 ? 0 : owners.Leaders.Min(static leader => leader.StartTime);
        var members = ControlGroups.ReadMembers(owners.Attempts);
        var (keepers, others) = (new HashSet<int>(), new HashSet<int>());
        var named = new List<ProcessStat>();
        foreach (var stat in all.Values.Where(stat => stat.StartTime >= begun))
        {
            if (known.TryGetValue((stat.Pid, stat.StartTime), out var kept))
            {
                (kept ? keepers : members).Add(stat.Pid);
                continue;
            }

            var variables = AttemptVariables.ReadFrom(stat.Pid);
            if (variables is { ContainerAttempt: { } cleared } keeper)
            {
                (keeper.Attempts.Append(cleared).Any(name => IncludesAttempt(owners, name)) ? keepers : others).Add(stat.Pid);
            }
            else if (leaders.Contains(stat.Session))
            {
                members.Add(stat.Pid);
            }
            else if (variables is { } given && given.Attempts.Any(name => IncludesAttempt(owners, name)))
            {
                named.Add(stat);
            }
        }

        // A person who runs an attempt's script again in a terminal passes on its id. Those processes do not belong to the attempt.
        var ids = named.Select(static stat => stat.Pid).ToHashSet();
        members.UnionWith(
            named
                .Where(stat =>
                    stat.Terminal == 0 || !all.ContainsKey(stat.Session) || ids.Contains(stat.Session) || members.Contains(stat.Session)
                )
                .Select(static stat => stat.Pid)
        );
        members.ExceptWith(others);
        AddDescendants(all.Values.Where(stat => !others.Contains(stat.Pid)), members, keepers);

        var spared = FindAncestors(all);
        var found = members
            .Union(keepers)
            .Where(pid => pid > 1 && !spared.Contains(pid) && all.TryGetValue(pid, out var stat) && stat.IsAlive);
        return [.. found.Select(pid => new AttemptProcess(pid, all[pid].StartTime, ProcessTable.ReadName(pid), keepers.Contains(pid)))];
    }

    private static bool IncludesAttempt(ProcessOwners owners, string name) =>
        AttemptId.TryParse(name, out var id) && owners.Attempts.Contains(id);

    // The kernel does not reuse a pid that still names a session. If another process has the pid, our session is gone.
    // If no process has it, it may have been reused and released again.
    private static bool IsOurSession(ProcessIdentity leader, Dictionary<int, ProcessStat> all, bool justEnded) =>
        all.TryGetValue(leader.Pid, out var now) ? now.StartTime == leader.StartTime : justEnded;

    // Adds child processes of members, whatever their environment, and processes in a session that a member leads.
    private static void AddDescendants(IEnumerable<ProcessStat> all, HashSet<int> members, HashSet<int> keepers)
    {
        bool grown;
        do
        {
            grown = false;
            foreach (var stat in all)
            {
                if (keepers.Contains(stat.Pid))
                {
                    continue;
                }

                grown |= keepers.Contains(stat.Parent)
                    ? keepers.Add(stat.Pid) | members.Remove(stat.Pid)
                    : (members.Contains(stat.Parent) || members.Contains(stat.Session)) && members.Add(stat.Pid);
            }
        } while (grown);
        members.ExceptWith(keepers);
    }

    private static HashSet<int> FindAncestors(Dictionary<int, ProcessStat> all)
    {
        var own = new HashSet<int>();
        for (var pid = Environment.ProcessId; pid > 1 && own.Add(pid) && all.TryGetValue(pid, out var stat); pid = stat.Parent) { }

        return own;
    }

    /// <summary>The attempts in a process's environment.</summary>
    private readonly record struct AttemptVariables(string? Attempt, string? OuterAttempts, string? ContainerAttempt)
    {
        public IEnumerable<string> Attempts =>
            OuterAttempts is null
                ? Attempt is null
                    ? []
                    : [Attempt]
                : [.. OuterAttempts.Split(','), Attempt ?? ""];

        public static AttemptVariables? ReadFrom(int pid)
        {
            if (ProcessTable.ReadEnvironment(pid) is not { } environment || !environment.Contains("MATTERSTACK_", StringComparison.Ordinal))
            {
                return null;
            }

            var entries = environment.Split('\0');
            return new AttemptVariables(
                FindValue(entries, AttemptVariable),
                FindValue(entries, OuterAttemptsVariable),
                FindValue(entries, ContainerVariable)
            );
        }

        private static string? FindValue(string[] entries, string name) =>
            entries
                .FirstOrDefault(entry =>
                    entry.Length > name.Length && entry[name.Length] == '=' && entry.StartsWith(name, StringComparison.Ordinal)
                )
                ?[(name.Length + 1)..];
    }
}
