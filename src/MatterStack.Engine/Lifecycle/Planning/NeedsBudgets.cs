using System.Globalization;
using MatterStack.Engine.Lifecycle.Model;
using MatterStack.Engine.Problems;

namespace MatterStack.Engine.Lifecycle.Planning;

/// <summary>Budgets of memory, accelerators and named resources, and their use by attempts.</summary>
internal sealed class NeedsBudgets
{
    // Live attempts that a text names as holders.
    private const int MaxNamedHolders = 5;

    private readonly Dictionary<string, LiveAttempt> _gpuHolders = new(StringComparer.Ordinal);
    private readonly HashSet<Budget> _awaited = [];
    private long[] _memoryInUse = [];
    private long[] _resourcesInUse = [];
    private WiringLimits _limits = new(null, [], []);

    /// <summary>Kind of a budget.</summary>
    private enum BudgetKind
    {
        Memory,
        Gpus,
        Resource,
    }

    /// <summary>Sets the limits in force.</summary>
    public void ApplyLimits(WiringLimits limits)
    {
        _limits = limits;
        _memoryInUse = Extend(_memoryInUse, limits.PoolMemoryMib.Count);
        _resourcesInUse = Extend(_resourcesInUse, limits.Resources.Count);
    }

    /// <summary>Whether attempts of a task occupy a budget of its operator.</summary>
    public static bool HasNeeds(TaskNode task, KeyLimit limit) =>
        task.Needs is { } needs
        && limit.UnroutableReason is null
        && (
            needs.Uses.Count > 0
            || (needs.MemoryMib > 0 && limit.MemoryPoolIndex is not null)
            || (needs.Gpus > 0 && limit.GpuPoolIndex is not null)
        );

    /// <summary>Why the budgets of its operator can never be enough for a task. Returns null if they can.</summary>
    public string? FindTooLargeReason(TaskNeeds needs, KeyLimit limit)
    {
        if (limit.MemoryPoolIndex is { } memory && limit.GetMemoryMib(needs) > _limits.PoolMemoryMib[memory])
        {
            return $"needs {FormatMemory(limit.GetMemoryMib(needs))} of memory, its operator has "
                + $"{FormatMemory(_limits.PoolMemoryMib[memory])}: lower MemoryGb, route it to a larger operator, or set "
                + "'memory_gb' of the local backend in operators.yaml";
        }

        if (limit.GpuPoolIndex is { } gpus && needs.Gpus > _limits.PoolGpus[gpus].Count)
        {
            var found = _limits.PoolGpus[gpus] is { Count: > 0 } devices ? string.Join(", ", devices) : "none";
            return $"needs {CountText.FormatCount(needs.Gpus, "GPU")}, its operator has {found}: lower Gpus, route it to another operator, "
                + "or set 'gpus' of the local backend in operators.yaml";
        }

        foreach (var use in needs.Uses)
        {
            if (!limit.Resources.TryGetValue(use.Name, out var index))
            {
                var known = limit.Resources.Count == 0 ? "no resource" : string.Join(", ", limit.Resources.Keys.Order());
                return $"uses the resource '{use.Name}', and operators.yaml defines {known}: add it to 'resources' of 'defaults' or of the "
                    + "operator";
            }

            if (use.Count > _limits.Resources[index].Count)
            {
                return $"uses {use.Count} of the resource '{use.Name}', and operators.yaml has {_limits.Resources[index].Count}: "
                    + "lower Uses, or raise the number in 'resources'";
            }
        }

        return null;
    }

    /// <summary>Forgets which budgets earlier tasks wait for: a new pass over the waiting tasks begins.</summary>
    public void BeginPass() => _awaited.Clear();

    /// <summary>Whether the budgets are enough for a task now, and no earlier task of this pass waits for one of them. If they are not,
    /// later tasks do not get what this one waits for; otherwise small tasks would keep a large one waiting for ever.</summary>
    public bool FitsInTurn(TaskNeeds needs, KeyLimit limit)
    {
        var fits = true;
        foreach (var (budget, amount) in ListDemands(needs, limit))
        {
            if (CountFree(budget) < amount)
            {
                _awaited.Add(budget);
                fits = false;
            }
            else if (_awaited.Contains(budget))
            {
                fits = false;
            }
        }

        return fits;
    }

    /// <summary>Chooses devices for an attempt. Returns null if its task needs none here. There must be enough.</summary>
    public IReadOnlyList<string>? ChooseGpus(TaskNeeds needs, KeyLimit limit) =>
        limit.GpuPoolIndex is { } pool && needs.Gpus > 0 ? [.. ListFreeGpus(pool).Take(needs.Gpus)] : null;

    /// <summary>Whether an attempt was given devices that its operator has still.</summary>
    public bool HasUsableGpus(LiveAttempt attempt, KeyLimit limit) =>
        limit.GpuPoolIndex is { } pool
        && attempt.Given is { Gpus: { Count: > 0 } given }
        && given.Count == attempt.Needs?.Gpus
        && given.All(device => _limits.PoolGpus[pool].Contains(device) && !_gpuHolders.ContainsKey(device));

    /// <summary>Adds the use of an attempt.</summary>
    public void Reserve(LiveAttempt attempt, KeyLimit limit)
    {
        if (attempt.Needs is { } needs)
        {
            AdjustUse(needs, limit, 1);
        }

        // An attempt that already runs keeps its devices, whatever the wiring says now.
        foreach (var device in attempt.Given?.Gpus ?? [])
        {
            _gpuHolders.TryAdd(device, attempt);
        }
    }

