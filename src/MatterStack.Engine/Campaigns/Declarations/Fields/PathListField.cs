using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using MatterStack.Engine.Files;

namespace MatterStack.Engine.Campaigns.Declarations.Fields;

/// <summary>A field with paths or patterns inside the task's work folder.</summary>
internal sealed class PathListField(string name, string description) : ListField<string>(name, TaskFieldType.PathList, description)
{
    /// <summary>Allowed ends of a path; empty if all are allowed.</summary>
    public IReadOnlyList<string> Extensions { get; init; } = [];

    protected override bool TryParseEntry(string text, [MaybeNullWhen(false)] out string entry)
    {
        entry = text;
        return true;
    }

    protected override bool TryValidateEntry(string entry, TaskProblems problems, [MaybeNullWhen(false)] out string valid)
    {
        valid = null;
        if (!problems.CheckText(Name, entry))
        {
            return false;
        }

        valid = RelativePath.Normalise(entry ?? "");
        if (valid is null)
        {
            problems.ReportOutsidePath(Name, entry);
            return false;
        }

        var path = valid;
        if (Extensions.Count > 0 && !Extensions.Any(extension => path.EndsWith(extension, StringComparison.OrdinalIgnoreCase)))
        {
            problems.ReportIllegalValue(Name, path, AllowedValues);
        }

        return true;
    }

    protected override void WriteEntry(Utf8JsonWriter json, string entry) => json.WriteStringValue(entry);

    protected override string ReadEntry(JsonElement stored) => ReadText(stored);

    protected override string DescribeAllowedValues() => "files that end in " + string.Join(" or ", Extensions);
}
