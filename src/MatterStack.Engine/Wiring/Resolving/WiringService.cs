using MatterStack.Engine.Files;
using MatterStack.Engine.Identity;
using MatterStack.Engine.Problems;
using MatterStack.Engine.Wiring.Fields;
using MatterStack.Engine.Wiring.Parsing;
using MatterStack.Engine.Wiring.Snapshots;

namespace MatterStack.Engine.Wiring.Resolving;

/// <summary>Finds the wiring of a run, persists it, and detects changes of the persisted files.</summary>
internal sealed class WiringService(IDisk disk, TimeProvider clock, WiringSchema schema)
{
    private readonly WiringFinder _finder = new(disk, schema);
    private readonly WiringParseCache _parsed = new(schema);

    /// <summary>Finds the wiring of a new run. It writes nothing.</summary>
    public Result<RunWiring> ResolveWithoutRun(WiringRequest request)
    {
        var chosen = WiringResolver.ChooseLevel(_finder.GatherFacts(request, persisted: false));
        return chosen.TryGet(out var level) ? _finder.FindWiring(level, request).MapValue(found => CreateRunWiring(found, level, request, [])) : Result<RunWiring>.Fail(chosen.Problems);
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
            return new WiringResolution(disk, clock, _parsed, _finder, SnapshotStore.Open(disk, runFolder), runEnded, request).ResolveWiring();
        }
        catch (Exception exception) when (DiskErrors.IsAccessError(exception))
        {
            return Problem.Create(WiringCodes.SnapshotUnwritable, $"The wiring of the run cannot be read or written: {exception.Message}", new SourcePosition(new SnapshotPaths(runFolder).Folder));
        }
    }

    /// <summary>Loads the wiring in force for a command that only reads. It never writes.</summary>
    public Result<RunWiring> LoadPersisted(string runFolder)
    {
        try
        {
            return LoadFromStore(SnapshotStore.Open(disk, runFolder));
        }
        catch (Exception exception) when (DiskErrors.IsAccessError(exception))
        {
            return Problem.Create(WiringCodes.FileUnreadable, $"The wiring of the run cannot be read: {exception.Message}", new SourcePosition(new SnapshotPaths(runFolder).Folder));
        }
    }

    /// <summary>Loads current or earlier wiring of the run by its hash: an attempt keeps the wiring that it was submitted with.</summary>
    public Result<OperatorsFile> LoadByHash(string runFolder, Sha256 hash)
    {
        var paths = new SnapshotPaths(runFolder);
        try
        {
            foreach (var path in new[] { paths.GetCopyPath(hash), paths.Snapshot }.Where(disk.FileExists))
            {
                if (disk.ReadAllBytes(path) is var bytes && Sha256.ComputeHash(bytes) == hash)
                {
                    return _parsed.Parse(bytes, hash, path);
                }
            }
        }
        catch (Exception exception) when (DiskErrors.IsAccessError(exception))
        {
            return Problem.Create(WiringCodes.SnapshotUnavailable, $"The wiring {hash} cannot be read: {exception.Message}", new SourcePosition(paths.GetCopyPath(hash)));
        }

        return Problem.Create(
            WiringCodes.SnapshotUnavailable,
            disk.FileExists(paths.GetCopyPath(hash)) ? $"The copy of the wiring {hash} is damaged" : $"There is no copy of the wiring {hash}",
            new SourcePosition(paths.GetCopyPath(hash)));
    }

    /// <summary>Loads the wiring events of a run, oldest first, including events of failed commands. Unreadable lines are
    /// omitted.</summary>
    public Result<IReadOnlyList<WiringEvent>> LoadHistory(string runFolder)
    {
        try
        {
            var store = SnapshotStore.Open(disk, runFolder);
            return Result<IReadOnlyList<WiringEvent>>.Ok(store.History.Lines.Select(static line => line.Event).ToArray(), SnapshotProblems.FindGaps(store));
        }
        catch (Exception exception) when (DiskErrors.IsAccessError(exception))
        {
            return Problem.Create(WiringCodes.FileUnreadable, $"The history of the run's wiring cannot be read: {exception.Message}", new SourcePosition(new SnapshotPaths(runFolder).History));
        }
    }

    internal static RunWiring CreateRunWiring(FoundWiring found, WiringSource source, WiringRequest request, IReadOnlyList<WiringEvent> events) =>
        new(found.Bytes, found.Hash, source, found.Source, found.Path, found.Operators, [.. found.Warnings, .. WiringFinder.FindIgnoredArguments(source, request)], events) { LegacyInputs = found.LegacyInputs };

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
                return _parsed.Parse(store.Bytes!, hash, store.Paths.Snapshot).MapValue(operators =>
                    new RunWiring(store.Bytes!, hash, WiringSource.RunPersisted, metadata.Source, metadata.ResolvedPath, operators, SnapshotProblems.FindGaps(store), []) { LegacyInputs = metadata.LegacyInputs });
            case SnapshotStatus.Interrupted(var intent) when store.FindByHash(intent.Event.Sha256!.Value) is { } bytes:
                return _parsed.Parse(bytes, intent.Event.Sha256!.Value, store.Paths.Snapshot).MapValue(operators =>
                    new RunWiring(bytes, intent.Event.Sha256!.Value, WiringSource.RunPersisted, intent.Event.Source ?? WiringSource.BuiltinDefault, intent.Event.ResolvedPath, operators, [SnapshotProblems.CreateInterrupted(store)], []) { LegacyInputs = intent.LegacyInputs });
            case SnapshotStatus.Interrupted(var intent):
                return SnapshotProblems.CreateLostCopy(store, intent.Event.Sha256!.Value);
            case SnapshotStatus.Tampered tampered:
                return SnapshotProblems.CreateTampered(store, tampered);
            default:
                return Problem.Create(WiringCodes.NotWired, "The run has no wiring yet", new SourcePosition(store.Paths.Folder));
        }
    }
}
