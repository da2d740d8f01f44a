namespace MatterStack.Engine.Runs.Store;

/// <summary>A row of <c>run_inputs</c>.</summary>
internal sealed record InputRow(string Kind, string Path, string Sha256, string Source, string? SnapshotRelpath, string RecordedAtUtc);
