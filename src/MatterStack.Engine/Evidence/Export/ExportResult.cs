namespace MatterStack.Engine.Evidence.Export;

/// <summary>Result of an export.</summary>
/// <param name="Folder">Folder of the bundle.</param>
/// <param name="Archive">The archive; null if none was requested.</param>
/// <param name="WasWritten">Whether the export wrote anything.</param>
/// <param name="FileCount">Number of files in the manifest.</param>
internal sealed record ExportResult(string Folder, string? Archive, bool WasWritten, int FileCount);
