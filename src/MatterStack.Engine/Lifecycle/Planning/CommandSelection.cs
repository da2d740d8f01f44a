using MatterStack.Engine.Lifecycle.Selections;

namespace MatterStack.Engine.Lifecycle.Planning;

/// <summary>The tasks that a command runs, besides those that they need.</summary>
/// <param name="Tasks">The selection; it also selects tasks of later iterations.</param>
/// <param name="Positions">Positions of the tasks in the run that it matches.</param>
/// <param name="Actor">Name of the person who gave it.</param>
internal sealed record CommandSelection(TaskSelection Tasks, IReadOnlyList<int> Positions, string Actor)
{
    /// <summary>Whether the command is a request of a person: the selection of the last <c>Loop</c> or <c>Step</c> stays in
    /// force.</summary>
    public bool IsOfEarlierCommand { get; init; }
}
