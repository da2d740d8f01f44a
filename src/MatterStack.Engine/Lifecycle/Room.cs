namespace MatterStack.Engine.Lifecycle;

/// <summary>What attempts take up of what the wiring allows: places, over all and by key, and cores.</summary>
internal sealed class Room(RunModel model)
{
    /// <summary>Why a task can never start on its operator; null: it can.</summary>
    public static string? TooLarge(TaskNode task, KeyLimit limit, WiringLimits limits) =>
        limit.Pool >= 0 && task.Cores > limits.PoolCores[limit.Pool]
            ? $"asks for {task.Cores} cores, its operator has {limits.PoolCores[limit.Pool]}: lower Cores, route it to a larger operator, or set 'cores' of the local backend in operators.yaml"
            : null;

    public bool IsThereFor(TaskNode task, WiringLimits limits)
    {
        var limit = limits.Keys[task.Key];
        return (limits.MaxConcurrent is not { } all || model.Released < all)
            && (limit.MaxConcurrent is not { } own || model.ReleasedPerKey[task.Key] < own)
            && (limit.Pool < 0 || model.CoresInUse[limit.Pool] + task.Cores <= limits.PoolCores[limit.Pool]);
    }

    /// <summary>Takes room for an attempt, unless it has it.</summary>
    public void Take(LiveAttempt attempt, WiringLimits limits)
    {
        if (!attempt.Released)
        {
            attempt.Released = true;
            Count(attempt, limits, 1);
        }
    }

    /// <summary>Gives back what an attempt took; one that took none gives none.</summary>
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
