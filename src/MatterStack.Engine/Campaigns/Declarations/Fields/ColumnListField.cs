using System.Text.Json;

namespace MatterStack.Engine.Campaigns.Declarations.Fields;

/// <summary>A field with columns of a table of results, in declared order.</summary>
internal sealed class ColumnListField(string name, string description)
    : ListField<KeyValuePair<string, string>>(name, TaskFieldType.ColumnList, description)
{
    protected override bool TryParseEntry(string text, out KeyValuePair<string, string> entry)
    {
        var equals = text.IndexOf('=', StringComparison.Ordinal);
        entry = equals < 0 ? default : new(text[..equals].Trim(), text[(equals + 1)..].Trim());
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
        if (string.IsNullOrWhiteSpace(name) || value is null || name.Contains('=', StringComparison.Ordinal))
        {
            problems.ReportIllegalValue(Name, $"{name}={value}", AllowedValues);
            return false;
        }

        return problems.CheckText(Name, name) && problems.CheckText(Name, value);
    }

    public override CampaignTask Validate(CampaignTask task, TaskProblems problems)
    {
        var valid = base.Validate(task, problems);
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (name, value) in Get(valid))
        {
            if (!names.Add(name))
            {
                problems.ReportIllegalValue(Name, $"{name}={value}", "each name once");
            }
        }

        return valid;
    }

    protected override void WriteEntry(Utf8JsonWriter json, KeyValuePair<string, string> entry) =>
        json.WriteStringValue(entry.Key + "=" + entry.Value);

    protected override KeyValuePair<string, string> ReadEntry(JsonElement stored) =>
        ReadText(stored).Split('=', 2) is [var name, var value] ? new(name, value) : throw new JsonException("a column has no '='");

    protected override string DescribeAllowedValues() =>
        "NAME=value pairs, each name once; in a project ';' separates them (write %3B for a ';' in a value)";
}
