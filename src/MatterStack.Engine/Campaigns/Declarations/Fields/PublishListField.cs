using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using MatterStack.Engine.Files;

namespace MatterStack.Engine.Campaigns.Declarations.Fields;

/// <summary>A field with outputs that are copied into the project's folder.</summary>
internal sealed class PublishListField(string name, string description)
    : ListField<PublishRequest>(name, TaskFieldType.FileList, description)
{
    protected override bool TryParseEntry(string text, [MaybeNullWhen(false)] out PublishRequest entry)
    {
        entry = PublishRequest.FromString(text);
        return true;
    }

    protected override bool TryValidateEntry(PublishRequest entry, TaskProblems problems, [MaybeNullWhen(false)] out PublishRequest valid)
    {
        valid = null;
        if (entry is not null && (!problems.CheckText(Name, entry.Output) || !problems.CheckText(Name, entry.Target)))
        {
            return false;
        }

        var output = entry?.Output is { } named ? RelativePath.Normalise(named) : null;
        var target = RelativePath.Normalise(entry?.Target ?? "");
        if (target is null || (output is null && entry!.Output is not null))
        {
            problems.ReportOutsidePath(Name, entry);
            return false;
        }

        if (Globs.IsPattern(target) || (output is not null && Globs.IsPattern(output)))
        {
            problems.ReportIllegalValue(Name, entry, "paths of single files, no patterns");
            return false;
        }

        valid = new PublishRequest(output, target);
        return true;
    }

    protected override void WriteEntry(Utf8JsonWriter json, PublishRequest entry) => json.WriteStringValue(entry.ToString());

    protected override PublishRequest ReadEntry(JsonElement stored) => PublishRequest.FromString(ReadText(stored));

    protected override string DescribeAllowedValues() =>
        "PATH for the only output, or OUTPUT=>PATH, relative to the project; in a project ';' separates them";
}
