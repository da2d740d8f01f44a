using MatterStack.Engine.Identity;

namespace MatterStack.Engine.Wiring.Snapshots;

/// <summary>What the files of a snapshot amount to.</summary>
internal abstract record SnapshotVerdict
{
    private SnapshotVerdict()
    {
    }

    /// <summary>The run was never wired.</summary>
    public sealed record NotWired : SnapshotVerdict;

    /// <summary>The snapshot is what the record says.</summary>
    public sealed record Intact(Sha256 Hash) : SnapshotVerdict;

    /// <summary>A writer was stopped half-way; what it was about to put in force is known and kept.</summary>
    public sealed record Interrupted(HistoryLine Intent) : SnapshotVerdict;

    /// <summary>Someone else changed the snapshot.</summary>
    public sealed record Tampered(Sha256? Recorded, Sha256? Found) : SnapshotVerdict;

    /// <summary>Tells an interrupted write from tampering.</summary>
    /// <remarks>The writer's order is: copy under its hash, history, snapshot, metadata. So after an interruption the history is ahead of the metadata,
    /// and the snapshot is the old one or the new one. Anything else was not us.</remarks>
    public static SnapshotVerdict Of(Sha256? snapshot, SnapshotMetadata? metadata, WiringHistory history)
    {
        var intent = history.InForce;
        if (metadata is null)
        {
            return intent?.Event.Sha256 is { } meant
                ? snapshot is null || snapshot == meant ? new Interrupted(intent) : new Tampered(meant, snapshot)
                : snapshot is null ? new NotWired() : new Tampered(null, snapshot);
        }

        // Who changes snapshot and metadata alike forgets the line that the metadata stands on.
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

    // A line that follows the one the metadata was written for. If that one is gone, lines were removed: nothing can be concluded from the rest.
    private static bool IsAhead(HistoryLine? intent, HistoryLine? committed, SnapshotMetadata metadata, WiringHistory history) =>
        history.Unbroken
        && intent?.Event.Sha256 is { } meant
        && meant != metadata.Sha256
        && intent.Hash != metadata.HistoryHead
        && committed is not null;
}
