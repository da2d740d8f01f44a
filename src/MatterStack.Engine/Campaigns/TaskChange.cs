using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using MatterStack.Engine.Problems;

namespace MatterStack.Engine.Campaigns;

/// <summary>A change of one metadata of a recorded task.</summary>
/// <param name="Name">Name of the metadata.</param>
/// <param name="Previous">The value before, as JSON of the stored form; null: the default.</param>
/// <param name="Current">The value after, as JSON of the stored form; null: the default.</param>
internal sealed record TaskChange(string Name, string? Previous, string? Current)
{
    private const int MaxShown = 200;

    private static readonly JsonSerializerOptions ForPeople = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Describes the change in one line.</summary>
    public string Describe() => $"{Name} from {Show(Previous)} to {Show(Current)}";

    /// <summary>Describes the value before in one line.</summary>
    public string DescribePrevious() => $"{Name} was {Show(Previous)}";

    private static string Show(string? json) =>
        json is null ? "the default" : UntrustedText.ToLine(JsonNode.Parse(json)?.ToJsonString(ForPeople) ?? json, MaxShown);
}
