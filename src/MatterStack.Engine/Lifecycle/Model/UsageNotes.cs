namespace MatterStack.Engine.Lifecycle.Model;

/// <summary>Why a figure of <see cref="AttemptUsage"/> is not known, as text for people.</summary>
internal static class UsageNotes
{
    public const string FromCache = "from the cache: nothing was executed";
    public const string NotStarted = "it did not start";
    public const string NotMeasured = "its operator does not measure it";
    public const string NotSeen = "no command saw its end";
    public const string ClockSetBack = "run time: the clock was set back, or two machines have different clocks";
    public const string MemoryOfChildrenOnly = "memory: known only if the command that started the attempt lives until the attempt's end";
    public const string EndedWithShell = "CPU and memory: its script was killed, so its processes were not counted";
    public const string MemoryOfKilled = "memory: its script was killed, so its processes were not counted";
    public const string NoTimes = "CPU: its script did not write it";
    public const string InContainer = "CPU and memory: its container runs outside the process that was measured";
    public const string AccountingPending = "the accounting of the cluster is asked again";
    public const string BatchScriptOnly = "CPU: only of processes that the job's script started on its own node";
    public const string NoAccounting = "memory: the cluster has no accounting";
    public const string NotListed = "memory: the accounting of the cluster does not list the job";
    public const string NothingGathered =
        "memory: the accounting of the cluster gathered nothing (JobAcctGatherType), or the job was too short for it";
    public const string NeverBegan = "its job never began";

    /// <summary>Joins notes; null if there are none.</summary>
    public static string? Join(params ReadOnlySpan<string?> notes)
    {
        var all = new List<string>();
        foreach (var note in notes)
        {
            if (note is not null && !all.Contains(note))
            {
                all.Add(note);
            }
        }

        return all.Count == 0 ? null : string.Join("; ", all);
    }
}
