namespace MatterStack.Engine.Reports.Tables;

/// <summary>Where the values of a column come from, in the order of the columns.</summary>
internal enum ColumnSource
{
    /// <summary>The run's records, before the results.</summary>
    Record,

    /// <summary>The metadata <c>Columns</c>.</summary>
    Declared,

    /// <summary><c>results.json</c>.</summary>
    Result,

    /// <summary>The run's records, behind the results.</summary>
    Origin,
}
