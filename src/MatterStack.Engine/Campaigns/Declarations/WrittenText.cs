using MatterStack.Engine.Problems;

namespace MatterStack.Engine.Campaigns.Declarations;

/// <summary>A text of a project file: an attribute or an element's content.</summary>
/// <param name="Name">Name of the metadata.</param>
/// <param name="Text">The text before evaluation.</param>
/// <param name="At">Its position.</param>
internal sealed record WrittenText(string Name, string Text, SourcePosition At);
