namespace MatterStack.Engine.Reports.Tables;

/// <summary>Type of a column where a file format has types.</summary>
internal enum ColumnType
{
    Text,
    Integer,
    Number,
    Boolean,
}
