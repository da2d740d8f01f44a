namespace MatterStack.Engine.Reports.Tables;

/// <summary>A key of nested results, with the keys below it.</summary>
internal sealed class ColumnNode
{
    public Dictionary<string, ColumnNode> Children { get; } = new(StringComparer.Ordinal);

    /// <summary>Column of the values at this key; null if there is none.</summary>
    public TableColumn? Column { get; set; }
}
