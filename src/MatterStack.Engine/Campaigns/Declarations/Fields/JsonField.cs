using System.Text.Json;
using MatterStack.Engine.Files;

namespace MatterStack.Engine.Campaigns.Declarations.Fields;

/// <summary>A field with a JSON value, which stays a text.</summary>
internal sealed class JsonField(string name, string description) : ScalarField<string?>(name, TaskFieldType.Json, description)
{
    protected override bool TryParse(string text, out string? value)
    {
        value = text;
        return true;
    }

    protected override void ValidateValue(string? value, TaskProblems problems)
    {
        if (value is not null && problems.CheckText(Name, value) && OutsideJson.FindFault(value, JsonRule.Value) is { } fault)
        {
            problems.ReportIllegalValue(Name, value, $"JSON; {fault}");
        }
    }

    protected override void WriteValue(Utf8JsonWriter json, string name, string? value) => json.WriteString(name, value);

    protected override string? ReadValue(JsonElement stored) => stored.GetString();
}
