namespace MatterStack.Engine.Commands.Arguments;

/// <summary>Path of a file or folder. The value is an absolute path.</summary>
/// <inheritdoc/>
internal sealed class PathArgument(string name, string description) : ArgumentField<string>(name, description)
{
    protected override string AllowedValues => "a path";

    protected override bool TryParse(string text, GivenArguments given, out string value)
    {
        value = given.ToAbsolutePath(text);
        return true;
    }
}
