using MatterStack.Engine.Identity;

namespace MatterStack.Engine.Wiring;

/// <summary>Names of events in <c>history.jsonl</c>.</summary>
internal static class WiringEvents
{
    public const string Persisted = "WIRING_PERSISTED";
    public const string OverrideRefused = "WIRING_OVERRIDE_REFUSED";
    public const string OverrideForced = "WIRING_OVERRIDE_FORCED";
    public const string Tampered = "WIRING_TAMPERED";
    public const string Repaired = "WIRING_REPAIRED";

    /// <summary>Whether an event puts its <c>sha256</c> in force. It is written before the snapshot, so it also says what an interrupted command was about to do.</summary>
    public static bool PutsInForce(string name) => name is Persisted or OverrideForced or Repaired;
}

/// <summary>One line of <c>history.jsonl</c>.</summary>
/// <param name="AtUtc">When.</param>
/// <param name="Event">What: see <see cref="WiringEvents"/>.</param>
/// <param name="Source">Where the wiring came from.</param>
/// <param name="Sha256">The wiring it is about: put in force, refused, or found instead of the recorded one; null if nothing was found.</param>
/// <param name="PriorSha256">The wiring that was in force, or recorded, before.</param>
/// <param name="ResolvedPath">The file it came from.</param>
/// <param name="User">Who.</param>
/// <param name="Host">On which machine.</param>
/// <param name="Reason">Why, in the user's or MatterStack's words.</param>
internal sealed record WiringEvent(
    DateTimeOffset AtUtc,
    string Event,
    WiringSource? Source,
    Sha256? Sha256,
    Sha256? PriorSha256,
    string? ResolvedPath,
    string User,
    string Host,
    string? Reason);
