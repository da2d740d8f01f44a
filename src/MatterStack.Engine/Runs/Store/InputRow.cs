using MatterStack.Engine.Identity;

namespace MatterStack.Engine.Runs.Store;

/// <summary>A row of <c>run_inputs</c>.</summary>
internal sealed record InputRow(
    RecordedKind<RunInputKind> Kind,
    string Path,
    Sha256 Sha256,
    string Source,
    string? SnapshotRelpath,
    DateTimeOffset RecordedAt
);
