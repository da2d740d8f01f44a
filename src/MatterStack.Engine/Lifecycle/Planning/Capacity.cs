using MatterStack.Engine.Lifecycle.Model;
using MatterStack.Engine.Problems;

namespace MatterStack.Engine.Lifecycle.Planning;

/// <summary>Capacity that the wiring allows, and its use by attempts: slots of the run, slots of each key, cores of each pool.</summary>
internal sealed class Capacity(RunModel model)
{
    /// <summary>Why a task can never start on its operator. Returns null if it can.</summary>
    public static string? FindTooLargeReason(TaskNode task, KeyLimit limit, WiringLimits limits) =>
        limit.PoolIndex is { } pool && task.Cores > limits.PoolCores[pool]
            ? $"needs {CountText.FormatCount(task.Cores, "core")}, its operator has {limits.PoolCores[pool]}: lower Cores, "
                + "route it to a larger operator, or set 'cores' of the local backend in operators.yaml"
            : null;

    /// <summary>Whether the free capacity is enough for a task.</summary>
    public bool Fits(TaskNode task, WiringLimits limits)
    {
        var limit = limits.Keys[task.KeyIndex];
        return (limits.MaxConcurrent is not { } all || model.CapacityInUse < all)
            && (limit.MaxConcurrent is not { } own || model.CapacityInUseByKey[task.KeyIndex] < own)
            && (limit.PoolIndex is not { } pool || model.CoresInUseByPool[pool] + task.Cores <= limits.PoolCores[pool]);
    }

    /// <summary>Reserves capacity for an attempt, unless it already uses capacity.</summary>
    public void Reserve(LiveAttempt attempt, WiringLimits limits)
    {
        if (!attempt.HoldsCapacity)
        {
            attempt.HoldsCapacity = true;
            AdjustUse(attempt, limits, 1);
        }
    }

    /// <summary>Releases the capacity of an ended attempt, if it used any.</summary>
    public void Release(LiveAttempt attempt, WiringLimits limits)
    {
        if (attempt.HoldsCapacity)
        {
            AdjustUse(attempt, limits, -1);
        }
    }

    private void AdjustUse(LiveAttempt attempt, WiringLimits limits, int sign)
    {
        model.CapacityInUse += sign;
        model.CapacityInUseByKey[attempt.Task.KeyIndex] += sign;
        if (limits.Keys[attempt.Task.KeyIndex].PoolIndex is { } pool)
        {
            model.CoresInUseByPool[pool] += sign * attempt.Task.Cores;
        }
    }
}
