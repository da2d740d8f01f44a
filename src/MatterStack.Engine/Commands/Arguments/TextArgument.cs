namespace MatterStack.Engine.Commands.Arguments;

/// <summary>A text.</summary>
/// <inheritdoc/>
internal sealed class TextArgument(string name, string description) : ArgumentField<string>(name, description)
{
    protected override string AllowedValues => "a text";

    protected override bool TryParse(string text, GivenArguments given, out string value)
    {
        value = text;
        return true;
    }
}
