using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using MatterStack.Engine.Files;

namespace MatterStack.Engine.Campaigns.Declarations.Fields;

/// <summary>A field with files of the last attempt that the next one begins with.</summary>
internal sealed class CarryListField(string name, string description) : ListField<CarryRequest>(name, TaskFieldType.FileList, description)
{
    // Outputs of dependencies are staged there.
    private const string DependenciesFolder = "deps/";

    protected override bool TryParseEntry(string text, [MaybeNullWhen(false)] out CarryRequest entry)
    {
        entry = CarryRequest.FromString(text);
        return true;
    }

    protected override bool TryValidateEntry(CarryRequest entry, TaskProblems problems, [MaybeNullWhen(false)] out CarryRequest valid)
    {
        valid = null;
        if (entry is not null && (!problems.CheckText(Name, entry.Pattern) || !problems.CheckText(Name, entry.Target)))
        {
            return false;
        }

        var pattern = RelativePath.Normalise(entry?.Pattern ?? "");
        var target = entry?.Target is { } wanted ? RelativePath.Normalise(wanted) : null;
        if (pattern is null || (target is null && entry!.Target is not null))
        {
            problems.ReportOutsidePath(Name, entry);
            return false;
        }

        if (target is not null && (Globs.IsPattern(pattern) || Globs.IsPattern(target)))
        {
            problems.ReportIllegalValue(Name, entry, "a new name only for a single file, not for a pattern");
            return false;
        }

        if ((target ?? pattern).StartsWith(DependenciesFolder, StringComparison.Ordinal))
        {
            problems.ReportIllegalValue(Name, entry, "paths outside of deps/, which holds the outputs of dependencies");
            return false;
        }

        valid = new CarryRequest(pattern, target);
        return true;
    }

    protected override void WriteEntry(Utf8JsonWriter json, CarryRequest entry) => json.WriteStringValue(entry.ToString());

    protected override CarryRequest ReadEntry(JsonElement stored) => CarryRequest.FromString(ReadText(stored));

    protected override string DescribeAllowedValues() => "paths or patterns; in a project ';' separates them";
}
