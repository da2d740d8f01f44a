using System.Diagnostics.CodeAnalysis;
using System.Text.Json;

namespace MatterStack.Engine.Campaigns.Declarations.Fields;

/// <summary>A field with causes of ends.</summary>
internal sealed class RetryCauseListField(string name, string description)
    : ListField<RetryCause>(name, TaskFieldType.CauseList, description)
{
    protected override bool TryParseEntry(string text, [MaybeNullWhen(false)] out RetryCause entry)
    {
        entry = RetryCause.FromString(text);
        return true;
    }

    protected override bool TryValidateEntry(RetryCause entry, TaskProblems problems, [MaybeNullWhen(false)] out RetryCause valid)
    {
        valid = entry;
        var isLegal =
            CauseNames.IsName(entry?.Name)
            && (
                entry!.FirstExitCode is not { } first
                    ? entry.LastExitCode is null
                    : entry.Name == RetryCause.Exit && entry.LastExitCode is { } last && first >= 1 && first <= last && last <= 255
            );
        if (!isLegal)
        {
            problems.ReportIllegalValue(Name, entry, AllowedValues);
        }

        return isLegal;
    }

    protected override void WriteEntry(Utf8JsonWriter json, RetryCause entry) => json.WriteStringValue(entry.ToString());

    protected override RetryCause ReadEntry(JsonElement stored) => RetryCause.FromString(ReadText(stored));

    protected override string DescribeAllowedValues() =>
        $"names of causes: {string.Join(", ", CauseNames.Retried)}, a name of FailWhen, EXIT:42, EXIT:1-9 (codes from 1 to 255) or ANY; "
        + "in a project ';' separates them";
}
