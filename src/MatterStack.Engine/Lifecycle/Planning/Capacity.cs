using MatterStack.Engine.Lifecycle.Model;
using MatterStack.Engine.Problems;

namespace MatterStack.Engine.Lifecycle.Planning;

/// <summary>Capacity that the wiring allows, and its use by attempts: slots of the run, slots of each key, cores of each pool.</summary>
internal sealed class Capacity(RunModel model)
{
    /// <summary>The limits in force.</summary>
    public WiringLimits Limits { get; private set; } = new(null, [], []);

    /// <summary>Sets the limits in force. Indexes of keys and pools keep their meaning; new ones may be added.</summary>
    public void ApplyLimits(WiringLimits limits)
    {
        Limits = limits;
        if (model.CoresInUseByPool.Length < limits.PoolCores.Count)
        {
            var cores = model.CoresInUseByPool;
            Array.Resize(ref cores, limits.PoolCores.Count);
            model.CoresInUseByPool = cores;
        }
    }

    /// <summary>Limits and properties of a task's operator key.</summary>
    public KeyLimit GetLimit(TaskNode task) => Limits.Keys[task.KeyIndex];

    /// <summary>Why a task can never start on its operator. Returns null if it can.</summary>
    public string? FindTooLargeReason(TaskNode task) =>
        GetLimit(task).PoolIndex is { } pool && task.Cores > Limits.PoolCores[pool]
            ? $"needs {CountText.FormatCount(task.Cores, "core")}, its operator has {Limits.PoolCores[pool]}: lower Cores, "
                + "route it to a larger operator, or set 'cores' of the local backend in operators.yaml"
            : null;

    /// <summary>Whether the free capacity is enough for a task.</summary>
    public bool Fits(TaskNode task)
    {
        var limit = GetLimit(task);
        return (Limits.MaxConcurrent is not { } all || model.CapacityInUse < all)
            && (limit.MaxConcurrent is not { } own || model.CapacityInUseByKey[task.KeyIndex] < own)
            && (limit.PoolIndex is not { } pool || model.CoresInUseByPool[pool] + task.Cores <= Limits.PoolCores[pool]);
    }

    /// <summary>Reserves capacity for an attempt, unless it already uses capacity.</summary>
    public void Reserve(LiveAttempt attempt)
    {
        if (!attempt.HoldsCapacity)
        {
            attempt.HoldsCapacity = true;
            AdjustUse(attempt, 1);
        }
    }

    /// <summary>Releases the capacity of an ended attempt, if it used any.</summary>
    public void Release(LiveAttempt attempt)
    {
        if (attempt.HoldsCapacity)
        {
            AdjustUse(attempt, -1);
        }
    }

    private void AdjustUse(LiveAttempt attempt, int sign)
    {
        model.CapacityInUse += sign;
        model.CapacityInUseByKey[attempt.Task.KeyIndex] += sign;
        if (GetLimit(attempt.Task).PoolIndex is { } pool)
        {
            model.CoresInUseByPool[pool] += sign * attempt.Task.Cores;
        }
    }
}
