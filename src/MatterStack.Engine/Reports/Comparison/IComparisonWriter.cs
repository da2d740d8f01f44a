namespace MatterStack.Engine.Reports.Comparison;

/// <summary>Writes a comparison of two runs in one format.</summary>
internal interface IComparisonWriter : IDisposable
{
    /// <summary>Writes what differs apart from tasks.</summary>
    void Begin(ComparedRuns runs);

    /// <summary>Writes what differs of a task.</summary>
    void WriteTask(TaskDifference task);

    /// <summary>Writes the numbers of tasks.</summary>
    void End(RunComparer comparer);
}
