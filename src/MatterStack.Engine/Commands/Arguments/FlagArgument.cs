namespace MatterStack.Engine.Commands.Arguments;

/// <summary><c>true</c> or <c>false</c>.</summary>
/// <inheritdoc/>
internal sealed class FlagArgument(string name, string description) : ArgumentField<bool>(name, description)
{
    protected override string AllowedValues => "true or false";

    protected override bool TryParse(string text, GivenArguments given, out bool value) => bool.TryParse(text, out value);
}
