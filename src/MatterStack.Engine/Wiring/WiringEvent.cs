using MatterStack.Engine.Identity;

namespace MatterStack.Engine.Wiring;

/// <summary>One line of <c>history.jsonl</c>.</summary>
/// <param name="AtUtc">Time of the event.</param>
/// <param name="Kind">Kind of the event.</param>
/// <param name="Source">Source of the wiring.</param>
/// <param name="Sha256">Hash of the wiring that was put in force, refused, or found instead of the recorded one; null if no snapshot was
/// found.</param>
/// <param name="PriorSha256">Hash of the wiring that was in force, or recorded, before.</param>
/// <param name="ResolvedPath">The original file.</param>
/// <param name="User">Name of the user.</param>
/// <param name="Host">Name of the host.</param>
/// <param name="Reason">Reason of the user or of MatterStack; null if there is none.</param>
internal sealed record WiringEvent(
    DateTimeOffset AtUtc,
    RecordedKind<WiringEventKind> Kind,
    WiringSource? Source,
    Sha256? Sha256,
    Sha256? PriorSha256,
    string? ResolvedPath,
    string User,
    string Host,
    string? Reason
)
{
    /// <summary>Whether the event puts its <c>sha256</c> in force. It is written before the snapshot, so it also shows the intent of an
    /// interrupted command.</summary>
    public bool PutsInForce => Kind.Value is WiringEventKind.Persisted or WiringEventKind.OverrideForced or WiringEventKind.Repaired;
}
