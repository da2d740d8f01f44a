namespace MatterStack.Engine.Operators.Hpc;

/// <summary>Result of sending attempts' files.</summary>
/// <param name="Ready">Attempts whose folders on the cluster are complete.</param>
/// <param name="Failed">Attempts that can never be sent, with the reason.</param>
/// <param name="Obstacle">Why the other attempts wait; null if there are none.</param>
internal sealed record StagingResult(IReadOnlyList<AttemptRequest> Ready, IReadOnlyList<(AttemptRequest Request, string Reason)> Failed, StagingFailure? Obstacle)
{
    public static StagingResult AllReady(IReadOnlyList<AttemptRequest> requests) => new(requests, [], null);
}

/// <summary>Why attempts' files are not on the cluster yet.</summary>
/// <param name="Reason">Text for people, with the message of the other machine.</param>
/// <param name="Kind">Consequence of the failure.</param>
internal sealed record StagingFailure(string Reason, StagingFailureKind Kind);

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
