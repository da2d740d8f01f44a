using MatterStack.Engine.Lifecycle.Model;
using MatterStack.Engine.Runs.Store;

namespace MatterStack.Engine.Runs.Usage;

/// <summary>What the attempts of a group of tasks asked for and used.</summary>
/// <remarks>Unknown values are counted with their reasons and are part of no figure. Attempts whose results came from the cache used
/// nothing and are only counted.</remarks>
/// <param name="group">The group.</param>
internal sealed class GroupUsage(TaskGroup group)
{
    private const int MaxNotes = 10;
    private const double BytesPerGib = 1L << 30;

    /// <summary>Reason for values of an attempt that an earlier version recorded.</summary>
    public const string EarlierVersion = "recorded by an earlier version";

    /// <summary>Reason for values that the scheduler has not supplied yet.</summary>
    public const string NotYetKnown = "not yet supplied by the scheduler";

    private readonly SortedDictionary<string, int> _ends = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, int> _notes = new(StringComparer.Ordinal);
    private Identity.TaskId? _last;

    /// <summary>The group.</summary>
    public TaskGroup Group => group;

    /// <summary>Number of its tasks that are counted here: all, or those of a selection.</summary>
    public int Tasks { get; private set; }

    /// <summary>Number of attempts that were executed and completed.</summary>
    public int Completed { get; private set; }

    /// <summary>Number of attempts that were executed and ended otherwise.</summary>
    public int Failed { get; private set; }

    /// <summary>Number of attempts whose results came from the cache.</summary>
    public int Cached { get; private set; }

    /// <summary>Number of attempts that have not ended.</summary>
    public int Active { get; private set; }

    /// <summary>Causes of the attempts that did not complete, with their numbers.</summary>
    public IReadOnlyDictionary<string, int> Ends => _ends;

    /// <summary>Why values are unknown, with the number of attempts.</summary>
    public IReadOnlyDictionary<string, int> Notes => _notes;

    public AskedAmount AskedNodes { get; } = new();

    public AskedAmount AskedRanks { get; } = new();

    /// <summary>Cores of each rank.</summary>
    public AskedAmount AskedCores { get; } = new();

    /// <summary>Memory on each node in bytes.</summary>
    public AskedAmount AskedMemory { get; } = new();

    /// <summary>Time limit in seconds.</summary>
    public AskedAmount AskedTime { get; } = new();

    /// <summary>Seconds that completed attempts ran.</summary>
    public UsageFigures WallTime { get; } = new();

    /// <summary>CPU seconds of completed attempts.</summary>
    public UsageFigures CpuTime { get; } = new();

    /// <summary>CPU time divided by the time that the attempt ran: cores that were busy on average.</summary>
    public UsageFigures BusyCores { get; } = new();

    /// <summary>Peak memory of completed attempts in bytes; of the largest process if <see cref="IsLargestProcess"/>.</summary>
    public UsageFigures PeakMemory { get; } = new();

    /// <summary>Seconds that attempts waited in a queue, however they ended.</summary>
    public UsageFigures QueueTime { get; } = new();

    /// <summary>Whether attempts have several processes or nodes, so that the peak memory is that of the largest process.</summary>
    public bool IsLargestProcess { get; private set; }

    /// <summary>CPU seconds of all attempts of which both this and the reserved time are known.</summary>
    public double? CpuSeconds { get; private set; }

    /// <summary>Time that these attempts ran, times their cores, in seconds.</summary>
    public double? ReservedSeconds { get; private set; }

    /// <summary>Largest peak memory of attempts that did not complete, in bytes; null if it is not known.</summary>
    public double? FailedMemory { get; private set; }

    /// <summary>Longest time of attempts that did not complete, in seconds; null if it is not known.</summary>
    public double? FailedTime { get; private set; }

    /// <summary>Largest memory that was too little, in bytes; null if no attempt ended so.</summary>
    public double? TooLittleMemory { get; private set; }

    /// <summary>Longest time limit that was too short, in seconds; null if no attempt ended so.</summary>
    public double? TooLittleTime { get; private set; }

    /// <summary>Number of attempts that were executed and have ended.</summary>
    public int Ended => Completed + Failed;

    /// <summary>Adds a task without an attempt, or an attempt; attempts of one task follow each other.</summary>
    public void Add(UsageRow row)
    {
        Tasks += _last == row.Task ? 0 : 1;
        _last = row.Task;
        if (row.State is not { } state)
        {
            return;
        }

        if (row.IsCached)
        {
            Cached++;
        }
        else if (state is AttemptStatus.Completed or AttemptStatus.Failed or AttemptStatus.FailedInit or AttemptStatus.Cancelled)
        {
            AddAsked(row);
            AddUsed(row, state);
        }
        else
        {
            Active++;
            AddAsked(row);
        }
    }

    private void AddAsked(UsageRow row)
    {
        AskedNodes.Add(row.Nodes);
        AskedRanks.Add(row.Ranks);
        AskedCores.Add(row.Cores);
        AskedMemory.Add(row.MemoryGb * BytesPerGib);
        AskedTime.Add(row.TimeLimit?.TotalSeconds);
        IsLargestProcess |= row.Ranks > 1 || row.Nodes > 1;
    }

    private void AddUsed(UsageRow row, AttemptStatus state)
    {
        var (wall, cpu, memory) = (
            row.Usage?.WallTime?.TotalSeconds,
            row.Usage?.CpuTime?.TotalSeconds,
            (double?)row.Usage?.PeakMemoryBytes
        );
        QueueTime.Add(row.Usage?.QueueTime?.TotalSeconds);
        if (wall is { } ran && cpu is { } busy)
        {
            CpuSeconds = (CpuSeconds ?? 0) + busy;
            ReservedSeconds = (ReservedSeconds ?? 0) + ran * row.TotalCores;
        }

        if (state == AttemptStatus.Completed)
        {
            Completed++;
            WallTime.Add(wall);
            CpuTime.Add(cpu);
            PeakMemory.Add(memory);
            BusyCores.Add(wall > 0 ? cpu / wall : null);
        }
        else
        {
            Failed++;
            AddFailed(row, state, wall, memory);
        }

        // An attempt that never started used nothing.
        if (state != AttemptStatus.FailedInit && (wall is null || cpu is null || memory is null))
        {
            AddNote(
                row.Usage is null ? EarlierVersion
                : row.Usage.Source == UsageSource.Pending ? NotYetKnown
                : row.Usage.Note ?? "no reason is recorded"
            );
        }
    }

    private void AddFailed(UsageRow row, AttemptStatus state, double? wall, double? memory)
    {
        var cause = row.CauseText ?? state.ToText();
        _ends[cause] = _ends.GetValueOrDefault(cause) + 1;
        FailedMemory = Max(FailedMemory, memory);
        FailedTime = Max(FailedTime, wall);
        if (EndCauseText.FindStoredCause(row.CauseText) == EndCause.OutOfMemory)
        {
            // It needed more than it had.
            TooLittleMemory = Max(TooLittleMemory, Max(memory, row.MemoryGb * BytesPerGib));
        }
        else if (EndCauseText.FindStoredCause(row.CauseText) == EndCause.TimeLimit)
        {
            TooLittleTime = Max(TooLittleTime, Max(wall, row.TimeLimit?.TotalSeconds));
        }
    }

    private void AddNote(string note)
    {
        note = _notes.ContainsKey(note) || _notes.Count < MaxNotes ? note : "other reasons";
        _notes[note] = _notes.GetValueOrDefault(note) + 1;
    }

    private static double? Max(double? one, double? other) => one is { } a && other is { } b ? Math.Max(a, b) : one ?? other;
}
