using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace MatterStack.Engine.Campaigns.Declarations.Fields;

/// <summary>A field with a list of different named resources, each with a count.</summary>
internal sealed partial class ResourceUseListField(string name, string description)
    : ListField<ResourceUse>(name, TaskFieldType.ResourceUseList, description)
{
    /// <summary>Pattern of names of resources.</summary>
    public const string NamePattern = "^[A-Za-z0-9_][A-Za-z0-9_.-]*$";

    public override CampaignTask Validate(CampaignTask task, TaskProblems problems)
    {
        var valid = base.Validate(task, problems);
        foreach (var twice in Get(valid).GroupBy(static use => use.Name, StringComparer.Ordinal).Where(static uses => uses.Skip(1).Any()))
        {
            problems.ReportIllegalValue(Name, string.Join(';', twice), "each resource once, with its count: name*2");
        }

        return valid;
    }

    protected override bool TryParseEntry(string text, [MaybeNullWhen(false)] out ResourceUse entry)
    {
        entry = ResourceUse.FromString(text);
        return true;
    }

    protected override bool TryValidateEntry(ResourceUse entry, TaskProblems problems, [MaybeNullWhen(false)] out ResourceUse valid)
    {
        valid = entry;
        var isLegal = entry is { Name: not null, Count: >= 1 } && NameRegex().IsMatch(entry.Name);
        if (!isLegal)
        {
            problems.ReportIllegalValue(Name, entry, AllowedValues);
        }

        return isLegal;
    }

    protected override void WriteEntry(Utf8JsonWriter json, ResourceUse entry) => json.WriteStringValue(entry.ToString());

    protected override ResourceUse ReadEntry(JsonElement stored) => ResourceUse.FromString(ReadText(stored));

    protected override string DescribeAllowedValues() =>
        "names of resources, each with an optional count from 1 (name*2); in a project ';' separates them";

    [GeneratedRegex(NamePattern)]
    private static partial Regex NameRegex();
}
