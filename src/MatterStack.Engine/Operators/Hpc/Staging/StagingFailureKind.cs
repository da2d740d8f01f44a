namespace MatterStack.Engine.Operators.Hpc.Staging;

/// <summary>Consequence of a failed transfer.</summary>
internal enum StagingFailureKind
{
    /// <summary>The machine cannot be reached.</summary>
    Unreachable,

    /// <summary>The connection broke, or the answer was lost: the transfer is continued.</summary>
    ConnectionBroken,

    /// <summary>The remote file system is full, or cannot be written now: the transfer is tried again later.</summary>
    Temporary,

    /// <summary>The remote folder cannot be used.</summary>
    Permanent,

    /// <summary>One of the sent files cannot be stored in the remote folder.</summary>
    FileRejected,
}
