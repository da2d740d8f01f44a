using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace MatterStack.Engine.Lifecycle.Model;

/// <summary>What an attempt was given by its operator, as the store keeps it: a JSON object in <c>attempts.given</c>.</summary>
internal sealed record GivenResources
{
    private const string PartitionName = "partition";
    private const string GpusName = "gpus";
    private const string ExcludedNodesName = "excluded_nodes";
    private const string MemoryName = "memory_gb";
    private const string TimeLimitName = "time_limit_seconds";

    /// <summary>Partition of the scheduler that was chosen for the attempt; null if none was chosen.</summary>
    public string? Partition { get; init; }

    /// <summary>Devices that the attempt may use; null if none were assigned, empty if the attempt may use none.</summary>
    public IReadOnlyList<string>? Gpus { get; init; }

    /// <summary>Nodes that the attempt must not run on, in the scheduler's notation; null if none are to be avoided, empty if the scheduler
    /// would have refused it so.</summary>
    public IReadOnlyList<string>? ExcludedNodes { get; init; }

    /// <summary>Memory on each node in GiB, if it differs from what the task states; otherwise null.</summary>
    public double? MemoryGb { get; init; }

    /// <summary>Time limit, if it differs from what the task states; otherwise null.</summary>
    public TimeSpan? TimeLimit { get; init; }

    /// <summary>Members that a later version wrote, as JSON texts by name.</summary>
    public IReadOnlyDictionary<string, string> Others { get; init; } =
        System.Collections.ObjectModel.ReadOnlyDictionary<string, string>.Empty;

    /// <summary>Parses the stored text. Returns null if there is none, or if it is not a JSON object.</summary>
    public static GivenResources? Parse(string? json)
    {
        if (json is null)
        {
            return null;
        }

        try
        {
            if (JsonNode.Parse(json) is not JsonObject members)
            {
                return null;
            }

            return new GivenResources
            {
                Partition = FindText(members[PartitionName]),
                Gpus = FindTexts(members[GpusName]),
                ExcludedNodes = FindTexts(members[ExcludedNodesName]),
                MemoryGb = FindNumber(members[MemoryName]),
                TimeLimit =
                    FindNumber(members[TimeLimitName]) is { } seconds && seconds < TimeSpan.MaxValue.TotalSeconds
                        ? TimeSpan.FromSeconds(seconds)
                        : null,
                Others = members
                    .Where(member => member.Key is not (PartitionName or GpusName or ExcludedNodesName or MemoryName or TimeLimitName))
                    .ToDictionary(member => member.Key, member => member.Value?.ToJsonString() ?? "null", StringComparer.Ordinal),
            };
        }
        catch (Exception e) when (e is JsonException or ArgumentException)
        {
            // A damaged text, or a name twice. What decides is checked when the run is verified.
            return null;
        }
    }

    /// <summary>Returns these resources with those that another fact adds.</summary>
    public GivenResources Add(GivenResources more) =>
        this with
        {
            Partition = more.Partition ?? Partition,
            Gpus = more.Gpus ?? Gpus,
            ExcludedNodes = more.ExcludedNodes ?? ExcludedNodes,
            MemoryGb = more.MemoryGb ?? MemoryGb,
            TimeLimit = more.TimeLimit ?? TimeLimit,
            Others = Others
                .Concat(more.Others)
                .GroupBy(member => member.Key, StringComparer.Ordinal)
                .ToDictionary(member => member.Key, member => member.Last().Value, StringComparer.Ordinal),
        };

    /// <summary>Describes the resources for people: <c>partition short, GPUs 0 and 1</c>; empty if nothing is known.</summary>
    public string Describe() =>
        string.Join(
            ", ",
            new[]
            {
                Partition is null ? null : "partition " + Partition,
                Gpus is null ? null
                : Gpus.Count == 0 ? "no GPU"
                : $"{(Gpus.Count == 1 ? "GPU" : "GPUs")} {string.Join(" and ", Gpus)}",
                ExcludedNodes is null ? null
                : ExcludedNodes.Count == 0 ? "any node"
                : $"not on {string.Join(" and ", ExcludedNodes)}",
                MemoryGb is { } memory ? string.Create(CultureInfo.InvariantCulture, $"{memory:0.###} GiB") : null,
                TimeLimit is { } limit ? string.Create(CultureInfo.InvariantCulture, $"{limit.TotalMinutes:0.######} min") : null,
            }.OfType<string>()
        );

    /// <summary>Formats the text for the store.</summary>
    public string ToJson()
    {
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            if (Partition is not null)
            {
                writer.WriteString(PartitionName, Partition);
            }

            WriteTexts(writer, GpusName, Gpus);
            WriteTexts(writer, ExcludedNodesName, ExcludedNodes);

            if (MemoryGb is { } memory)
            {
                writer.WriteNumber(MemoryName, memory);
            }

            if (TimeLimit is { } limit)
            {
                writer.WriteNumber(TimeLimitName, limit.TotalSeconds);
            }

            foreach (var (name, value) in Others.OrderBy(member => member.Key, StringComparer.Ordinal))
            {
                writer.WritePropertyName(name);
                writer.WriteRawValue(value);
            }

            writer.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.ToArray());
    }

    /// <summary>Whether both say the same.</summary>
    public bool HasSameMeaningAs(GivenResources? other) => other is not null && ToJson() == other.ToJson();

    private static void WriteTexts(Utf8JsonWriter writer, string name, IReadOnlyList<string>? texts)
    {
        if (texts is null)
        {
            return;
        }

        writer.WriteStartArray(name);
        foreach (var text in texts)
        {
            writer.WriteStringValue(text);
        }

        writer.WriteEndArray();
    }

    private static List<string>? FindTexts(JsonNode? node) => node is JsonArray texts ? [.. texts.Select(FindText).OfType<string>()] : null;

    private static double? FindNumber(JsonNode? node) =>
        node is JsonValue value && value.TryGetValue<double>(out var number) && double.IsFinite(number) && number >= 0 ? number : null;

    private static string? FindText(JsonNode? node) => node is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;
}
