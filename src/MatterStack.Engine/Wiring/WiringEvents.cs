namespace MatterStack.Engine.Wiring;

/// <summary>Names of events in <c>history.jsonl</c>.</summary>
internal static class WiringEvents
{
    public const string Persisted = "WIRING_PERSISTED";
    public const string OverrideRefused = "WIRING_OVERRIDE_REFUSED";
    public const string OverrideForced = "WIRING_OVERRIDE_FORCED";
    public const string Tampered = "WIRING_TAMPERED";
    public const string Repaired = "WIRING_REPAIRED";

    /// <summary>Whether an event puts its <c>sha256</c> in force. The event is written before the snapshot, so it also shows the intent of
    /// an interrupted command.</summary>
    public static bool PutsInForce(string name) => name is Persisted or OverrideForced or Repaired;
}
