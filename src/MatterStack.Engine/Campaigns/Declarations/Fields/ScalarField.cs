using System.Diagnostics.CodeAnalysis;
using System.Text.Json;

namespace MatterStack.Engine.Campaigns.Declarations.Fields;

/// <summary>A field with one value.</summary>
/// <typeparam name="T">Type of the value.</typeparam>
internal abstract class ScalarField<T>(string name, TaskFieldType type, string description) : TaskField(name, type, description)
{
    /// <summary>Gets the value from a task.</summary>
    public required Func<CampaignTask, T> Get { get; init; }

    /// <summary>Returns a task with another value.</summary>
    public required Func<CampaignTask, T, CampaignTask> Set { get; init; }

    /// <summary>Value of a task that states none. Null only if the property can be null.</summary>
    public T Default { get; init; } = default!;

    public override bool HasDefault(CampaignTask task) => EqualityComparer<T>.Default.Equals(Get(task), Default);

    public override CampaignTask Parse(CampaignTask task, IReadOnlyList<string> texts, TaskProblems problems)
    {
        if (texts is not [{ } text, ..] || string.IsNullOrWhiteSpace(text))
        {
            return task;
        }

        // Checked here too, so that a message shows the text as written.
        if (TryParse(text, out var value) && IsLegal(value))
        {
            return Set(task, value);
        }

        problems.ReportIllegalValue(Name, text, AllowedValues);
        return task;
    }

    public override CampaignTask Validate(CampaignTask task, TaskProblems problems)
    {
        ValidateValue(Get(task), problems);
        return task;
    }

    public override void Write(Utf8JsonWriter json, PlannedTask planned)
    {
        if (StoredName is not null && !HasDefault(planned.Task))
        {
            WriteValue(json, StoredName, Get(planned.Task));
        }
    }

    public override CampaignTask Read(CampaignTask task, JsonElement stored) => Set(task, ReadValue(stored));

    protected abstract bool TryParse(string text, [MaybeNullWhen(false)] out T value);

    /// <summary>Whether a value is within the limits of the field. By default every value is.</summary>
    protected virtual bool IsLegal(T value) => true;

    /// <summary>Reports an illegal value.</summary>
    protected virtual void ValidateValue(T value, TaskProblems problems)
    {
        if (!IsLegal(value))
        {
            problems.ReportIllegalValue(Name, value, AllowedValues);
        }
    }

    protected abstract void WriteValue(Utf8JsonWriter json, string name, T value);

    protected abstract T ReadValue(JsonElement stored);

    protected override string FormatValue(CampaignTask task) => FormattableString.Invariant($"{Get(task)}");
}
