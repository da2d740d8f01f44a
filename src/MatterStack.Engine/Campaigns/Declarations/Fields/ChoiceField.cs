using System.Text.Json;

namespace MatterStack.Engine.Campaigns.Declarations.Fields;

/// <summary>A field with one of the names of an enumeration.</summary>
/// <typeparam name="T">The enumeration.</typeparam>
internal sealed class ChoiceField<T>(string name, string description) : ScalarField<T>(name, TaskFieldType.Choice, description)
    where T : struct, Enum
{
    public override IReadOnlyList<string> Choices => Enum.GetNames<T>();

    protected override bool TryParse(string text, out T value) =>
        Enum.TryParse(text.Trim(), ignoreCase: true, out value) && Enum.IsDefined(value) && !char.IsAsciiDigit(text.Trim()[0]);

    protected override void ValidateValue(T value, TaskProblems problems)
    {
        if (!Enum.IsDefined(value))
        {
            problems.ReportIllegalValue(Name, value, AllowedValues);
        }
    }

    protected override void WriteValue(Utf8JsonWriter json, string name, T value) => json.WriteString(name, value.ToString());

    protected override T ReadValue(JsonElement stored) => stored.GetString() is { } text ? Enum.Parse<T>(text) : Default;

    protected override string DescribeAllowedValues() => "one of " + string.Join(", ", Choices);
}
