using System.Text.Json;
using System.Text.Json.Nodes;

namespace MatterStack.Engine.Campaigns.Loading;

/// <summary>Compares values without members: numbers by their bits, texts by their characters.</summary>
internal sealed class LeafComparison(FrameworkTypes framework)
{
    /// <summary>Whether two values are the same; null if they have members to compare.</summary>
    public bool? CompareLeaves(object kept, object back) =>
        (kept, back) switch
        {
            (double a, double b) => BitConverter.DoubleToInt64Bits(a) == BitConverter.DoubleToInt64Bits(b)
                || (double.IsNaN(a) && double.IsNaN(b)),
            (float a, float b) => BitConverter.SingleToInt32Bits(a) == BitConverter.SingleToInt32Bits(b)
                || (float.IsNaN(a) && float.IsNaN(b)),
            (Half a, Half b) => BitConverter.HalfToInt16Bits(a) == BitConverter.HalfToInt16Bits(b) || (Half.IsNaN(a) && Half.IsNaN(b)),
            (decimal a, decimal b) => decimal.GetBits(a).AsSpan().SequenceEqual(decimal.GetBits(b)),
            (DateTime a, DateTime b) => a.Ticks == b.Ticks && a.Kind == b.Kind,
            (DateTimeOffset a, DateTimeOffset b) => a.EqualsExact(b),
            (string a, string b) => string.Equals(a, b, StringComparison.Ordinal),
            (JsonElement a, JsonElement b) => a.ValueKind == b.ValueKind
                && (a.ValueKind == JsonValueKind.Undefined || JsonElement.DeepEquals(a, b)),
            (JsonNode a, JsonNode b) => JsonNode.DeepEquals(a, b),
            (JsonDocument a, JsonDocument b) => JsonElement.DeepEquals(a.RootElement, b.RootElement),
            (Uri a, Uri b) => a.OriginalString == b.OriginalString,
            _ when kept.GetType() != back.GetType() => null,
            _ when kept.GetType() is { IsPrimitive: true } or { IsEnum: true } || kept is Type => kept.Equals(back),
            _ => IsFrameworkValue(kept.GetType()) ? kept.Equals(back) : null,
        };

    // Values of the framework, such as a Guid or a Version, have a correct Equals. A generic type calls Equals of its content, which may
    // have none.
    private bool IsFrameworkValue(Type type) =>
        framework.IsFromRuntime(type)
        && !type.IsGenericType
        && !type.IsArray
        && !typeof(System.Collections.IEnumerable).IsAssignableFrom(type)
        && type.GetMethod(nameof(Equals), [typeof(object)]) is { } equals
        && equals.DeclaringType != typeof(object)
        && equals.DeclaringType != typeof(ValueType);
}
