using MatterStack.Engine.Identity;

namespace MatterStack.Engine.Lifecycle.Model;

/// <summary>A declared output that was found when the attempt ended.</summary>
/// <param name="Path">Relative to <c>work/</c>, forward slashes.</param>
/// <param name="Hash">Hash of its content.</param>
/// <param name="Size">Bytes.</param>
public sealed record OutputFile(string Path, Sha256 Hash, long Size);
