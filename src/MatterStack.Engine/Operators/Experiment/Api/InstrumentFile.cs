using System.Text.Json.Nodes;
using MatterStack.Engine.Files;

namespace MatterStack.Engine.Operators.Experiment.Api;

/// <summary>A file of an instrument's answer.</summary>
/// <param name="Path">Its path below <c>work/</c>.</param>
/// <param name="Size">Its size in bytes; null if not given.</param>
/// <param name="Sha256">Hash of its content in lower-case hex; null if not given.</param>
internal sealed record InstrumentFile(string Path, long? Size, string? Sha256)
{
    /// <summary>Reads <c>files</c> of an answer: paths, or objects with <c>path</c>, <c>size</c> and <c>sha256</c>; null if it is
    /// malformed.</summary>
    public static IReadOnlyList<InstrumentFile>? ParseList(JsonNode? files)
    {
        if (files is null)
        {
            return [];
        }

        if (files is not JsonArray list)
        {
            return null;
        }

        var read = list.Select(ParseEntry).ToList();
        return read.Contains(null) ? null : read.OfType<InstrumentFile>().ToList();
    }

    private static InstrumentFile? ParseEntry(JsonNode? entry) =>
        entry switch
        {
            JsonValue value when ReadText(value) is { } path => CreateIfValid(path, null, null),
            JsonObject described when ReadText(described["path"]) is { } path => CreateIfValid(
                path,
                described["size"] is JsonValue size && size.TryGetValue<long>(out var bytes) ? bytes : null,
                ReadText(described["sha256"])
            ),
            _ => null,
        };

    private static InstrumentFile? CreateIfValid(string text, long? size, string? hash) =>
        RelativePath.Normalise(text) is { } path && !Globs.IsPattern(path)
            ? new InstrumentFile(path, size, hash?.ToLowerInvariant())
            : null;

    private static string? ReadText(JsonNode? node) => node is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;
}
