using System.Text.Json.Serialization;

namespace MatterStack.Engine.Runs;

/// <summary>JSON serializers of a run's small files, generated at compile time.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, WriteIndented = true)]
[JsonSerializable(typeof(RunConfigFile), TypeInfoPropertyName = "RunConfigFile")]
internal sealed partial class RunJsonContext : JsonSerializerContext;
