using MatterStack.Engine.Identity;

namespace MatterStack.Engine.Campaigns;

/// <summary>A file of the campaign that is staged for a task.</summary>
/// <param name="Path">Path in <c>work/</c>, forward slashes.</param>
/// <param name="Source">Path in the project's folder.</param>
/// <param name="Content">Hash of its content when the definition was made.</param>
/// <param name="Executable">Whether its owner may execute it.</param>
public sealed record StagedInput(string Path, string Source, Sha256 Content, bool Executable);
