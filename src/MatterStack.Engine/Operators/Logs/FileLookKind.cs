namespace MatterStack.Engine.Operators.Logs;

/// <summary>What is at the path of a file that a person wants to see.</summary>
internal enum FileLookKind
{
    /// <summary>A regular file.</summary>
    File,

    /// <summary>Nothing.</summary>
    Missing,

    /// <summary>Something that is not read: a folder, a pipe, or a link that leads out of the attempt's folder.</summary>
    Refused,
}
