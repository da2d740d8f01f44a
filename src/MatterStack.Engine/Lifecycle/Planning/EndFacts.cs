using MatterStack.Engine.Identity;
using MatterStack.Engine.Lifecycle.Model;

namespace MatterStack.Engine.Lifecycle.Planning;

/// <summary>Facts about the end of an attempt that did not complete.</summary>
/// <param name="Index">Number of the attempt of its task, from 1.</param>
/// <param name="Cause">Cause of the end; null if it is not known.</param>
/// <param name="CauseText">The cause as the store has it: the text of <paramref name="Cause"/>, or the name that its task gives the end.
/// Null if it is not known.</param>
/// <param name="ExitCode">Exit code of the command; null if there is none.</param>
/// <param name="Reason">The reason, as text for people.</param>
/// <param name="At">Time of the end.</param>
internal sealed record EndFacts(int Index, EndCause? Cause, string? CauseText, int? ExitCode, string Reason, DateTimeOffset At)
{
    /// <summary>Whether another attempt would fail in the same way, for example because an input is gone.</summary>
    public bool IsPermanent { get; init; }

    /// <summary>Whether parts of the attempt may still run, so that no other attempt may begin beside them.</summary>
    public bool MayStillRun { get; init; }

    /// <summary>Digest of the files that the next attempt would begin with; null if there are none.</summary>
    public Sha256? LeftHash { get; init; }

    /// <summary>Digest of the files that the attempt began with; null if there were none.</summary>
    public Sha256? CarriedHash { get; init; }
}
