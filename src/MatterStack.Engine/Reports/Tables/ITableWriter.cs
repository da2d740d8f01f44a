namespace MatterStack.Engine.Reports.Tables;

/// <summary>Writes a table of results in one format, row by row.</summary>
internal interface ITableWriter : IDisposable
{
    /// <summary>Begins the table.</summary>
    void Begin(TableColumns columns);

    /// <summary>Writes a row.</summary>
    /// <param name="values">Values in the order of the columns.</param>
    void WriteRow(ReadOnlySpan<ResultValue> values);

    /// <summary>Ends the table.</summary>
    void End();
}
