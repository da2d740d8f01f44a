using System.Text.Json;
using System.Text.RegularExpressions;

namespace MatterStack.Engine.Campaigns.Declarations.Fields;

/// <summary>A field with a word that is passed to a scheduler, or none.</summary>
internal sealed partial class WordField(string name, string description) : ScalarField<string?>(name, TaskFieldType.Text, description)
{
    protected override bool TryParse(string text, out string? value)
    {
        value = text.Trim();
        return true;
    }

    protected override bool IsLegal(string? value) => value is null || WordRegex().IsMatch(value);

    protected override void WriteValue(Utf8JsonWriter json, string name, string? value) => json.WriteString(name, value);

    protected override string? ReadValue(JsonElement stored) => stored.GetString();

    protected override string DescribeAllowedValues() => "a word of letters, digits, '.', '_' and '-'";

    [GeneratedRegex("^[A-Za-z0-9_][A-Za-z0-9_.-]*$")]
    private static partial Regex WordRegex();
}
