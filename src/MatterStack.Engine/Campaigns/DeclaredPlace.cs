using MatterStack.Engine.Problems;

namespace MatterStack.Engine.Campaigns;

/// <summary>Where a task stands in a project file; looked for only when something is to be said about it, since that means reading the file.</summary>
/// <param name="Positions">Reads project files.</param>
/// <param name="File">The file that the item is defined in.</param>
/// <param name="TaskId">Its id.</param>
/// <param name="Nth">Which of the items with this id in the file, from 1.</param>
internal sealed record DeclaredPlace(ProjectPositions Positions, string File, string TaskId, int Nth)
{
    public SourcePosition Find() => Positions.Find(File, TaskId, Nth);

    /// <summary>The element itself; null if the file has none that can have made the task.</summary>
    public TaskElement? Element() => Positions.Element(File, TaskId, Nth);
}
