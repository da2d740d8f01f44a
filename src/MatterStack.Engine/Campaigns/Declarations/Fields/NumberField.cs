using System.Globalization;
using System.Text.Json;

namespace MatterStack.Engine.Campaigns.Declarations.Fields;

/// <summary>A field with a number above its minimum, or none.</summary>
internal sealed class NumberField(string name, string description) : ScalarField<double?>(name, TaskFieldType.Number, description)
{
    protected override bool TryParse(string text, out double? value)
    {
        var isNumber = double.TryParse(text.Trim(), NumberStyles.Float, CultureInfo.InvariantCulture, out var number);
        value = number;
        return isNumber;
    }

    // The comparisons are false for NaN.
    protected override bool IsLegal(double? value) =>
        value is not { } number || (number > (Minimum ?? double.MinValue) && number <= (Maximum ?? double.MaxValue));

    protected override void WriteValue(Utf8JsonWriter json, string name, double? value)
    {
        if (value is { } number)
        {
            json.WriteNumber(name, number);
        }
    }

    protected override double? ReadValue(JsonElement stored) => stored.GetDouble();

    protected override string DescribeAllowedValues() =>
        FormattableString.Invariant($"a number above {Minimum}")
        + (Maximum is { } most ? FormattableString.Invariant($" and up to {most}") : "")
        + ", with a decimal point";
}
