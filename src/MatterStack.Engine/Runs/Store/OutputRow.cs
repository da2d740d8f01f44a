namespace MatterStack.Engine.Runs.Store;

/// <summary>A row of <c>outputs</c>.</summary>
internal sealed record OutputRow(string AttemptId, string Path, string Sha256, long Size);
