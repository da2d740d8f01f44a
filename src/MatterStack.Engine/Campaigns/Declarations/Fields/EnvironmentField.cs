using System.Text.Json;

namespace MatterStack.Engine.Campaigns.Declarations.Fields;

/// <summary>The field with environment variables, in declared order.</summary>
internal sealed class EnvironmentField(string name, string description)
    : ListField<KeyValuePair<string, string>>(name, TaskFieldType.EnvironmentList, description)
{
    private const string EnginePrefix = "MATTERSTACK_";

    // Blanks at the end of an entry are a part of the value. A line end and the text after it belong to the layout of the file.
    protected override string TrimEntry(string text)
    {
        var entry = text.TrimStart();
        var valueLength = entry.TrimEnd().Length;
        return entry.AsSpan(valueLength).IndexOfAny('\r', '\n') is >= 0 and var lineEnd ? entry[..(valueLength + lineEnd)] : entry;
    }

    protected override bool TryParseEntry(string text, out KeyValuePair<string, string> entry)
    {
        var equals = text.IndexOf('=', StringComparison.Ordinal);
        entry = equals < 0 ? default : new(text[..equals].Trim(), text[(equals + 1)..]);
        return equals >= 0;
    }

    protected override bool TryValidateEntry(
        KeyValuePair<string, string> entry,
        TaskProblems problems,
        out KeyValuePair<string, string> valid
    )
    {
        valid = entry;
        var (name, value) = entry;
        if (
            string.IsNullOrEmpty(name)
            || value is null
            || char.IsAsciiDigit(name[0])
            || !name.All(static c => char.IsAsciiLetterOrDigit(c) || c == '_')
        )
        {
            problems.ReportIllegalValue(Name, $"{name}={value}", AllowedValues);
            return false;
        }

        if (name.StartsWith(EnginePrefix, StringComparison.Ordinal))
        {
            problems.ReportIllegalValue(
                Name,
                $"{name}={value}",
                $"names that do not begin with {EnginePrefix}: those are set by the engine"
            );
            return false;
        }

        return problems.CheckText(Name, value);
    }

    protected override void WriteEntry(Utf8JsonWriter json, KeyValuePair<string, string> entry) =>
        json.WriteStringValue(entry.Key + "=" + entry.Value);

    protected override KeyValuePair<string, string> ReadEntry(JsonElement stored) =>
        ReadText(stored).Split('=', 2) is [var name, var value] ? new(name, value) : throw new JsonException("an 'env' has no '='");

    protected override string DescribeAllowedValues() =>
        "NAME=value pairs, with names of letters, digits and '_'; in a project ';' separates them (write %3B for a ';' in a value)";
}
