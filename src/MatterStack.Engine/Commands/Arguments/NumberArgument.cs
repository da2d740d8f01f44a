using System.Globalization;

namespace MatterStack.Engine.Commands.Arguments;

/// <summary>A number from zero.</summary>
/// <inheritdoc/>
internal sealed class NumberArgument(string name, string description) : ArgumentField<double>(name, description)
{
    protected override string AllowedValues => "a number from 0";

    protected override bool TryParse(string text, GivenArguments given, out double value) =>
        double.TryParse(text, NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent, CultureInfo.InvariantCulture, out value)
        && double.IsFinite(value);
}
