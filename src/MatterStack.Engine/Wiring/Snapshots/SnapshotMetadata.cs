using System.Buffers;
using System.Text.Json;
using MatterStack.Engine.Files;
using MatterStack.Engine.Identity;
using MatterStack.Engine.Wiring.Parsing;

namespace MatterStack.Engine.Wiring.Snapshots;

/// <summary>Content of <c>metadata.json</c>. It is written last, so that all files it names are complete.</summary>
internal sealed record SnapshotMetadata
{
    public const int SchemaVersion = 1;

    /// <summary>Schema version of the file.</summary>
    public int Version { get; init; } = SchemaVersion;

    /// <summary>Source of the wiring in force.</summary>
    public required WiringSource Source { get; init; }

    /// <summary>The original file of the wiring; null for the built-in default.</summary>
    public string? ResolvedPath { get; init; }

    /// <summary>Hash of the snapshot.</summary>
    public required Sha256 Sha256 { get; init; }

    /// <summary>When the run was first wired.</summary>
    public required DateTimeOffset CreatedAtUtc { get; init; }

    /// <summary>When the wiring in force was persisted.</summary>
    public required DateTimeOffset UpdatedAtUtc { get; init; }

    /// <summary>Operator hash of each key.</summary>
    public required IReadOnlyDictionary<string, string> Operators { get; init; }

    /// <summary>Legacy files that the wiring was converted from.</summary>
    public IReadOnlyList<LegacyInput> LegacyInputs { get; init; } = [];

    /// <summary>Hash of the history line that put this wiring in force. It distinguishes an interrupted override from a complete
    /// one.</summary>
    public Sha256? HistoryHead { get; init; }

    /// <summary>Hash of the changed workspace default that was reported already; null if none was.</summary>
    public Sha256? ReportedDriftHash { get; init; }

    public byte[] ToBytes()
    {
        var bytes = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(bytes, WiringJson.Indented))
        {
            json.WriteStartObject();
            json.WriteNumber("schema_version", SchemaVersion);
            json.WriteString("source", Source.ToText());
            json.WriteString("resolved_path", ResolvedPath);
            json.WriteString("sha256", Sha256.Hex);
            json.WriteString("snapshot_relpath", SnapshotPaths.RelativeSnapshotPath);
            json.WriteString("created_at_utc", CreatedAtUtc.ToText());
            json.WriteString("updated_at_utc", UpdatedAtUtc.ToText());
            json.WriteStartObject("operators");
            foreach (var (key, hash) in Operators.OrderBy(static pair => pair.Key, StringComparer.Ordinal))
            {
                json.WriteString(key, hash);
            }

            json.WriteEndObject();
            LegacyJson.Write(json, LegacyInputs);
            json.WriteString("history_head", HistoryHead?.Hex);
            if (ReportedDriftHash is { } noticed)
            {
                json.WriteString("drift_noticed_sha256", noticed.Hex);
            }

            json.WriteEndObject();
        }

        bytes.Write("\n"u8);
        return bytes.WrittenSpan.ToArray();
    }

    /// <summary>Parses the file. Returns null if it is damaged; it can be rebuilt from the history.</summary>
    public static SnapshotMetadata? Parse(ReadOnlySpan<byte> bytes)
    {
        using var document = OutsideJson.Parse(bytes.ToArray(), JsonRule.Results, out _);
        if (document is null)
        {
            return null;
        }

        var json = document.RootElement;
        if (WiringJson.ReadInteger(json, "schema_version") is > SchemaVersion and var newer)
        {
            // The meaning of all other values is unknown.
            return new SnapshotMetadata
            {
                Version = newer,
                Source = default,
                Sha256 = default,
                CreatedAtUtc = default,
                UpdatedAtUtc = default,
                Operators = new Dictionary<string, string>(),
            };
        }

        return
            WiringJson.ReadSource(json) is { } source
            && WiringJson.ReadHash(json, "sha256") is { } hash
            && WiringJson.ReadTime(json, "created_at_utc") is { } created
            ? new SnapshotMetadata
            {
                Source = source,
                ResolvedPath = WiringJson.ReadText(json, "resolved_path"),
                Sha256 = hash,
                CreatedAtUtc = created,
                UpdatedAtUtc = WiringJson.ReadTime(json, "updated_at_utc") ?? created,
                Operators = ReadHashes(json),
                LegacyInputs = LegacyJson.Read(json),
                HistoryHead = WiringJson.ReadHash(json, "history_head"),
                ReportedDriftHash = WiringJson.ReadHash(json, "drift_noticed_sha256"),
            }
            : null;
    }

    private static Dictionary<string, string> ReadHashes(JsonElement json)
    {
        var hashes = new Dictionary<string, string>();
        if (json.TryGetProperty("operators", out var operators) && operators.ValueKind == JsonValueKind.Object)
        {
            foreach (var one in operators.EnumerateObject())
            {
                hashes[one.Name] = one.Value.ToString();
            }
        }

        return hashes;
    }
}
