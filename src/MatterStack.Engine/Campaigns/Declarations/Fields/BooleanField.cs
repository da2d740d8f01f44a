using System.Text.Json;

namespace MatterStack.Engine.Campaigns.Declarations.Fields;

/// <summary>A field that is true or false.</summary>
internal sealed class BooleanField(string name, string description) : ScalarField<bool>(name, TaskFieldType.Boolean, description)
{
    protected override bool TryParse(string text, out bool value)
    {
        var word = text.Trim();
        value = word.Equals("true", StringComparison.OrdinalIgnoreCase);
        return value || word.Equals("false", StringComparison.OrdinalIgnoreCase);
    }

    protected override void WriteValue(Utf8JsonWriter json, string name, bool value) => json.WriteBoolean(name, value);

    protected override bool ReadValue(JsonElement stored) => stored.GetBoolean();

    protected override string DescribeAllowedValues() => "true or false";
}
