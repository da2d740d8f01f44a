namespace MatterStack.Engine.Operators.Hpc;

/// <summary>Result of sending attempts' files.</summary>
/// <param name="Ready">Attempts whose folders on the cluster are complete.</param>
/// <param name="Failed">Attempts that can never be sent, with the reason.</param>
/// <param name="Left">Why the other attempts wait; null if there are none.</param>
internal sealed record Sending(IReadOnlyList<AttemptOrder> Ready, IReadOnlyList<(AttemptOrder Request, string Reason)> Failed, NotSent? Left)
{
    public static Sending All(IReadOnlyList<AttemptOrder> requests) => new(requests, [], null);
}

/// <summary>Why attempts' files are not on the cluster yet.</summary>
/// <param name="Why">Text for people, with the message of the other machine.</param>
/// <param name="Kind">Consequence of the failure.</param>
internal sealed record NotSent(string Why, NotSentKind Kind);

/// <summary>Consequence of a failed transfer.</summary>
internal enum NotSentKind
{
    /// <summary>The machine cannot be reached.</summary>
    Unreached,

    /// <summary>The connection broke, or the answer was lost: the transfer is continued.</summary>
    Broken,

    /// <summary>The remote file system is full, or cannot be written now: the transfer is tried again later.</summary>
    Waits,

    /// <summary>The remote folder cannot be used.</summary>
    Never,

    /// <summary>One of the sent files cannot be stored in the remote folder.</summary>
    NotThis,
}
