using MatterStack.Engine.Files;
using MatterStack.Engine.Identity;
using MatterStack.Engine.Problems;
using MatterStack.Engine.Wiring.Fields;
using MatterStack.Engine.Wiring.Parsing;
using MatterStack.Engine.Wiring.Snapshots;

namespace MatterStack.Engine.Wiring.Resolving;

/// <summary>Finds the wiring of a run, persists it, and detects changes of the persisted files.</summary>
internal sealed class WiringService
{
    private readonly IDisk _disk;
    private readonly TimeProvider _clock;
    private readonly Lazy<WiringFinder> _finder;
    private readonly Lazy<WiringParseCache> _parsed;

    /// <param name="disk">Files of the run and of the workspace.</param>
    /// <param name="clock">Time of events.</param>
    /// <param name="schema">Returns the allowed keys and values; called when wiring is parsed for the first time.</param>
    public WiringService(IDisk disk, TimeProvider clock, Func<WiringSchema> schema)
    {
        (_disk, _clock) = (disk, clock);
        (_finder, _parsed) = (new(() => new WiringFinder(disk, schema())), new(() => new WiringParseCache(schema())));
    }

    public WiringService(IDisk disk, TimeProvider clock, WiringSchema schema)
        : this(disk, clock, () => schema) { }

