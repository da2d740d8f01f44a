using MatterStack.Engine.Files;
using MatterStack.Engine.Identity;
using MatterStack.Engine.Problems;
using MatterStack.Engine.Wiring.Schema;
using MatterStack.Engine.Wiring.Snapshots;

namespace MatterStack.Engine.Wiring;

/// <summary>Finds the wiring of a run, persists it, and detects changes of the persisted files.</summary>
internal sealed class WiringKeeper(IDisk disk, TimeProvider clock, WiringSchema schema)
{
    private readonly WiringFinder _finder = new(disk, schema);
    private readonly ParsedWirings _parsed = new(schema);

    /// <summary>Finds the wiring of a new run. It writes nothing.</summary>
    public Result<RunWiring> ResolveWithoutRun(WiringRequest request)
    {
        var chosen = WiringResolver.Choose(_finder.Facts(request, persisted: false));
        return chosen.TryGet(out var level) ? _finder.Find(level, request).Then(found => AsFound(found, level, request, [])) : Result<RunWiring>.Fail(chosen.Problems);
    }

    /// <summary>Finds the wiring for the next tick of a run. It persists new wiring and completes an interrupted write. The caller holds
    /// the run's lock.</summary>
    /// <param name="runFolder">Folder of the run.</param>
    /// <param name="runEnded">Whether the run has ended: then its wiring is never replaced.</param>
    /// <param name="request">Arguments of the command.</param>
    public Result<RunWiring> ResolveForRun(string runFolder, bool runEnded, WiringRequest request)
    {
        try
        {
            return new WiringSession(disk, clock, _parsed, _finder, SnapshotStore.Open(disk, runFolder), runEnded, request).Resolve();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return Problem.Of(WiringCodes.SnapshotUnwritable, $"The wiring of the run cannot be read or written: {exception.Message}", new SourcePosition(new SnapshotPaths(runFolder).Folder));
        }
    }

    /// <summary>Loads the wiring in force for a command that only reads. It never writes.</summary>
    public Result<RunWiring> LoadPersisted(string runFolder)
    {
        try
        {
            return Loaded(SnapshotStore.Open(disk, runFolder));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return Problem.Of(WiringCodes.FileUnreadable, $"The wiring of the run cannot be read: {exception.Message}", new SourcePosition(new SnapshotPaths(runFolder).Folder));
        }
    }

    /// <summary>Loads current or earlier wiring of the run by its hash: an attempt keeps the wiring that it was submitted with.</summary>
    public Result<OperatorsFile> LoadBySha(string runFolder, Sha256 hash)
    {
        var paths = new SnapshotPaths(runFolder);
        try
        {
            foreach (var path in new[] { paths.BySha(hash), paths.Snapshot }.Where(disk.FileExists))
            {
                if (disk.ReadAllBytes(path) is var bytes && Sha256.Of(bytes) == hash)
                {
                    return _parsed.Parse(bytes, hash, path);
                }
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return Problem.Of(WiringCodes.SnapshotUnavailable, $"The wiring {hash} cannot be read: {exception.Message}", new SourcePosition(paths.BySha(hash)));
        }

        return Problem.Of(
            WiringCodes.SnapshotUnavailable,
            disk.FileExists(paths.BySha(hash)) ? $"The copy of the wiring {hash} is damaged" : $"There is no copy of the wiring {hash}",
            new SourcePosition(paths.BySha(hash)));
    }

    /// <summary>Loads the wiring events of a run, oldest first, including events of failed commands. Unreadable lines are
    /// omitted.</summary>
    public Result<IReadOnlyList<WiringEvent>> LoadHistory(string runFolder)
    {
        try
        {
            var store = SnapshotStore.Open(disk, runFolder);
            return Result<IReadOnlyList<WiringEvent>>.Ok(store.History.Lines.Select(static line => line.Event).ToArray(), SnapshotProblems.Gaps(store));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return Problem.Of(WiringCodes.FileUnreadable, $"The history of the run's wiring cannot be read: {exception.Message}", new SourcePosition(new SnapshotPaths(runFolder).History));
        }
    }

    internal static RunWiring AsFound(FoundWiring found, WiringSource source, WiringRequest request, IReadOnlyList<WiringEvent> events) =>
        new(found.Bytes, found.Hash, source, found.Source, found.Path, found.Operators, [.. found.Warnings, .. WiringFinder.Ignored(source, request)], events) { Legacy = found.Legacy };

    private Result<RunWiring> Loaded(SnapshotStore store)
    {
        if (store.NewerVersion is { } newer)
        {
            return SnapshotProblems.Newer(store, newer);
        }

        switch (store.Verdict)
        {
            case SnapshotVerdict.Intact(var hash):
                var metadata = store.Metadata!;
                return _parsed.Parse(store.Bytes!, hash, store.Paths.Snapshot).Then(operators =>
                    new RunWiring(store.Bytes!, hash, WiringSource.RunPersisted, metadata.Source, metadata.ResolvedPath, operators, SnapshotProblems.Gaps(store), []) { Legacy = metadata.Legacy });
            case SnapshotVerdict.Interrupted(var intent) when store.BySha(intent.Event.Sha256!.Value) is { } bytes:
                return _parsed.Parse(bytes, intent.Event.Sha256!.Value, store.Paths.Snapshot).Then(operators =>
                    new RunWiring(bytes, intent.Event.Sha256!.Value, WiringSource.RunPersisted, intent.Event.Source ?? WiringSource.BuiltinDefault, intent.Event.ResolvedPath, operators, [SnapshotProblems.StillInterrupted(store)], []) { Legacy = intent.Legacy });
            case SnapshotVerdict.Interrupted(var intent):
                return SnapshotProblems.Lost(store, intent.Event.Sha256!.Value);
            case SnapshotVerdict.Tampered tampered:
                return SnapshotProblems.Of(store, tampered);
            default:
                return Problem.Of(WiringCodes.NotWired, "The run has no wiring yet", new SourcePosition(store.Paths.Folder));
        }
    }
}
