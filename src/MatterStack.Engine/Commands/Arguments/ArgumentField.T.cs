using MatterStack.Engine.Commands.Hosting;

namespace MatterStack.Engine.Commands.Arguments;

/// <summary>An argument whose value has the type <typeparamref name="T"/>.</summary>
/// <inheritdoc/>
internal abstract class ArgumentField<T>(string name, string description) : ArgumentField(name, description)
    where T : notnull
{
    /// <summary>Sets the value.</summary>
    public required Func<RunArguments, T, RunArguments> Set { get; init; }

    /// <summary>Allowed values, for messages: "It takes …".</summary>
    protected abstract string AllowedValues { get; }

    public override RunArguments Parse(RunArguments arguments, GivenArguments given)
    {
        if (given.FindText(this) is not { } text)
        {
            return arguments;
        }

        if (TryParse(text, given, out var value))
        {
            return Set(arguments, value);
        }

        given.ReportIllegal(Name, text, AllowedValues);
        return arguments;
    }

    /// <summary>Parses a text, which is not empty and has no white space around it.</summary>
    protected abstract bool TryParse(string text, GivenArguments given, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out T? value);
}
