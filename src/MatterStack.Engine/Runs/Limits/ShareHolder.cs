using System.Buffers;
using System.Text.Json;
using MatterStack.Engine.Files;
using MatterStack.Engine.Identity;

namespace MatterStack.Engine.Runs.Limits;

/// <summary>An attempt that holds shares of limits: one file in the folder of shared limits, named by the attempt.</summary>
internal sealed record ShareHolder
{
    public required AttemptId Attempt { get; init; }

    public required RunId Run { get; init; }

    /// <summary>Absolute folder of the run.</summary>
    public required string RunFolder { get; init; }

    public required TaskId Task { get; init; }

    /// <summary>Name of the machine that took the shares.</summary>
    public required string Host { get; init; }

    /// <summary>Amounts by the names of shares.</summary>
    public required IReadOnlyDictionary<string, long> Shares { get; init; }

    /// <summary>Parses the content of a file. Returns null if it is damaged.</summary>
    public static ShareHolder? Parse(ReadOnlyMemory<byte> content)
    {
        using var json = OutsideJson.Parse(content, JsonRule.Results, out _);
        return
            json?.RootElement is { ValueKind: JsonValueKind.Object } root
            && AttemptId.TryParse(FindText(root, "attempt"), out var attempt)
            && RunId.TryParse(FindText(root, "run"), out var run)
            && TaskId.TryParse(FindText(root, "task") ?? "", out var task)
            && FindText(root, "folder") is { } folder
            && Path.IsPathRooted(folder)
            && FindText(root, "host") is { } host
            && FindShares(root) is { } shares
            ? new ShareHolder
            {
                Attempt = attempt,
                Run = run,
                RunFolder = folder,
                Task = task,
                Host = host,
                Shares = shares,
            }
            : null;
    }

    /// <summary>Formats the content of the file.</summary>
    public byte[] ToJson()
    {
        var text = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(text, JsonText.Indented))
        {
            json.WriteStartObject();
            json.WriteString("attempt", Attempt.Value);
            json.WriteString("task", Task.Value);
            json.WriteString("run", Run.Value);
            json.WriteString("folder", RunFolder);
            json.WriteString("host", Host);
            json.WriteStartObject("shares");
            foreach (var (name, amount) in Shares.OrderBy(static share => share.Key, StringComparer.Ordinal))
            {
                json.WriteNumber(name, amount);
            }

            json.WriteEndObject();
            json.WriteEndObject();
        }

        return text.WrittenSpan.ToArray();
    }

    private static string? FindText(JsonElement root, string name) =>
        root.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static Dictionary<string, long>? FindShares(JsonElement root)
    {
        if (!root.TryGetProperty("shares", out var shares) || shares.ValueKind != JsonValueKind.Object)
        {
            return null;
        }

        var found = new Dictionary<string, long>(StringComparer.Ordinal);
        foreach (var share in shares.EnumerateObject())
        {
            if (share.Value.ValueKind != JsonValueKind.Number || !share.Value.TryGetInt64(out var amount) || amount < 1)
            {
                return null;
            }

            found[share.Name] = amount;
        }

        return found;
    }
}
