namespace MatterStack.Engine.Campaigns.Declarations.Fields;

/// <summary>Type of a field of a task.</summary>
internal enum TaskFieldType
{
    /// <summary>A text.</summary>
    Text,

    /// <summary>A JSON value as text.</summary>
    Json,

    /// <summary>An operator key.</summary>
    OperatorKey,

    /// <summary>An integer.</summary>
    Integer,

    /// <summary>A number with an optional fraction.</summary>
    Number,

    /// <summary><c>true</c> or <c>false</c>.</summary>
    Boolean,

    /// <summary>One of the names of an enumeration.</summary>
    Choice,

    /// <summary>A time as <c>hh:mm:ss</c>.</summary>
    Duration,

    /// <summary>A signal with seconds.</summary>
    Signal,

    /// <summary>A list of task ids.</summary>
    TaskIdList,

    /// <summary>A list of files of the project, each with an optional new name.</summary>
    FileList,

    /// <summary>A list of paths or patterns inside a folder.</summary>
    PathList,

    /// <summary>A list of texts.</summary>
    TextList,

    /// <summary>A list of environment variables.</summary>
    EnvironmentList,

    /// <summary>A list of named resources with counts.</summary>
    ResourceUseList,

    /// <summary>A list of causes of ends.</summary>
    CauseList,

    /// <summary>A list of lines in files.</summary>
    MarkList,

    /// <summary>A list of named values.</summary>
    ColumnList,
}
