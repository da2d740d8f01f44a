namespace MatterStack.Engine.Commands;

/// <summary>One command of <see cref="CommandTable"/>.</summary>
/// <param name="Name">Name of the target.</param>
/// <param name="Description">What the command does, in one line.</param>
/// <param name="Arguments">Names of the arguments that it takes.</param>
/// <param name="ChangesState">Whether it changes a run, the cache or other kept data. Such a command must not act on more than the user
/// means.</param>
/// <param name="Run">Runs the command; null if its target has an MSBuild task of its own.</param>
internal sealed record CommandRow(string Name, string Description, IReadOnlyList<string> Arguments, bool ChangesState, CommandBody? Run);
