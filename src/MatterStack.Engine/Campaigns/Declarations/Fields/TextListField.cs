using System.Diagnostics.CodeAnalysis;
using System.Text.Json;

namespace MatterStack.Engine.Campaigns.Declarations.Fields;

/// <summary>A field with a list of texts.</summary>
internal sealed class TextListField(string name, string description) : ListField<string>(name, TaskFieldType.TextList, description)
{
    protected override bool TryParseEntry(string text, [MaybeNullWhen(false)] out string entry)
    {
        entry = text;
        return true;
    }

    protected override bool TryValidateEntry(string entry, TaskProblems problems, [MaybeNullWhen(false)] out string valid)
    {
        valid = entry;
        if (entry is null)
        {
            problems.ReportIllegalValue(Name, entry, AllowedValues);
        }

        return entry is not null && problems.CheckText(Name, entry);
    }

    protected override void WriteEntry(Utf8JsonWriter json, string entry) => json.WriteStringValue(entry);

    protected override string ReadEntry(JsonElement stored) => ReadText(stored);

    protected override string DescribeAllowedValues() => "texts; in a project ';' separates them";
}
