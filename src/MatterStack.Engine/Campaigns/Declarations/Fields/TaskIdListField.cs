using System.Text.Json;
using MatterStack.Engine.Identity;

namespace MatterStack.Engine.Campaigns.Declarations.Fields;

/// <summary>A field with a list of different task ids.</summary>
internal sealed class TaskIdListField(string name, string description) : ListField<TaskId>(name, TaskFieldType.TaskIdList, description)
{
    public override CampaignTask Validate(CampaignTask task, TaskProblems problems)
    {
        var valid = base.Validate(task, problems);
        return Get(valid).Count < 2 ? valid : Set(valid, Get(valid).Distinct().ToArray());
    }

    protected override bool TryParseEntry(string text, out TaskId entry) => TaskId.TryParse(text, out entry);

    protected override bool TryValidateEntry(TaskId entry, TaskProblems problems, out TaskId valid)
    {
        valid = entry;
        if (entry.Value is null)
        {
            problems.ReportIllegalValue(Name, "", AllowedValues);
        }

        return entry.Value is not null;
    }

    protected override void WriteEntry(Utf8JsonWriter json, TaskId entry) => json.WriteStringValue(entry.Value);

    protected override TaskId ReadEntry(JsonElement stored) => TaskId.FromTrusted(ReadText(stored));

    protected override string DescribeAllowedValues() => "task ids; in a project ';' separates them";
}
