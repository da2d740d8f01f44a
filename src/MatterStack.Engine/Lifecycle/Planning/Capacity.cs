using MatterStack.Engine.Lifecycle.Model;
using MatterStack.Engine.Problems;

namespace MatterStack.Engine.Lifecycle.Planning;

/// <summary>Capacity that the wiring allows, and its use by attempts: slots of the run, slots of each key, cores of each pool, and what
/// <see cref="NeedsBudgets"/> counts.</summary>
internal sealed class Capacity(RunModel model)
{
    private readonly NeedsBudgets _budgets = new();

    /// <summary>The limits in force.</summary>
    public WiringLimits Limits { get; private set; } = new(null, [], []);

    /// <summary>Sets the limits in force. Indexes of keys and pools keep their meaning; new ones may be added.</summary>
    public void ApplyLimits(WiringLimits limits)
    {
        if (ReferenceEquals(limits, Limits))
        {
            return;
        }

        Limits = limits;
        _budgets.ApplyLimits(limits);
        if (model.CoresInUseByPool.Length < limits.PoolCores.Count)
        {
            var cores = model.CoresInUseByPool;
            Array.Resize(ref cores, limits.PoolCores.Count);
            model.CoresInUseByPool = cores;
        }
    }

    /// <summary>Limits and properties of a task's operator key.</summary>
    public KeyLimit GetLimit(TaskNode task) => Limits.Keys[task.KeyIndex];

    /// <summary>Limits and properties of an attempt's operator key.</summary>
    public KeyLimit GetLimit(LiveAttempt attempt) => Limits.Keys[attempt.KeyIndex];

    /// <summary>Why a task can never start on its operator. Returns null if it can.</summary>
    public string? FindTooLargeReason(TaskNode task) =>
        GetLimit(task) is var limit && limit.PoolIndex is { } pool && task.Cores > Limits.PoolCores[pool]
            ? $"needs {CountText.FormatCount(task.Cores, "core")}, its operator has {Limits.PoolCores[pool]}: lower Cores, "
                + "route it to a larger operator, or set 'cores' of the local backend in operators.yaml"
        : task.Needs is { } needs ? _budgets.FindTooLargeReason(needs, limit)
        : null;

    /// <summary>Whether attempts of a task occupy memory, accelerators or named resources of its operator. They get their capacity when
    /// they are intended, so that the same transaction records what they were given.</summary>
    public bool HasNeeds(TaskNode task) => task.Needs is not null && NeedsBudgets.HasNeeds(task, GetLimit(task));

    /// <summary>Whether slots and cores are enough for a task.</summary>
    public bool Fits(TaskNode task)
    {
        var limit = GetLimit(task);
        return (Limits.MaxConcurrent is not { } all || model.CapacityInUse < all)
            && (limit.MaxConcurrent is not { } own || model.CapacityInUseByKey[task.KeyIndex] < own)
            && (limit.PoolIndex is not { } pool || model.CoresInUseByPool[pool] + task.Cores <= Limits.PoolCores[pool]);
    }

    /// <inheritdoc cref="NeedsBudgets.BeginPass"/>
    public void BeginPass() => _budgets.BeginPass();

    /// <summary>Whether memory, accelerators and named resources are enough for a task, and no earlier task waits for them.</summary>
    public bool FitsNeedsInTurn(TaskNode task) => task.Needs is not { } needs || _budgets.FitsInTurn(needs, GetLimit(task));

    /// <inheritdoc cref="NeedsBudgets.HasUsableGpus"/>
    public bool HasUsableGpus(LiveAttempt attempt) => _budgets.HasUsableGpus(attempt, GetLimit(attempt));

    /// <inheritdoc cref="NeedsBudgets.ChooseGpus"/>
    public IReadOnlyList<string>? ChooseGpus(TaskNode task) => task.Needs is { } needs ? _budgets.ChooseGpus(needs, GetLimit(task)) : null;

    /// <summary>Reserves capacity for an attempt, unless it already uses capacity.</summary>
    public void Reserve(LiveAttempt attempt)
    {
        if (!attempt.HoldsCapacity)
        {
            attempt.HoldsCapacity = true;
            AdjustUse(attempt, 1);
            _budgets.Reserve(attempt, GetLimit(attempt));
        }
    }

    /// <summary>Releases the capacity of an ended attempt, if it used any.</summary>
    public void Release(LiveAttempt attempt)
    {
        if (attempt.HoldsCapacity)
        {
            AdjustUse(attempt, -1);
            _budgets.Release(attempt, GetLimit(attempt));
        }
    }

    /// <summary>Describes what a ready task waits for, and which tasks hold it. Returns null if it could start.</summary>
    public string? DescribeShortage(TaskNode task)
    {
        var limit = GetLimit(task);
        if (Limits.MaxConcurrent is { } all && model.CapacityInUse >= all)
        {
            return $"waits for a free place: max_concurrent_global allows {CountText.FormatCount(all, "attempt")} at a time"
                + FormatHolders(static _ => true);
        }

        if (limit.MaxConcurrent is { } own && model.CapacityInUseByKey[task.KeyIndex] >= own)
        {
            return $"waits for a free place: max_concurrent of {model.Keys[task.KeyIndex]} allows {CountText.FormatCount(own, "attempt")} "
                + $"at a time{FormatHolders(attempt => attempt.KeyIndex == task.KeyIndex)}";
        }

        if (limit.PoolIndex is { } pool && Limits.PoolCores[pool] - model.CoresInUseByPool[pool] is var free && free < task.Cores)
        {
            return $"waits for {CountText.FormatCount(task.Cores, "core")}, and {Math.Max(0, free)} of {Limits.PoolCores[pool]} are free"
                + FormatHolders(attempt => GetLimit(attempt).PoolIndex == pool);
        }

        return _budgets.DescribeShortage(task, limit, model.LiveAttempts.Select(attempt => (attempt, GetLimit(attempt))));
    }

    private string FormatHolders(Func<LiveAttempt, bool> isHolder) =>
        NeedsBudgets.FormatHolders([.. model.LiveAttempts.Where(a => a.HoldsCapacity && isHolder(a)).Select(static a => a.Task.Id.Value)]);

    private void AdjustUse(LiveAttempt attempt, int sign)
    {
        model.CapacityInUse += sign;
        model.CapacityInUseByKey[attempt.KeyIndex] += sign;
        if (GetLimit(attempt).PoolIndex is { } pool)
        {
            model.CoresInUseByPool[pool] += sign * attempt.Cores;
        }
    }
}
