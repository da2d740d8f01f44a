using System.Buffers;
using System.Text.Json;
using MatterStack.Engine.Files;
using MatterStack.Engine.Identity;
using MatterStack.Engine.Wiring.Parsing;

namespace MatterStack.Engine.Wiring.Snapshots;

/// <summary>The audit trail of a run's wiring.</summary>
/// <param name="Lines">The readable lines.</param>
/// <param name="IsUnbroken">Whether every line is readable and contains the hash of the line before it.</param>
/// <param name="IsTorn">Whether the last line is incomplete: the write was interrupted.</param>
/// <param name="LacksLineEnd">Whether the last line is complete but has no line end.</param>
/// <param name="CompleteByteCount">Number of bytes of complete lines, before a torn line.</param>
/// <param name="LastHash">Hash of the last complete line, readable or not; null if there is none.</param>
internal sealed record WiringHistory(
    IReadOnlyList<HistoryLine> Lines,
    bool IsUnbroken,
    bool IsTorn,
    bool LacksLineEnd,
    int CompleteByteCount,
    Sha256? LastHash
)
{
    /// <summary>The last line that put wiring in force or was about to; null if there is none.</summary>
    public HistoryLine? LastInForce => Lines.LastOrDefault(static line => line.Event.PutsInForce);

    public static WiringHistory Parse(ReadOnlySpan<byte> bytes)
    {
        var lines = new List<HistoryLine>();
        var (unbroken, at) = (true, 0);
        Sha256? prev = null;
        while (bytes[at..].IndexOf((byte)'\n') is var length and >= 0)
        {
            var text = bytes.Slice(at, length);
            var line = ParseLine(text);
            unbroken &= line is not null && line.PreviousHash == prev;
            prev = Sha256.ComputeHash(text);
            if (line is not null)
            {
                lines.Add(line);
            }

            at += length + 1;
        }

        // Only the line end may be missing, after an edit or an incomplete append.
        if (at < bytes.Length && ParseLine(bytes[at..]) is { } last && last.PreviousHash == prev)
        {
            lines.Add(last);
            return new WiringHistory(lines, unbroken, false, true, bytes.Length, last.Hash);
        }

        return new WiringHistory(lines, unbroken, at < bytes.Length, false, at, prev);
    }

    /// <summary>Returns the bytes of a line without the line end.</summary>
    public static byte[] FormatLine(WiringEvent entry, Sha256? prev, IReadOnlyList<LegacyInput> legacy)
    {
        var line = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(line, WiringJson.OneLine))
        {
            json.WriteStartObject();
            json.WriteString("at_utc", entry.AtUtc.ToText());
            json.WriteString("event", entry.Kind.Text);
            json.WriteString("source", entry.Source?.ToText());
            json.WriteString("sha256", entry.Sha256?.Hex);
            json.WriteString("prior_sha256", entry.PriorSha256?.Hex);
            json.WriteString("resolved_path", entry.ResolvedPath);
            json.WriteString("user", entry.User);
            json.WriteString("host", entry.Host);
            json.WriteString("reason", entry.Reason);
            LegacyJson.Write(json, legacy);
            json.WriteString("prev", prev?.Hex);
            json.WriteEndObject();
        }

        return line.WrittenSpan.ToArray();
    }

    private static HistoryLine? ParseLine(ReadOnlySpan<byte> text)
    {
        using var document = OutsideJson.Parse(text.ToArray(), JsonRule.Results, out _);
        return
            document?.RootElement is { } json
            && WiringJson.ReadText(json, "event") is { } name
            && WiringJson.ReadTime(json, "at_utc") is { } at
            ? new HistoryLine(
                new WiringEvent(
                    at,
                    WiringEventKindText.Read(name),
                    WiringJson.ReadSource(json),
                    WiringJson.ReadHash(json, "sha256"),
                    WiringJson.ReadHash(json, "prior_sha256"),
                    WiringJson.ReadText(json, "resolved_path"),
                    WiringJson.ReadText(json, "user") ?? "",
                    WiringJson.ReadText(json, "host") ?? "",
                    WiringJson.ReadText(json, "reason")
                ),
                WiringJson.ReadHash(json, "prev"),
                Sha256.ComputeHash(text),
                LegacyJson.Read(json)
            )
            : null;
    }
}
