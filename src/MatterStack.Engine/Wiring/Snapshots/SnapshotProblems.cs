using MatterStack.Engine.Identity;
using MatterStack.Engine.Problems;

namespace MatterStack.Engine.Wiring.Snapshots;

/// <summary>Problems of a snapshot.</summary>
internal static class SnapshotProblems
{
    private const string ForceRemedy =
        "replace the wiring with -p:OperatorsConfig=FILE -p:ForceWiringOverride=true -p:OverrideReason=\"...\"";

    public static Problem CreateTampered(SnapshotStore store, SnapshotStatus.Tampered tampered)
    {
        var found = tampered.Found is { } hash ? $"has the hash {hash}" : "is missing";
        var recorded = tampered.Recorded is { } record ? $"the recorded hash is {record}" : "no hash is recorded for it";
        var restore =
            tampered.Recorded is { } known && store.FindByHash(known) is not null
                ? $"Restore it: cp operators_snapshot/by-sha256/{known}.yaml {SnapshotPaths.RelativeSnapshotPath} (in the run's folder); "
                    + $"or {ForceRemedy}."
                : $"{char.ToUpperInvariant(ForceRemedy[0])}{ForceRemedy[1..]}.";
        return new Problem(
            WiringCodes.Tampered,
            $"The run's wiring {SnapshotPaths.RelativeSnapshotPath} {found}, but {recorded}",
            restore,
            new SourcePosition(store.Paths.Snapshot)
        );
    }

    public static Problem CreateNewerVersion(SnapshotStore store, int version) =>
        Problem.Create(
            WiringCodes.NewerSnapshot,
            $"The run's wiring has the schema version {version}; "
                + $"this version of MatterStack knows versions up to {SnapshotMetadata.SchemaVersion}",
            new SourcePosition(store.Paths.Metadata)
        );

    public static Problem CreateLostCopy(SnapshotStore store, Sha256 hash) =>
        Problem.Create(
            WiringCodes.SnapshotUnavailable,
            $"A command was stopped while it persisted the wiring {hash}, "
                + "and the copy under operators_snapshot/by-sha256/ is missing or damaged",
            new SourcePosition(store.Paths.GetCopyPath(hash))
        );

    public static Problem CreateInterrupted(SnapshotStore store) =>
        new Problem(
            WiringCodes.Repaired,
            "A command was stopped while it persisted wiring",
            "The next -t:Step or -t:Loop completes it.",
            new SourcePosition(store.Paths.Folder)
        ).AsWarning();

    /// <summary>Returns a warning if lines of the history are missing or changed; otherwise empty.</summary>
    public static IReadOnlyList<Problem> FindGaps(SnapshotStore store) =>
        store.History.IsUnbroken && (store.Metadata?.HistoryHead is not { } head || store.History.Lines.Any(line => line.Hash == head))
            ? []
            :
            [
                Problem
                    .Create(
                        WiringCodes.HistoryBroken,
                        "A line of the run's wiring history was removed or changed",
                        new SourcePosition(store.Paths.History)
                    )
                    .AsWarning(),
            ];
}
