using MatterStack.Engine.Files;
using MatterStack.Engine.Identity;
using MatterStack.Engine.Wiring.Parsing;

namespace MatterStack.Engine.Wiring.Snapshots;

/// <summary>Files of one run's wiring. A writer holds the run's lock.</summary>
/// <remarks>Order of writing: copy under its hash, history, snapshot, metadata. <see cref="SnapshotStatus"/> depends on this
/// order.</remarks>
internal sealed class SnapshotStore
{
    private readonly IDisk _disk;
    private readonly List<WiringEvent> _newEvents = [];
    private byte[] _historyBytes;

    private SnapshotStore(IDisk disk, string runFolder)
    {
        (_disk, Paths) = (disk, new SnapshotPaths(runFolder));
        Bytes = ReadIfExists(Paths.Snapshot);
        Hash = Bytes is null ? null : Sha256.ComputeHash(Bytes);
        Metadata = ReadIfExists(Paths.Metadata) is { } metadata ? SnapshotMetadata.Parse(metadata) : null;
        _historyBytes = ReadIfExists(Paths.History) ?? [];
        History = WiringHistory.Parse(_historyBytes);
    }

    public SnapshotPaths Paths { get; }

    /// <summary>Unchecked content of the snapshot file; null if there is no file.</summary>
    public byte[]? Bytes { get; private set; }

    public Sha256? Hash { get; private set; }

    public SnapshotMetadata? Metadata { get; private set; }

    public WiringHistory History { get; private set; }

    /// <summary>Schema version of the metadata if it is newer than the known one; otherwise null.</summary>
    public int? NewerVersion => Metadata?.Version is > SnapshotMetadata.SchemaVersion and var version ? version : null;

    public SnapshotStatus Status => SnapshotStatus.FromFiles(Hash, Metadata, History);

    /// <summary>Whether every file is as a command left it, so that there is nothing to complete, repair or report.</summary>
    public bool IsSettled =>
        NewerVersion is null
        && Status is SnapshotStatus.Intact(var hash)
        && History is { IsTorn: false, Lines: [.., { Event.Kind.Value: not WiringEventKind.Tampered }] }
        && SnapshotProblems.FindGaps(this).Count == 0
        && HasCopy(hash);

    /// <summary>Events that were added to the history since <see cref="Open"/>.</summary>
    public IReadOnlyList<WiringEvent> NewEvents => _newEvents;

    public static SnapshotStore Open(IDisk disk, string runFolder) => new(disk, runFolder);

    /// <summary>Finds wiring by its hash, in its copy or in the snapshot. Returns null if there is none.</summary>
    public byte[]? FindByHash(Sha256 hash) => ReadCopy(hash) ?? (Hash == hash ? Bytes : null);

    /// <summary>Whether there is an undamaged copy under a hash.</summary>
    public bool HasCopy(Sha256 hash) => ReadCopy(hash) is not null;

    /// <summary>Writes a copy under its hash. Returns false if the copy exists already.</summary>
    public bool EnsureCopy(byte[] bytes)
    {
        var hash = Sha256.ComputeHash(bytes);
        if (HasCopy(hash))
        {
            return false;
        }

        _disk.CreateDirectory(Paths.CopiesFolder);
        _disk.WriteAtomically(Paths.GetCopyPath(hash), bytes);
        return true;
    }

    /// <summary>Puts wiring in force. The copy under its hash must exist already.</summary>
    public void PutInForce(byte[] bytes, OperatorsFile operators, WiringEvent entry, IReadOnlyList<LegacyInput> legacy)
    {
        AppendEvent(entry, legacy);
        if (Hash != entry.Sha256)
        {
            _disk.WriteAtomically(Paths.Snapshot, bytes);
            (Bytes, Hash) = (bytes, entry.Sha256);
        }

        WriteMetadata(
            new SnapshotMetadata
            {
                Source = entry.Source ?? WiringSource.BuiltinDefault,
                ResolvedPath = entry.ResolvedPath,
                Sha256 = entry.Sha256!.Value,
                CreatedAtUtc = Metadata?.CreatedAtUtc ?? History.Lines[0].Event.AtUtc,
                UpdatedAtUtc = entry.AtUtc,
                Operators = operators.Operators.ToDictionary(static pair => pair.Key.Value, static pair => pair.Value.Hash.Hex),
                LegacyInputs = legacy,
                HistoryHead = History.LastHash,
            }
        );
    }

    public void WriteMetadata(SnapshotMetadata metadata)
    {
        _disk.WriteAtomically(Paths.Metadata, metadata.ToBytes());
        Metadata = metadata;
    }

    /// <summary>Adds a line to the history and removes a torn last line.</summary>
    public void AppendEvent(WiringEvent entry, IReadOnlyList<LegacyInput>? legacy = null)
    {
        byte[] line =
        [
            .. History.LacksLineEnd ? "\n"u8 : [],
            .. WiringHistory.FormatLine(entry, History.LastHash, legacy ?? []),
            (byte)'\n',
        ];
        byte[] whole = [.. _historyBytes.AsSpan(0, History.CompleteByteCount), .. line];
        if (History.IsTorn)
        {
            _disk.WriteAtomically(Paths.History, whole);
        }
        else
        {
            _disk.CreateDirectory(Paths.Folder);
            _disk.AppendAllBytes(Paths.History, line);
        }

        _historyBytes = whole;
        History = WiringHistory.Parse(whole);
        _newEvents.Add(entry);
    }

    private byte[]? ReadCopy(Sha256 hash) =>
        ReadIfExists(Paths.GetCopyPath(hash)) is { } bytes && Sha256.ComputeHash(bytes) == hash ? bytes : null;

    private byte[]? ReadIfExists(string path) => _disk.FileExists(path) ? _disk.ReadAllBytes(path) : null;
}
