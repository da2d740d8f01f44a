using MatterStack.Engine.Commands.Hosting;

namespace MatterStack.Engine.Commands.Arguments;

/// <summary>Definition of one argument of the commands. The parser, the check of names and the reference page use it.</summary>
/// <param name="name">Name of the property that the user gives with <c>-p:</c>, and of the property of
/// <see cref="RunArguments"/>.</param>
/// <param name="description">Allowed values and meaning, in Markdown, for the reference page.</param>
internal abstract class ArgumentField(string name, string description)
{
    /// <summary>Name of the argument and of the property of <see cref="RunArguments"/>.</summary>
    public string Name { get; } = name;

    /// <summary>Allowed values and meaning, in Markdown, for the reference page.</summary>
    public string Description { get; } = description;

    /// <summary>Name of a second argument, a file with the text; null if there is none.</summary>
    public string? FileArgument { get; init; }

    /// <summary>Whether it selects the object of a command. Without it, the command acts on more.</summary>
    public bool IsSelector { get; init; }

    /// <summary>Whether it has the name of a metadata. A project may have a property of that name, so it is an argument only of the targets
    /// that take it.</summary>
    public bool IsMetadata { get; init; }

    /// <summary>Names of the argument and of its file.</summary>
    public IEnumerable<string> Names => FileArgument is null ? [Name] : [Name, FileArgument];

    /// <summary>Sets the value that the user gave. An argument that was not given, or that is illegal, keeps its default.</summary>
    /// <param name="arguments">The arguments so far.</param>
    /// <param name="given">The given texts; receives the problem of an illegal one.</param>
    public abstract RunArguments Parse(RunArguments arguments, GivenArguments given);
}
