namespace MatterStack.Engine.Reports.Tables;

/// <summary>Kind of a value in a table of results.</summary>
internal enum ResultKind
{
    /// <summary>The task has no such value, or it is null.</summary>
    Unknown,

    /// <summary>A number; the text is as the task wrote it.</summary>
    Number,

    /// <summary>A text.</summary>
    Text,

    /// <summary><c>true</c> or <c>false</c>.</summary>
    Boolean,

    /// <summary>An array; the text is JSON.</summary>
    List,
}
