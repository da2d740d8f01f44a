using System.Globalization;

namespace MatterStack.Engine.Commands.Arguments;

/// <summary>A whole number from one.</summary>
/// <inheritdoc/>
internal sealed class CountArgument(string name, string description) : ArgumentField<int>(name, description)
{
    protected override string AllowedValues => "a whole number from 1";

    protected override bool TryParse(string text, GivenArguments given, out int value) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out value) && value > 0;
}
