using MatterStack.Engine.Identity;

namespace MatterStack.Engine.Wiring.Snapshots;

/// <summary>Status of the files of a snapshot.</summary>
internal abstract record SnapshotStatus
{
    private SnapshotStatus() { }

    /// <summary>The run has no wiring yet.</summary>
    public sealed record NotWired : SnapshotStatus;

    /// <summary>The snapshot matches the record.</summary>
    public sealed record Intact(Sha256 Hash) : SnapshotStatus;

    /// <summary>A write was interrupted. The wiring that it was about to put in force is recorded.</summary>
    public sealed record Interrupted(HistoryLine Intent) : SnapshotStatus;

    /// <summary>The snapshot was changed or removed, and not by MatterStack.</summary>
    public sealed record Tampered(Sha256? Recorded, Sha256? Found) : SnapshotStatus;

    /// <summary>Distinguishes an interrupted write from tampering.</summary>
    /// <remarks>The order of writing is: copy under its hash, history, snapshot, metadata. After an interruption the history is ahead of
    /// the metadata,
    /// and the snapshot is the old one or the new one. In all other cases another program changed the files.</remarks>
    public static SnapshotStatus FromFiles(Sha256? snapshot, SnapshotMetadata? metadata, WiringHistory history)
    {
        var intent = history.LastInForce;
        if (metadata is null)
        {
            return intent?.Event.Sha256 is { } meant
                ? snapshot is null || snapshot == meant
                    ? new Interrupted(intent)
                    : new Tampered(meant, snapshot)
                : snapshot is null
                    ? new NotWired()
                    : new Tampered(null, snapshot);
        }

        // The history line, which holds the old hash, shows an edit that changes snapshot and metadata together.
        var committed = history.Lines.FirstOrDefault(line => line.Hash == metadata.HistoryHead);
        if (committed?.Event.Sha256 is { } hash && hash != metadata.Sha256)
        {
            return snapshot == hash ? new Interrupted(committed) : new Tampered(hash, snapshot);
        }

        if (IsAhead(intent, committed, metadata, history) && (snapshot == metadata.Sha256 || snapshot == intent!.Event.Sha256))
        {
            return new Interrupted(intent!);
        }

        return snapshot == metadata.Sha256 ? new Intact(metadata.Sha256) : new Tampered(metadata.Sha256, snapshot);
    }

    // Whether the history has a newer line than the one of the metadata. If the line of the metadata is missing, lines were removed
    // and the others prove nothing.
    private static bool IsAhead(HistoryLine? intent, HistoryLine? committed, SnapshotMetadata metadata, WiringHistory history) =>
        history.IsUnbroken
        && intent?.Event.Sha256 is { } meant
        && meant != metadata.Sha256
        && intent.Hash != metadata.HistoryHead
        && committed is not null;
}
