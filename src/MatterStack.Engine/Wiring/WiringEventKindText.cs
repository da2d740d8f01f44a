using MatterStack.Engine.Identity;

namespace MatterStack.Engine.Wiring;

/// <summary>Text forms of <see cref="WiringEventKind"/> in <c>history.jsonl</c> and in the events of a run.</summary>
internal static class WiringEventKindText
{
    private static readonly EnumText<WiringEventKind> Kinds = new(
        "a kind of a wiring event",
        (WiringEventKind.Persisted, "WIRING_PERSISTED"),
        (WiringEventKind.OverrideRefused, "WIRING_OVERRIDE_REFUSED"),
        (WiringEventKind.OverrideForced, "WIRING_OVERRIDE_FORCED"),
        (WiringEventKind.Tampered, "WIRING_TAMPERED"),
        (WiringEventKind.Repaired, "WIRING_REPAIRED")
    );

    public static string ToText(this WiringEventKind kind) => Kinds.GetText(kind);

    public static RecordedKind<WiringEventKind> ToRecorded(this WiringEventKind kind) => new(kind.ToText(), kind);

    /// <summary>Reads the text of a history.</summary>
    public static RecordedKind<WiringEventKind> Read(string text) => Kinds.Read(text);
}
