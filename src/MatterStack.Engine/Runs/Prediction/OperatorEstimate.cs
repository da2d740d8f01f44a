using MatterStack.Engine.Identity;

namespace MatterStack.Engine.Runs.Prediction;

/// <summary>What the predicted tasks of one operator key request. Attempts that are live already are counted, but request nothing
/// more.</summary>
/// <param name="key">The operator key.</param>
internal sealed class OperatorEstimate(OperatorKey key)
{
    public OperatorKey Key { get; } = key;

    /// <summary>Whether people or instruments do the work; then no hours are requested.</summary>
    public bool IsExternal { get; init; }

    /// <summary>Number of tasks that are executed, with those that have a live attempt.</summary>
    public int Run { get; set; }

    /// <summary>Number of tasks with a live attempt.</summary>
    public int UnderWay { get; set; }

    /// <summary>Number of tasks that cannot be known yet; each is executed at most.</summary>
    public int Unknown { get; set; }

    /// <summary>Time limit times cores in all, in hours, of the tasks that are executed.</summary>
    public double CoreHours { get; set; }

    /// <summary>The same of the tasks that cannot be known yet.</summary>
    public double UnknownCoreHours { get; set; }

    /// <summary>Time limit times accelerators, in hours, of all these tasks.</summary>
    public double GpuHours { get; set; }

    /// <summary>Time limit times machines, in hours, of all these tasks, for sites that charge whole machines.</summary>
    public double NodeHours { get; set; }

    /// <summary>Tasks without a time limit, of which the hours are not known.</summary>
    public List<TaskId> WithoutTimeLimit { get; } = [];

    /// <summary>Core-hours that these tasks took in earlier runs.</summary>
    public double ExpectedCoreHours { get; set; }

    /// <summary>Number of tasks that <see cref="ExpectedCoreHours"/> covers.</summary>
    public int Expected { get; set; }

    /// <summary>Number of those of them that were not executed themselves: the time is that of tasks that are like them.</summary>
    public int ExpectedFromOthers { get; set; }

    /// <summary>Number of tasks by partition, for a cluster that lists partitions to choose from.</summary>
    public SortedDictionary<string, int> Partitions { get; } = new(StringComparer.Ordinal);

    /// <summary>Core-hours that are requested at most.</summary>
    public double MaxCoreHours => CoreHours + UnknownCoreHours;
}
