namespace MatterStack.Engine.Files;

/// <summary>The last lines of a log.</summary>
/// <param name="Lines">The lines.</param>
/// <param name="RefusalReason">Reason why the file is not read, for example because it is a link; null otherwise.</param>
internal sealed record LogEnd(IReadOnlyList<string> Lines, string? RefusalReason);
