using MatterStack.Engine.Files;
using MatterStack.Engine.Identity;
using MatterStack.Engine.Problems;
using MatterStack.Engine.Wiring.Fields;
using MatterStack.Engine.Wiring.Parsing;
using MatterStack.Engine.Wiring.Snapshots;

namespace MatterStack.Engine.Wiring.Resolving;

/// <summary>Checks the wiring of a run, or of a bundle with a copy of it: every hash and the chain of the history. It changes
/// nothing.</summary>
internal sealed class WiringVerifier(IDisk disk, WiringSchema schema)
{
    /// <summary>Returns the problems; empty if there are none.</summary>
    /// <param name="parent">The folder that contains <c>operators_snapshot/</c>.</param>
    public IReadOnlyList<Problem> Check(string parent)
    {
        var store = SnapshotStore.Open(disk, parent);
        if (store.NewerVersion is { } newer)
        {
            return [SnapshotProblems.CreateNewerVersion(store, newer)];
        }

        return store.Status switch
        {
            SnapshotStatus.Intact => [.. CheckCopies(store), .. CheckOperatorHashes(store), .. CheckHistory(store)],
            SnapshotStatus.Tampered tampered => [SnapshotProblems.CreateTampered(store, tampered)],
            SnapshotStatus.Interrupted => [SnapshotProblems.CreateInterrupted(store) with { Severity = Severity.Error }],
            _ => [Problem.Create(WiringCodes.NotWired, "The run has no wiring", new SourcePosition(store.Paths.Folder))],
        };
    }

    // All wirings that were ever in force: attempts reference them by hash.
    private static IEnumerable<Problem> CheckCopies(SnapshotStore store) =>
        from hash in store
            .History.Lines.Where(static line => line.Event.PutsInForce)
            .Select(static line => line.Event.Sha256)
            .OfType<Sha256>()
            .Append(store.Hash!.Value)
            .Distinct()
        where !store.HasCopy(hash)
        select Problem.Create(
            WiringCodes.SnapshotUnavailable,
            $"The copy of the wiring {hash} is missing or damaged",
            new SourcePosition(store.Paths.GetCopyPath(hash))
        );

    // Only the campaign's program knows the meaning of an operator of an unknown kind. For such an operator, the check covers
    // the bytes of the snapshot and the presence of a recorded hash.
    private IEnumerable<Problem> CheckOperatorHashes(SnapshotStore store)
    {
        var parsed = OperatorsFile.Parse(store.Bytes, store.Paths.Snapshot, schema, outside: null);
        if (!parsed.TryGet(out var operators))
        {
            return parsed.Problems;
        }

        var recorded = store.Metadata!.Operators;
        var computed = operators.Operators.ToDictionary(static pair => pair.Key.Value, static pair => pair.Value.Hash.Hex);
        foreach (var key in operators.SkippedKeys.Select(static key => key.Value))
        {
            computed[key] = recorded.GetValueOrDefault(key) is { } hash && Sha256.TryParse(hash, out _) ? hash : "";
        }

        return computed
            .Keys.Union(recorded.Keys)
            .Order(StringComparer.Ordinal)
            .Where(key => computed.GetValueOrDefault(key) != recorded.GetValueOrDefault(key))
            .Select(key => new Problem(
                WiringCodes.Tampered,
                $"The recorded operator hash of '{key}' differs from the hash of the snapshot",
                "Restore metadata.json from a copy of the run.",
                new SourcePosition(store.Paths.Metadata)
            ));
    }

    private static IEnumerable<Problem> CheckHistory(SnapshotStore store) =>
        store.History switch
        {
            { IsTorn: true } =>
            [
                new Problem(
                    WiringCodes.HistoryBroken,
                    "The last line of the run's wiring history is torn",
                    "The next -t:Step removes it.",
                    new SourcePosition(store.Paths.History)
                ),
            ],
            { Lines.Count: 0 } =>
            [
                Problem.Create(WiringCodes.HistoryBroken, "The run's wiring has no history", new SourcePosition(store.Paths.History)),
            ],
            { LastInForce.Event.Sha256: var last } when last != store.Hash =>
            [
                Problem.Create(
                    WiringCodes.HistoryBroken,
                    "The run's wiring history does not end with the wiring in force",
                    new SourcePosition(store.Paths.History)
                ),
            ],
            _ => SnapshotProblems.FindGaps(store).Select(static gap => gap with { Severity = Severity.Error }),
        };
}
