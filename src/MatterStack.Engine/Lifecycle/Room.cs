namespace MatterStack.Engine.Lifecycle;

/// <summary>Capacity that the wiring allows, and its use by attempts: slots of the run, slots of each key, cores of each pool.</summary>
internal sealed class Room(RunModel model)
{
    /// <summary>Why a task can never start on its operator. Returns null if it can.</summary>
    public static string? TooLarge(TaskNode task, KeyLimit limit, WiringLimits limits) =>
        limit.Pool >= 0 && task.Cores > limits.PoolCores[limit.Pool]
            ? $"needs {task.Cores} cores, its operator has {limits.PoolCores[limit.Pool]}: lower Cores, "
                + "route it to a larger operator, or set 'cores' of the local backend in operators.yaml"
            : null;

    /// <summary>Whether the free capacity is enough for a task.</summary>
    public bool IsThereFor(TaskNode task, WiringLimits limits)
    {
        var limit = limits.Keys[task.Key];
        return (limits.MaxConcurrent is not { } all || model.Released < all)
            && (limit.MaxConcurrent is not { } own || model.ReleasedPerKey[task.Key] < own)
            && (limit.Pool < 0 || model.CoresInUse[limit.Pool] + task.Cores <= limits.PoolCores[limit.Pool]);
    }

    /// <summary>Reserves capacity for an attempt, unless it already uses capacity.</summary>
    public void Take(LiveAttempt attempt, WiringLimits limits)
    {
        if (!attempt.Released)
        {
            attempt.Released = true;
            Count(attempt, limits, 1);
        }
    }

    /// <summary>Releases the capacity of an ended attempt, if it used any.</summary>
    public void GiveBack(LiveAttempt attempt, WiringLimits limits)
    {
        if (attempt.Released)
        {
            Count(attempt, limits, -1);
        }
    }

    private void Count(LiveAttempt attempt, WiringLimits limits, int sign)
    {
        model.Released += sign;
        model.ReleasedPerKey[attempt.Task.Key] += sign;
        if (limits.Keys[attempt.Task.Key].Pool is >= 0 and var pool)
        {
            model.CoresInUse[pool] += sign * attempt.Task.Cores;
        }
    }
}
