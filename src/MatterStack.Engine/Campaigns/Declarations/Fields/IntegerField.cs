using System.Globalization;
using System.Text.Json;

namespace MatterStack.Engine.Campaigns.Declarations.Fields;

/// <summary>A field with an integer.</summary>
internal sealed class IntegerField(string name, string description) : ScalarField<int>(name, TaskFieldType.Integer, description)
{
    protected override bool TryParse(string text, out int value) =>
        int.TryParse(text.Trim(), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out value);

    protected override bool IsLegal(int value) => !(value < Minimum || value > Maximum);

    protected override void WriteValue(Utf8JsonWriter json, string name, int value) => json.WriteNumber(name, value);

    protected override int ReadValue(JsonElement stored) => stored.GetInt32();

    protected override string DescribeAllowedValues() =>
        FormattableString.Invariant($"a whole number from {Minimum}")
        + (Maximum is { } most ? FormattableString.Invariant($" up to {most}") : "");
}
