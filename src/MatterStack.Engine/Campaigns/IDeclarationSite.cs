using MatterStack.Engine.Problems;

namespace MatterStack.Engine.Campaigns;

/// <summary>The place of a task in a project file.</summary>
internal interface IDeclarationSite
{
    /// <summary>Reads the file to find the position.</summary>
    SourcePosition FindPosition();
}
