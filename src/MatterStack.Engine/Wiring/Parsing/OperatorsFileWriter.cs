using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace MatterStack.Engine.Wiring.Parsing;

/// <summary>Writes wiring as a self-contained <c>operators.yaml</c>.</summary>
internal static class OperatorsFileWriter
{
    private static readonly JsonSerializerOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static byte[] Write(string comment, Settings defaults, IEnumerable<OperatorEntry> operators, Settings? codes = null)
    {
        var text = new StringBuilder($"# {comment}\n");
        if (defaults.Values.Count > 0)
        {
            text.Append("defaults:\n");
            AppendSettings(text, "  ", defaults);
        }

        AppendSettings(text, "", codes ?? Settings.Empty);
        var sorted = operators.OrderBy(static one => one.Key, StringComparer.Ordinal).ToArray();
        text.Append(sorted.Length == 0 ? "operators: {}\n" : "operators:\n");
        foreach (var one in sorted)
        {
            text.Append(CultureInfo.InvariantCulture, $"  {one.Key}:\n    kind: {one.Kind}\n");
            AppendSettings(text, "    ", one.Settings, except: "kind");
            if (one.BackendType is { } type)
            {
                text.Append(CultureInfo.InvariantCulture, $"    backend:\n      type: {type}\n");
                AppendSettings(text, "      ", one.BackendSettings);
            }
        }

        return Encoding.UTF8.GetBytes(text.ToString());
    }

    private static void AppendSettings(StringBuilder text, string indent, Settings settings, string? except = null)
    {
        foreach (var (name, value) in settings.Values.Where(pair => pair.Key != except))
        {
            if (value is Settings { Values.Count: > 0 } group)
            {
                text.Append(CultureInfo.InvariantCulture, $"{indent}{FormatKey(name)}:\n");
                AppendSettings(text, indent + "  ", group);
            }
            else
            {
                text.Append(CultureInfo.InvariantCulture, $"{indent}{FormatKey(name)}: {FormatValue(value)}\n");
            }
        }
    }

    // A name of the user may look like a number or a boolean.
    private static string FormatKey(string name) =>
        name.All(static c => char.IsAsciiLetterLower(c) || c == '_') && ScalarKinds.ClassifyPlain(name) == ScalarKind.Text
            ? name
            : JsonSerializer.Serialize(name, Plain);

    // A JSON string is a valid quoted YAML string; JSON arrays and objects are the flow style of YAML.
    private static string FormatValue(object value) =>
        value switch
        {
            Settings group =>
                $"{{{string.Join(", ", group.Values.Select(static pair => $"{FormatKey(pair.Key)}: {FormatValue(pair.Value)}"))}}}",
            IReadOnlyList<Settings> groups => $"[{string.Join(", ", groups.Select(FormatValue))}]",
            TimeSpan span => JsonSerializer.Serialize(span.ToString("c", CultureInfo.InvariantCulture)),
            _ => JsonSerializer.Serialize(value, value.GetType(), Plain),
        };
}
