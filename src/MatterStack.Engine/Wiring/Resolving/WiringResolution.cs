using MatterStack.Engine.Files;
using MatterStack.Engine.Identity;
using MatterStack.Engine.Problems;
using MatterStack.Engine.Wiring.Parsing;
using MatterStack.Engine.Wiring.Snapshots;

namespace MatterStack.Engine.Wiring.Resolving;

/// <summary>One resolution of the wiring of one run. It reads every file once.</summary>
internal sealed class WiringResolution(
    IDisk disk,
    TimeProvider clock,
    WiringParseCache parsed,
    WiringFinder finder,
    SnapshotStore store,
    bool runEnded,
    WiringRequest request
)
{
    private readonly List<Problem> _warnings = [];

    public Result<RunWiring> ResolveWiring()
    {
        if (store.NewerVersion is { } newer)
        {
            return SnapshotProblems.CreateNewerVersion(store, newer);
        }

        var verdict = store.Status;
        if (verdict is SnapshotStatus.NotWired && request.ExpectedHash is { } expected)
        {
            verdict = new SnapshotStatus.Tampered(expected, Found: null);
        }

        var chosen = finder.ChooseLevel(request, persisted: verdict is not SnapshotStatus.NotWired);
        if (!chosen.TryGet(out var level))
        {
            return Result<RunWiring>.Fail(chosen.Problems);
        }

        if (level == WiringSource.RunPersisted)
        {
            return LoadPersisted(verdict)
                .MapValue(current =>
                    WiringDrift.FindWarning(disk, store, current, parsed.Schema, request, runEnded) is { } drift
                        ? current with
                        {
                            Warnings = [.. current.Warnings, drift],
                        }
                        : current
                );
        }

        var found = finder.FindWiring(level, request);
        return !found.TryGet(out var wiring) ? Result<RunWiring>.Fail(found.Problems)
            : verdict is SnapshotStatus.NotWired ? PutInForce(wiring, WiringEventKind.Persisted, prior: null)
            : ApplyOverride(verdict, wiring);
    }

    private Result<RunWiring> ApplyOverride(SnapshotStatus verdict, FoundWiring wanted)
    {
        // A snapshot that was changed by hand is not compared; only a forced override replaces it.
        if (verdict is SnapshotStatus.Tampered tampered)
        {
            return WiringResolver.DecideOverride(sameMeaning: false, runEnded, request.IsForced) switch
            {
                OverrideDecision.Replaced => PutInForce(wanted, WiringEventKind.OverrideForced, tampered.Recorded),
                OverrideDecision.RefusedAfterEnd => RefuseOverride(wanted, tampered.Recorded, WiringCodes.OverrideOfEndedRun),
                _ => ReportTampering(tampered),
            };
        }

        var persisted = LoadPersisted(verdict);
        if (!persisted.TryGet(out var current))
        {
            // Unreadable wiring (for example after a change of the schema) can only be replaced.
            return request.IsForced && !runEnded ? PutInForce(wanted, WiringEventKind.OverrideForced, store.Metadata?.Sha256) : persisted;
        }

        var same = current.Hash == wanted.Hash || current.Operators.HasSameMeaningAs(wanted.Operators);
        return WiringResolver.DecideOverride(same, runEnded, request.IsForced) switch
        {
            OverrideDecision.SameMeaning => current with
            {
                Source = WiringSource.CommandLine,
                Warnings = [.. current.Warnings, .. wanted.Warnings],
            },
            OverrideDecision.Replaced => PutInForce(wanted, WiringEventKind.OverrideForced, current.Hash),
            OverrideDecision.RefusedAfterEnd => RefuseOverride(wanted, current.Hash, WiringCodes.OverrideOfEndedRun),
            _ => RefuseOverride(wanted, current.Hash, WiringCodes.OverrideRefused),
        };
    }

    // The wiring of the run, after the repair of an interrupted write.
    private Result<RunWiring> LoadPersisted(SnapshotStatus verdict)
    {
        switch (verdict)
        {
            case SnapshotStatus.Tampered tampered:
                return ReportTampering(tampered);
            case SnapshotStatus.Interrupted(var intent):
                var hash = intent.Event.Sha256!.Value;
                return store.FindByHash(hash) is { } bytes
                    ? parsed
                        .Parse(bytes, hash, store.Paths.Snapshot)
                        .MapValue(operators =>
                        {
                            CompleteInterruptedWrite(
                                bytes,
                                operators,
                                intent.Event,
                                intent.LegacyInputs,
                                "an interrupted command was completed"
                            );
                            return CreateCurrent(operators);
                        })
                    : SnapshotProblems.CreateLostCopy(store, hash);
            default:
                return parsed
                    .Parse(store.Bytes!, store.Hash!.Value, store.Paths.Snapshot)
                    .MapValue(operators =>
                    {
                        RepairFiles();
                        return CreateCurrent(operators);
                    });
        }
    }

    // The wiring is intact; the files around it may be damaged.
    private void RepairFiles()
    {
        var why = new List<string>();
        if (store.EnsureCopy(store.Bytes!))
        {
            why.Add("the copy under its hash was written again");
        }

        if (store.History.IsTorn)
        {
            why.Add("a torn line of the history was removed");
        }

        if (store.History.Lines is [.., { Event.Kind.Value: WiringEventKind.Tampered }])
        {
            why.Add("the recorded wiring is in its place again");
        }

        if (why.Count > 0)
        {
            RecordEvent(
                WiringEventKind.Repaired,
                store.Metadata!.Source,
                store.Hash,
                store.Hash,
                store.Metadata.ResolvedPath,
                string.Join("; ", why),
                store.Metadata.LegacyInputs
            );
        }
    }

    private void CompleteInterruptedWrite(
        byte[] bytes,
        OperatorsFile operators,
        WiringEvent intent,
        IReadOnlyList<LegacyInput> legacy,
        string why
    )
    {
        store.EnsureCopy(bytes);
        store.PutInForce(
            bytes,
            operators,
            CreateEvent(WiringEventKind.Repaired, intent.Source, intent.Sha256, intent.PriorSha256, intent.ResolvedPath, why),
            legacy
        );
        _warnings.Add(
            new Problem(
                WiringCodes.Repaired,
                $"The run's wiring: {why}",
                "No action is needed.",
                new SourcePosition(store.Paths.Folder)
            ).AsWarning()
        );
    }

    private RunWiring PutInForce(FoundWiring wiring, WiringEventKind kind, Sha256? prior)
    {
        if (prior == store.Hash && store.Bytes is { } before)
        {
            store.EnsureCopy(before);
        }

        store.EnsureCopy(wiring.Bytes);
        store.PutInForce(
            wiring.Bytes,
            wiring.Operators,
            CreateEvent(kind, wiring.Source, wiring.Hash, prior, wiring.Path, request.Reason),
            wiring.LegacyInputs
        );
        var resolved = WiringService.CreateRunWiring(wiring, wiring.Source, request, [.. store.NewEvents]);
        return resolved with { Warnings = [.. resolved.Warnings, .. _warnings] };
    }

    private Problem RefuseOverride(FoundWiring wanted, Sha256? current, ProblemCode code)
    {
        RecordEvent(
            WiringEventKind.OverrideRefused,
            wanted.Source,
            wanted.Hash,
            current,
            wanted.Path,
            code == WiringCodes.OverrideOfEndedRun ? "the run has ended" : request.Reason
        );
        return Problem.Create(
            code,
            $"The run has the wiring {current}; '{wanted.Path}' has the hash {wanted.Hash} and another meaning",
            new SourcePosition(wanted.Path!)
        );
    }

    private Problem ReportTampering(SnapshotStatus.Tampered tampered)
    {
        // The problem is reported every time and recorded once.
        var known =
            store.History.Lines is [.., { Event: { Kind.Value: WiringEventKind.Tampered } last }]
            && last.Sha256 == tampered.Found
            && last.PriorSha256 == tampered.Recorded;
        if (!known)
        {
            RecordEvent(
                WiringEventKind.Tampered,
                store.Metadata?.Source,
                tampered.Found,
                tampered.Recorded,
                store.Metadata?.ResolvedPath,
                "the snapshot does not match its record"
            );
        }

        return SnapshotProblems.CreateTampered(store, tampered);
    }

    private RunWiring CreateCurrent(OperatorsFile operators)
    {
        var metadata = store.Metadata!;
        return new RunWiring(
            store.Bytes!,
            metadata.Sha256,
            WiringSource.RunPersisted,
            metadata.Source,
            metadata.ResolvedPath,
            operators,
            [.. _warnings, .. SnapshotProblems.FindGaps(store), .. WiringFinder.FindIgnoredArguments(WiringSource.RunPersisted, request)],
            [.. store.NewEvents]
        )
        {
            LegacyInputs = metadata.LegacyInputs,
        };
    }

    private void RecordEvent(
        WiringEventKind kind,
        WiringSource? source,
        Sha256? hash,
        Sha256? prior,
        string? path,
        string? reason,
        IReadOnlyList<LegacyInput>? legacy = null
    ) => store.AppendEvent(CreateEvent(kind, source, hash, prior, path, reason), legacy);

    private WiringEvent CreateEvent(
        WiringEventKind kind,
        WiringSource? source,
        Sha256? hash,
        Sha256? prior,
        string? path,
        string? reason
    ) => new(clock.GetUtcNow(), kind.ToRecorded(), source, hash, prior, path, request.User, request.Host, reason);
}
