using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using MatterStack.Engine.Files;
using MatterStack.Engine.Identity;

namespace MatterStack.Engine.Campaigns.Declarations.Fields;

/// <summary>The field with the files to stage. The stored form has the files that were found, with their hashes.</summary>
internal sealed class FileListField : ListField<FileRequest>
{
    private const string InputsName = "inputs";

    public FileListField(string name, string description)
        : base(name, TaskFieldType.FileList, description) => StoredName = InputsName;

    /// <summary>Reads the files that were found from the stored form of a task.</summary>
    public static StagedInput[] ReadInputs(JsonElement stored) =>
        stored.TryGetProperty(InputsName, out var inputs) ? [.. inputs.EnumerateArray().Select(ReadInput)] : [];

    public override void Write(Utf8JsonWriter json, PlannedTask planned)
    {
        if (planned.Inputs.Count == 0)
        {
            return;
        }

        json.WriteStartArray(InputsName);
        foreach (var input in planned.Inputs)
        {
            json.WriteStartObject();
            json.WriteString("path", input.Path);
            json.WriteString("source", input.Source);
            json.WriteString("sha256", input.Content.Hex);
            json.WriteBoolean("executable", input.Executable);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    // A stored task has the files themselves and no longer the request.
    public override CampaignTask Read(CampaignTask task, JsonElement stored) => task;

    protected override bool TryParseEntry(string text, [MaybeNullWhen(false)] out FileRequest entry)
    {
        var (source, target) = FileRequest.SplitEntry(text);
        entry = new FileRequest(source, target);
        return true;
    }

    protected override bool TryValidateEntry(FileRequest entry, TaskProblems problems, [MaybeNullWhen(false)] out FileRequest valid)
    {
        valid = null;
        if (entry is not null && (!problems.CheckText(Name, entry.Source) || !problems.CheckText(Name, entry.Target)))
        {
            return false;
        }

        var source = RelativePath.Normalise(entry?.Source ?? "");
        var target = entry?.Target is { } wanted ? RelativePath.Normalise(wanted) : null;
        if (source is null || (target is null && entry!.Target is not null))
        {
            problems.ReportOutsidePath(Name, entry);
            return false;
        }

        if (target is not null && Globs.IsPattern(source))
        {
            problems.ReportIllegalValue(Name, entry, "a new name only for a single file, not for a pattern");
            return false;
        }

        valid = new FileRequest(source, target);
        return true;
    }

    protected override void WriteEntry(Utf8JsonWriter json, FileRequest entry) =>
        throw new NotSupportedException("The stored form has the files that were found.");

    protected override FileRequest ReadEntry(JsonElement stored) =>
        throw new NotSupportedException("The stored form has the files that were found.");

    private static StagedInput ReadInput(JsonElement stored) =>
        new(
            ReadText(stored.GetProperty("path")),
            ReadText(stored.GetProperty("source")),
            Sha256.TryParse(stored.GetProperty("sha256").GetString(), out var hash) ? hash : default,
            stored.GetProperty("executable").GetBoolean()
        );
}
