using MatterStack.Engine.Problems;

namespace MatterStack.Engine.Campaigns.Declarations;

/// <summary>Position of a task in a project file. It is resolved only for a message, because the file must be read for that.</summary>
/// <param name="Positions">Reads project files.</param>
/// <param name="File">The file that the item is defined in.</param>
/// <param name="TaskId">Its id.</param>
/// <param name="Number">Number of the item among the items with this id in the file, from 1.</param>
internal sealed record DeclarationSite(ProjectPositions Positions, string File, string TaskId, int Number) : IDeclarationSite
{
    public SourcePosition FindPosition() => Positions.FindPosition(File, TaskId, Number);

    /// <summary>Finds the element; null if no element of the file can produce the task.</summary>
    public TaskElement? FindElement() => Positions.FindElement(File, TaskId, Number);
}
