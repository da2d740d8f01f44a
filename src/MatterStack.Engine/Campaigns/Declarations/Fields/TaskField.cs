using System.Buffers;
using System.Text.Json;

namespace MatterStack.Engine.Campaigns.Declarations.Fields;

/// <summary>Definition of one metadata of a task. The parser, the validator, the stored form, the fingerprint, the editor schema and the
/// reference page use it.</summary>
/// <param name="name">Name of the metadata and of the property of <see cref="CampaignTask"/>.</param>
/// <param name="type">Type of the value.</param>
/// <param name="description">Description for the reference page and for editors.</param>
internal abstract class TaskField(string name, TaskFieldType type, string description)
{
    /// <summary>Name of the metadata and of the property of <see cref="CampaignTask"/>.</summary>
    public string Name { get; } = name;

    /// <summary>Type of the value.</summary>
    public TaskFieldType Type { get; } = type;

    /// <summary>Description for the reference page and for editors.</summary>
    public string Description { get; } = description;

    /// <summary>Whether the value can affect a task's result, so that the fingerprint covers it.</summary>
    public required bool AffectsResults { get; init; }

    /// <summary>Minimum of an integer. A number must be above its minimum.</summary>
    public int? Minimum { get; init; }

    /// <summary>Maximum of an integer or of a number.</summary>
    public int? Maximum { get; init; }

    /// <summary>Name in the stored form of a task; null if a run stores the value elsewhere.</summary>
    public string? StoredName { get; init; } = JsonNamingPolicy.SnakeCaseLower.ConvertName(name);

    /// <summary>Lists the named texts of the value for the fingerprint. If it is not set, the texts are the value under
    /// <see cref="StoredName"/>, or nothing for the default, so that a new field leaves old fingerprints valid.</summary>
    public Func<CampaignTask, IEnumerable<(string Name, string Text)>>? FingerprintTexts { get; init; }

    /// <summary>Allowed values, for messages.</summary>
    public string AllowedValues
    {
        get => field ??= DescribeAllowedValues();
        init;
    }

    /// <summary>Allowed words; null if all words are allowed.</summary>
    public virtual IReadOnlyList<string>? Choices => null;

    /// <summary>Whether the metadata is a list separated by <c>;</c>.</summary>
    public bool IsList => Type >= TaskFieldType.TaskIdList;

    /// <summary>Whether the task has the default value.</summary>
    public abstract bool HasDefault(CampaignTask task);

    /// <summary>Sets the value that the metadata of an item states. Blank metadata states none.</summary>
    /// <param name="task">The task.</param>
    /// <param name="texts">Entries of a list; otherwise one text.</param>
    /// <param name="problems">Receives texts that are no value of this type. <see cref="Validate"/> finds all other problems.</param>
    public abstract CampaignTask Parse(CampaignTask task, IReadOnlyList<string> texts, TaskProblems problems);

    /// <summary>Reports illegal values, and copies lists into collections of the engine.</summary>
    public abstract CampaignTask Validate(CampaignTask task, TaskProblems problems);

    /// <summary>Writes the value to the stored form, unless it is the default.</summary>
    public abstract void Write(Utf8JsonWriter json, PlannedTask planned);

    /// <summary>Sets the value from the stored form.</summary>
    public abstract CampaignTask Read(CampaignTask task, JsonElement stored);

    /// <summary>Returns the value as JSON of the stored form; null for the default.</summary>
    public virtual string? FindStoredValue(PlannedTask planned)
    {
        var bytes = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(bytes))
        {
            json.WriteStartObject();
            Write(json, planned);
            json.WriteEndObject();
        }

        using var written = JsonDocument.Parse(bytes.WrittenMemory);
        foreach (var value in written.RootElement.EnumerateObject())
        {
            return value.Value.GetRawText();
        }

        return null;
    }

    /// <summary>Lists the named texts of the value for the fingerprint of the task.</summary>
    public IEnumerable<(string Name, string Text)> ListFingerprintTexts(CampaignTask task) =>
        !AffectsResults ? []
        : FingerprintTexts is { } texts ? texts(task)
        : HasDefault(task) ? []
        : [(StoredName!, FormatValue(task))];

    /// <summary>Text of the value for the fingerprint.</summary>
    protected abstract string FormatValue(CampaignTask task);

    /// <summary>Text for <see cref="AllowedValues"/>.</summary>
    protected virtual string DescribeAllowedValues() => "another value";
}
