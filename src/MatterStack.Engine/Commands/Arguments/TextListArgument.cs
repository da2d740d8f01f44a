using System.Diagnostics.CodeAnalysis;

namespace MatterStack.Engine.Commands.Arguments;

/// <summary>Texts separated by commas or semicolons.</summary>
/// <inheritdoc/>
internal sealed class TextListArgument(string name, string description) : ArgumentField<IReadOnlyList<string>>(name, description)
{
    private static readonly char[] Separators = [';', ','];

    protected override string AllowedValues => "texts separated by commas";

    protected override bool TryParse(string text, GivenArguments given, [NotNullWhen(true)] out IReadOnlyList<string>? value)
    {
        value = text.Split(Separators, StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        return true;
    }
}
