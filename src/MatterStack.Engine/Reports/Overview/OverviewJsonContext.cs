using System.Text.Json.Serialization;

namespace MatterStack.Engine.Reports.Overview;

/// <summary>JSON serializer of the page's data, generated at compile time. Its encoder escapes what could end the element around
/// it.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault
)]
[JsonSerializable(typeof(OverviewData))]
internal sealed partial class OverviewJsonContext : JsonSerializerContext;
