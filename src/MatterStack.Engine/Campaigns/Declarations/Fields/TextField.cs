using System.Text.Json;

namespace MatterStack.Engine.Campaigns.Declarations.Fields;

/// <summary>A field with a text, which keeps its blanks.</summary>
internal sealed class TextField(string name, string description) : ScalarField<string?>(name, TaskFieldType.Text, description)
{
    /// <summary>Whether the stored form has the text even if it is the default.</summary>
    public bool IsAlwaysStored { get; init; }

    public override void Write(Utf8JsonWriter json, PlannedTask planned)
    {
        if (IsAlwaysStored)
        {
            WriteValue(json, StoredName!, Get(planned.Task));
        }
        else
        {
            base.Write(json, planned);
        }
    }

    protected override bool TryParse(string text, out string? value)
    {
        value = text;
        return true;
    }

    protected override void ValidateValue(string? value, TaskProblems problems) => problems.CheckText(Name, value);

    protected override void WriteValue(Utf8JsonWriter json, string name, string? value) => json.WriteString(name, value);

    protected override string? ReadValue(JsonElement stored) => stored.GetString();
}
