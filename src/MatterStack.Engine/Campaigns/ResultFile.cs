using MatterStack.Engine.Identity;

namespace MatterStack.Engine.Campaigns;

/// <summary>A declared output of a task.</summary>
/// <param name="Path">Relative to the task's <c>work/</c> folder, forward slashes.</param>
/// <param name="Content">Hash of its content when the task ended.</param>
/// <param name="Size">Bytes.</param>
public sealed record ResultFile(string Path, Sha256 Content, long Size);
