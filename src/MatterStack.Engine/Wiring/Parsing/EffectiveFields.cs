using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using MatterStack.Engine.Identity;
using MatterStack.Engine.Wiring.Fields;

namespace MatterStack.Engine.Wiring.Parsing;

/// <summary>Flattens checked settings for comparison and hashing.</summary>
internal static class EffectiveFields
{
    public static IReadOnlyList<EffectiveField> FromOperator(
        string kind,
        IReadOnlyList<Field> fields,
        Settings settings,
        BackendType? backend,
        Settings backendSettings
    )
    {
        var effective = new List<EffectiveField> { new("kind", ToJson(kind), true) };
        AddFields(effective, "", fields.Where(static field => field.Name != "kind" && !CodeFields.IsCodeField(field)), settings);
        if (backend is not null)
        {
            effective.Add(new EffectiveField("backend.type", ToJson(backend.Name), true));
            AddFields(effective, "backend.", backend.Fields.Where(static field => !CodeFields.IsCodeField(field)), backendSettings);
        }

        effective.Sort(static (a, b) => string.CompareOrdinal(a.Path, b.Path));
        return effective;
    }

    /// <summary>Fields of the settings for all operators together. No operator hash includes them.</summary>
    public static IReadOnlyList<EffectiveField> FromDefaults(Settings defaults)
    {
        var effective = new List<EffectiveField>();
        AddFields(effective, "defaults.", WiringSchema.DefaultsFields, defaults);
        effective.Sort(static (a, b) => string.CompareOrdinal(a.Path, b.Path));
        return effective;
    }

    /// <summary>Operator hash: SHA-256 of a line that names the format and of the sorted lines <c>path=json</c> of all values that can
    /// change a result.
    /// Values that equal their default are not included: an explicit default has the same hash, and a new key of a later version changes no
    /// hash.</summary>
    public static Sha256 ComputeHash(IEnumerable<EffectiveField> effective)
    {
        var text = new StringBuilder("matterstack operator 1\n");
        foreach (var field in effective.Where(static field => field.AffectsResults))
        {
            text.Append(field.Path).Append('=').Append(field.Json).Append('\n');
        }

        return Sha256.ComputeTextHash(text.ToString());
    }

    private static void AddFields(List<EffectiveField> effective, string prefix, IEnumerable<Field> fields, Settings settings)
    {
        foreach (var field in fields)
        {
            if (!settings.Values.TryGetValue(field.Name, out var value))
            {
                continue;
            }

            if (field.Type == FieldType.GroupMap)
            {
                foreach (var (name, entry) in ((Settings)value).Values)
                {
                    AddFields(effective, $"{prefix}{field.Name}.{name}.", field.Fields, (Settings)entry);
                }
            }
            else if (value is Settings group)
            {
                AddFields(effective, $"{prefix}{field.Name}.", field.Fields, group);
            }
            else if (ToJson(value, field) is var json && !IsImplied(json, field))
            {
                effective.Add(new EffectiveField(prefix + field.Name, json, field.AffectsResults));
            }
        }
    }

    // No devices is another value than none stated.
    private static bool IsImplied(string json, Field field) =>
        (json is "[]" or "{}" && field.Type != FieldType.Devices)
        || (field.Default is { } standard && json == (field.Type == FieldType.Boolean ? standard : ToJson(standard, field)));

    internal static string ToJson(object value) => ToJson(value, WiringSchema.BackendTypeField);

    private static string ToJson(object value, Field field) =>
        value switch
        {
            string text => QuoteJson(text),
            bool flag => flag ? "true" : "false",
            IReadOnlyList<Settings> groups => $"[{string.Join(',', groups.Select(group => FormatGroup(group, field.Fields)))}]",
            IReadOnlyDictionary<string, long> map => FormatMap(map),
            long number => number.ToString(CultureInfo.InvariantCulture),
            decimal number => number.ToString(CultureInfo.InvariantCulture),
            TimeSpan span => QuoteJson(span.ToString("c", CultureInfo.InvariantCulture)),
            IReadOnlyList<string> list => $"[{string.Join(',', list.Select(QuoteJson))}]",
            IReadOnlyDictionary<string, string> map => FormatMap(map),
            _ => throw new ArgumentOutOfRangeException(nameof(value), value, null),
        };

    private static string FormatGroup(Settings group, IReadOnlyList<Field> fields)
    {
        var entries = fields
            .Where(field => group.Values.ContainsKey(field.Name))
            .Select(field => (field.Name, Json: ToJson(group.Values[field.Name], field), Field: field))
            .Where(static entry => !IsImplied(entry.Json, entry.Field))
            .OrderBy(static entry => entry.Name, StringComparer.Ordinal)
            .Select(static entry => QuoteJson(entry.Name) + ":" + entry.Json);
        return $"{{{string.Join(',', entries)}}}";
    }

    private static string FormatMap(IReadOnlyDictionary<string, long> map)
    {
        var entries = map.OrderBy(static pair => pair.Key, StringComparer.Ordinal)
            .Select(static pair => QuoteJson(pair.Key) + ":" + pair.Value.ToString(CultureInfo.InvariantCulture));
        return $"{{{string.Join(',', entries)}}}";
    }

    private static string FormatMap(IReadOnlyDictionary<string, string> map)
    {
        var entries = map.OrderBy(static pair => pair.Key, StringComparer.Ordinal)
            .Select(static pair => QuoteJson(pair.Key) + ":" + QuoteJson(pair.Value));
        return $"{{{string.Join(',', entries)}}}";
    }

    // No JSON serializer: every process would compile it again.
    private static string QuoteJson(string text) => $"\"{JavaScriptEncoder.UnsafeRelaxedJsonEscaping.Encode(text)}\"";
}