    /// <summary>Finds the wiring of a new run. It writes nothing.</summary>
    public Result<RunWiring> ResolveWithoutRun(WiringRequest request)
    {
        var chosen = _finder.Value.ChooseLevel(request, persisted: false);
        return chosen.TryGet(out var level)
            ? _finder.Value.FindWiring(level, request).MapValue(found => CreateRunWiring(found, level, request, []))
            : Result<RunWiring>.Fail(chosen.Problems);
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
            return new WiringResolution(
                _disk,
                _clock,
                _parsed.Value,
                _finder.Value,
                SnapshotStore.Open(_disk, runFolder),
                runEnded,
                request
            ).ResolveWiring();
        }
        catch (Exception exception) when (DiskErrors.IsAccessError(exception))
        {
            return Problem.Create(
                WiringCodes.SnapshotUnwritable,
                $"The wiring of the run cannot be read or written: {exception.Message}",
                new SourcePosition(new SnapshotPaths(runFolder).Folder)
            );
        }
    }

    /// <summary>Loads the wiring in force for a command that only reads. It never writes.</summary>
    public Result<RunWiring> LoadPersisted(string runFolder)
    {
        try
        {
            return LoadFromStore(SnapshotStore.Open(_disk, runFolder));
        }
        catch (Exception exception) when (DiskErrors.IsAccessError(exception))
        {
            return Problem.Create(
                WiringCodes.FileUnreadable,
                $"The wiring of the run cannot be read: {exception.Message}",
                new SourcePosition(new SnapshotPaths(runFolder).Folder)
            );
        }
    }

    /// <summary>Identifies the wiring in force without parsing it, for a command that needs no operator. The wiring was checked when it was
    /// persisted. Returns null unless every file is as a command left it; then the caller resolves or loads the wiring.</summary>
    public WiringIdentity? FindSettled(string runFolder)
    {
        try
        {
            var store = SnapshotStore.Open(_disk, runFolder);
            return store.IsSettled
                ? new WiringIdentity(
                    store.Metadata!.Sha256,
                    store.Metadata.Source,
                    store.Metadata.ResolvedPath,
                    [.. store.History.Lines.Select(static line => line.Event)]
                )
                : null;
        }
        catch (Exception exception) when (DiskErrors.IsAccessError(exception))
        {
            return null;
        }
    }

    /// <summary>Identifies the wiring in force for a report. Returns null if the wiring cannot be loaded.</summary>
    public WiringIdentity? Identify(string runFolder) =>
        FindSettled(runFolder)
        ?? (
            LoadPersisted(runFolder).TryGet(out var loaded)
                ? new WiringIdentity(loaded.Hash, loaded.Origin, loaded.ResolvedPath, loaded.Events)
                : null
        );

    /// <summary>Loads current or earlier wiring of the run by its hash: an attempt keeps the wiring that it was submitted with.</summary>
    public Result<OperatorsFile> LoadByHash(string runFolder, Sha256 hash)
    {
        var paths = new SnapshotPaths(runFolder);
        try
        {
            foreach (var path in new[] { paths.GetCopyPath(hash), paths.Snapshot }.Where(_disk.FileExists))
            {
                if (_disk.ReadAllBytes(path) is var bytes && Sha256.ComputeHash(bytes) == hash)
                {
                    return _parsed.Value.Parse(bytes, hash, path);
                }
            }
        }
        catch (Exception exception) when (DiskErrors.IsAccessError(exception))
        {
            return Problem.Create(
                WiringCodes.SnapshotUnavailable,
                $"The wiring {hash} cannot be read: {exception.Message}",
                new SourcePosition(paths.GetCopyPath(hash))
            );
        }

        return Problem.Create(
            WiringCodes.SnapshotUnavailable,
            _disk.FileExists(paths.GetCopyPath(hash))
                ? $"The copy of the wiring {hash} is damaged"
                : $"There is no copy of the wiring {hash}",
            new SourcePosition(paths.GetCopyPath(hash))
        );
    }

    /// <summary>Loads the wiring events of a run, oldest first, including events of failed commands. Unreadable lines are
    /// omitted.</summary>
    public Result<IReadOnlyList<WiringEvent>> LoadHistory(string runFolder)
    {
        try
        {
            var store = SnapshotStore.Open(_disk, runFolder);
            return Result<IReadOnlyList<WiringEvent>>.Ok(
                store.History.Lines.Select(static line => line.Event).ToArray(),
                SnapshotProblems.FindGaps(store)
            );
        }
        catch (Exception exception) when (DiskErrors.IsAccessError(exception))
        {
            return Problem.Create(
                WiringCodes.FileUnreadable,
                $"The history of the run's wiring cannot be read: {exception.Message}",
                new SourcePosition(new SnapshotPaths(runFolder).History)
            );
        }
    }

    internal static RunWiring CreateRunWiring(
        FoundWiring found,
        WiringSource source,
        WiringRequest request,
        IReadOnlyList<WiringEvent> events
    ) =>
        new(
            found.Bytes,
            found.Hash,
            source,
            found.Source,
            found.Path,
            found.Operators,
            [.. found.Warnings, .. WiringFinder.FindIgnoredArguments(source, request)],
            events
        )
        {
            LegacyInputs = found.LegacyInputs,
        };

    private Result<RunWiring> LoadFromStore(SnapshotStore store)
    {
        if (store.NewerVersion is { } newer)
        {
            return SnapshotProblems.CreateNewerVersion(store, newer);
        }

        switch (store.Status)
        {
            case SnapshotStatus.Intact(var hash):
                var metadata = store.Metadata!;
                return _parsed
                    .Value.Parse(store.Bytes!, hash, store.Paths.Snapshot)
                    .MapValue(operators => new RunWiring(
                        store.Bytes!,
                        hash,
                        WiringSource.RunPersisted,
                        metadata.Source,
                        metadata.ResolvedPath,
                        operators,
                        SnapshotProblems.FindGaps(store),
                        []
                    )
                    {
                        LegacyInputs = metadata.LegacyInputs,
                    });
            case SnapshotStatus.Interrupted(var intent) when store.FindByHash(intent.Event.Sha256!.Value) is { } bytes:
                return _parsed
                    .Value.Parse(bytes, intent.Event.Sha256!.Value, store.Paths.Snapshot)
                    .MapValue(operators => new RunWiring(
                        bytes,
                        intent.Event.Sha256!.Value,
                        WiringSource.RunPersisted,
                        intent.Event.Source ?? WiringSource.BuiltinDefault,
                        intent.Event.ResolvedPath,
                        operators,
                        [SnapshotProblems.CreateInterrupted(store)],
                        []
                    )
                    {
                        LegacyInputs = intent.LegacyInputs,
                    });
            case SnapshotStatus.Interrupted(var intent):
                return SnapshotProblems.CreateLostCopy(store, intent.Event.Sha256!.Value);
            case SnapshotStatus.Tampered tampered:
                return SnapshotProblems.CreateTampered(store, tampered);
            default:
                return Problem.Create(WiringCodes.NotWired, "The run has no wiring yet", new SourcePosition(store.Paths.Folder));
        }
    }
}