    /// <summary>Removes the use of an attempt.</summary>
    public void Release(LiveAttempt attempt, KeyLimit limit)
    {
        if (attempt.Needs is { } needs)
        {
            AdjustUse(needs, limit, -1);
        }

        foreach (var device in attempt.Given?.Gpus ?? [])
        {
            if (_gpuHolders.TryGetValue(device, out var holder) && holder == attempt)
            {
                _gpuHolders.Remove(device);
            }
        }
    }

    /// <summary>Describes the first budget that a task waits for, and who holds it. Returns null if all are free.</summary>
    /// <param name="task">A task.</param>
    /// <param name="limit">Limits of its key.</param>
    /// <param name="live">Live attempts with the limits of their keys.</param>
    public string? DescribeShortage(TaskNode task, KeyLimit limit, IEnumerable<(LiveAttempt Attempt, KeyLimit Limit)> live)
    {
        if (task.Needs is not { } needs)
        {
            return null;
        }

        foreach (var (budget, amount) in ListDemands(needs, limit))
        {
            if (CountFree(budget) is var free && free < amount)
            {
                var holders = live.Where(other => other.Attempt.HoldsCapacity && other.Attempt.Needs is not null)
                    .Where(other => ListDemands(other.Attempt.Needs!, other.Limit).Any(demand => demand.Budget == budget))
                    .Select(other => other.Attempt.Task.Id.Value)
                    .ToList();
                if (
                    budget.Kind == BudgetKind.Gpus
                    && _limits.PoolGpus[budget.Index].Count(_limits.GpusHeldElsewhere.Contains) is > 0 and var elsewhere
                )
                {
                    holders.Add(CountText.FormatCount(elsewhere, "attempt") + " of other runs");
                }

                return $"waits for {DescribeAmount(budget, amount)}, and {DescribeFree(budget, free)}{FormatHolders(holders)}";
            }
        }

        return null;
    }

    /// <summary>Formats the tasks that hold a budget, as the end of a sentence.</summary>
    public static string FormatHolders(IReadOnlyList<string> holders) =>
        holders.Count == 0
            ? ""
            : $"; in use by {string.Join(", ", holders.Take(MaxNamedHolders))}"
                + (holders.Count > MaxNamedHolders ? $" and {holders.Count - MaxNamedHolders} more" : "");

    private static string FormatMemory(long mebibytes) => string.Create(CultureInfo.InvariantCulture, $"{mebibytes / 1024.0:0.###} GiB");

    private static long[] Extend(long[] values, int count)
    {
        if (values.Length < count)
        {
            Array.Resize(ref values, count);
        }

        return values;
    }

    private static IEnumerable<(Budget Budget, long Amount)> ListDemands(TaskNeeds needs, KeyLimit limit)
    {
        if (limit.MemoryPoolIndex is { } memory && needs.MemoryMib > 0)
        {
            yield return (new Budget(BudgetKind.Memory, memory), limit.GetMemoryMib(needs));
        }

        if (limit.GpuPoolIndex is { } gpus && needs.Gpus > 0)
        {
            yield return (new Budget(BudgetKind.Gpus, gpus), needs.Gpus);
        }

        foreach (var use in needs.Uses)
        {
            // A running attempt may use a resource that the wiring no longer has.
            if (limit.Resources.TryGetValue(use.Name, out var index))
            {
                yield return (new Budget(BudgetKind.Resource, index), use.Count);
            }
        }
    }

    private void AdjustUse(TaskNeeds needs, KeyLimit limit, int sign)
    {
        foreach (var (budget, amount) in ListDemands(needs, limit))
        {
            switch (budget.Kind)
            {
                case BudgetKind.Memory:
                    _memoryInUse[budget.Index] += sign * amount;
                    break;
                case BudgetKind.Resource:
                    _resourcesInUse[budget.Index] += sign * amount;
                    break;
                case BudgetKind.Gpus:
                    // Devices are counted one by one.
                    break;
                default:
                    throw new InvalidOperationException($"No rule for {budget.Kind}");
            }
        }
    }

    private long CountFree(Budget budget) =>
        budget.Kind switch
        {
            BudgetKind.Memory => _limits.PoolMemoryMib[budget.Index] - _memoryInUse[budget.Index],
            BudgetKind.Gpus => ListFreeGpus(budget.Index).Count(),
            BudgetKind.Resource => _limits.Resources[budget.Index].Count - _resourcesInUse[budget.Index],
            _ => throw new InvalidOperationException($"No rule for {budget.Kind}"),
        };

    private IEnumerable<string> ListFreeGpus(int pool) =>
        _limits.PoolGpus[pool].Where(device => !_gpuHolders.ContainsKey(device) && !_limits.GpusHeldElsewhere.Contains(device));

    private string DescribeAmount(Budget budget, long amount) =>
        budget.Kind switch
        {
            BudgetKind.Memory => $"{FormatMemory(amount)} of memory",
            BudgetKind.Gpus => CountText.FormatCount((int)amount, "GPU"),
            _ => $"{amount} of the resource '{_limits.Resources[budget.Index].Name}'",
        };

    private string DescribeFree(Budget budget, long free) =>
        budget.Kind switch
        {
            BudgetKind.Memory => $"{FormatMemory(Math.Max(0, free))} of {FormatMemory(_limits.PoolMemoryMib[budget.Index])} are free",
            BudgetKind.Gpus => $"{free} of {_limits.PoolGpus[budget.Index].Count} are free",
            _ => $"{Math.Max(0, free)} of {_limits.Resources[budget.Index].Count} are free",
        };

    /// <summary>A budget.</summary>
    /// <param name="Kind">Its kind.</param>
    /// <param name="Index">Its index in the limits.</param>
    private readonly record struct Budget(BudgetKind Kind, int Index);
}
