using System.Diagnostics.CodeAnalysis;
using System.Text.Json;

namespace MatterStack.Engine.Campaigns.Declarations.Fields;

/// <summary>A field with a list of values. Its default is the empty list.</summary>
/// <typeparam name="T">Type of an entry.</typeparam>
internal abstract class ListField<T>(string name, TaskFieldType type, string description) : TaskField(name, type, description)
{
    /// <summary>Gets the list from a task.</summary>
    public required Func<CampaignTask, IReadOnlyList<T>> Get { get; init; }

    /// <summary>Returns a task with another list.</summary>
    public required Func<CampaignTask, IReadOnlyList<T>, CampaignTask> Set { get; init; }

    public override bool HasDefault(CampaignTask task) => Get(task).Count == 0;

    public override CampaignTask Parse(CampaignTask task, IReadOnlyList<string> texts, TaskProblems problems)
    {
        var entries = new List<T>(texts.Count);
        for (var i = 0; i < texts.Count; i++)
        {
            if (string.IsNullOrWhiteSpace(texts[i]))
            {
                continue;
            }

            var text = TrimEntry(texts[i]);
            if (TryParseEntry(text, out var entry))
            {
                entries.Add(entry);
            }
            else
            {
                problems.ReportIllegalValue(Name, text, AllowedValues);
            }
        }

        return entries.Count == 0 ? task : Set(task, entries.ToArray());
    }

    public override CampaignTask Validate(CampaignTask task, TaskProblems problems)
    {
        // Most lists are empty, and a campaign can have 100 000 tasks.
        if (Get(task) is not { } declared || declared is T[] { Length: 0 })
        {
            return Get(task) is null ? Set(task, []) : task;
        }

        var entries = new List<T>(declared.Count);
        for (var i = 0; i < declared.Count; i++)
        {
            if (TryValidateEntry(declared[i], problems, out var entry))
            {
                entries.Add(entry);
            }
        }

        return Set(task, entries.Count == 0 ? [] : entries.ToArray());
    }

    public override void Write(Utf8JsonWriter json, PlannedTask planned) => WriteEntries(json, StoredName!, Get(planned.Task));

    public override CampaignTask Read(CampaignTask task, JsonElement stored)
    {
        var entries = new T[stored.GetArrayLength()];
        // Access by index would count from the first element each time.
        var i = 0;
        foreach (var entry in stored.EnumerateArray())
        {
            entries[i++] = ReadEntry(entry);
        }

        return Set(task, entries);
    }

    /// <summary>Removes the layout of the file around an entry.</summary>
    protected virtual string TrimEntry(string text) => text.Trim();

    protected abstract bool TryParseEntry(string text, [MaybeNullWhen(false)] out T entry);

    /// <summary>Reports an illegal entry. Returns whether the entry is legal, and its normal form.</summary>
    protected abstract bool TryValidateEntry(T entry, TaskProblems problems, [MaybeNullWhen(false)] out T valid);

    protected abstract void WriteEntry(Utf8JsonWriter json, T entry);

    protected abstract T ReadEntry(JsonElement stored);

    protected override string FormatValue(CampaignTask task) => string.Join('\n', Get(task));

    protected static string ReadText(JsonElement stored) => stored.GetString() ?? throw new JsonException("a text is missing");

    private void WriteEntries(Utf8JsonWriter json, string name, IReadOnlyList<T> entries)
    {
        if (entries.Count == 0)
        {
            return;
        }

        json.WriteStartArray(name);
        foreach (var entry in entries)
        {
            WriteEntry(json, entry);
        }

        json.WriteEndArray();
    }
}
