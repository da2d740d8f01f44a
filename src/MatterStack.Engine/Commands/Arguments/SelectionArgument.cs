using MatterStack.Engine.Commands.Hosting;
using MatterStack.Engine.Lifecycle.Selections;

namespace MatterStack.Engine.Commands.Arguments;

/// <summary>A selection of tasks.</summary>
/// <inheritdoc cref="ArgumentField"/>
internal sealed class SelectionArgument(string name, string description) : ArgumentField(name, description)
{
    /// <summary>Sets the value.</summary>
    public required Func<RunArguments, TaskSelection, RunArguments> Set { get; init; }

    public override RunArguments Parse(RunArguments arguments, GivenArguments given)
    {
        if (given.FindText(this) is not { } text)
        {
            return arguments;
        }

        if (TaskSelection.Parse(text).TryGet(out var selection, out var problems))
        {
            return Set(arguments, selection);
        }

        given.ReportProblems(problems);
        return arguments;
    }
}
