namespace MatterStack.Engine.Reports.Comparison;

/// <summary>How a task of two runs differs.</summary>
internal enum TaskChange
{
    /// <summary>Nothing that counts differs.</summary>
    Equal,

    /// <summary>Only the second run has the task.</summary>
    Added,

    /// <summary>Only the first run has the task.</summary>
    Gone,

    /// <summary>Something that counts differs.</summary>
    Different,
}
