using MatterStack.Engine.Files;
using MatterStack.Engine.Identity;
using MatterStack.Engine.Problems;
using MatterStack.Engine.Wiring.Legacy;
using MatterStack.Engine.Wiring.Snapshots;

namespace MatterStack.Engine.Wiring;

/// <summary>One resolution of the wiring of one run. It reads every file once.</summary>
internal sealed class WiringSession(
    IDisk disk,
    TimeProvider clock,
    ParsedWirings parsed,
    WiringFinder finder,
    SnapshotStore store,
    bool runEnded,
    WiringRequest request)
{
    private readonly List<Problem> _notices = [];

    public Result<RunWiring> Resolve()
    {
        if (store.NewerVersion is { } newer)
        {
            return SnapshotProblems.Newer(store, newer);
        }

        var verdict = store.Verdict;
        if (verdict is SnapshotVerdict.NotWired && request.ExpectedHash is { } expected)
        {
            verdict = new SnapshotVerdict.Tampered(expected, Found: null);
        }

        var chosen = WiringResolver.Choose(finder.Facts(request, verdict is not SnapshotVerdict.NotWired));
        if (!chosen.TryGet(out var level))
        {
            return Result<RunWiring>.Fail(chosen.Problems);
        }

        if (level == WiringSource.RunPersisted)
        {
            return Persisted(verdict).Then(current => Drift.Notice(disk, store, current, parsed.Schema, request, runEnded) is { } drift ? current with { Notices = [.. current.Notices, drift] } : current);
        }

        var found = finder.Find(level, request);
        return !found.TryGet(out var wiring) ? Result<RunWiring>.Fail(found.Problems)
            : verdict is SnapshotVerdict.NotWired ? PutInForce(wiring, WiringEvents.Persisted, prior: null)
            : Override(verdict, wiring);
    }

    private Result<RunWiring> Override(SnapshotVerdict verdict, FoundWiring wanted)
    {
        // A snapshot that was changed by hand is not compared; only a forced override replaces it.
        if (verdict is SnapshotVerdict.Tampered tampered)
        {
            return WiringResolver.Override(sameMeaning: false, runEnded, request.Force) switch
            {
                OverrideDecision.Replaces => PutInForce(wanted, WiringEvents.OverrideForced, tampered.Recorded),
                OverrideDecision.RefusedEnded => Refused(wanted, tampered.Recorded, WiringCodes.OverrideOfEndedRun),
                _ => Tampered(tampered),
            };
        }

        var persisted = Persisted(verdict);
        if (!persisted.TryGet(out var current))
        {
            // Unreadable wiring (for example after a change of the schema) can only be replaced.
            return request.Force && !runEnded ? PutInForce(wanted, WiringEvents.OverrideForced, store.Metadata?.Sha256) : persisted;
        }

        var same = current.Hash == wanted.Hash || current.Operators.MeansTheSameAs(wanted.Operators);
        return WiringResolver.Override(same, runEnded, request.Force) switch
        {
            OverrideDecision.Same => current with { Source = WiringSource.Cli, Notices = [.. current.Notices, .. wanted.Warnings] },
            OverrideDecision.Replaces => PutInForce(wanted, WiringEvents.OverrideForced, current.Hash),
            OverrideDecision.RefusedEnded => Refused(wanted, current.Hash, WiringCodes.OverrideOfEndedRun),
            _ => Refused(wanted, current.Hash, WiringCodes.OverrideRefused),
        };
    }

    // The wiring of the run, after the repair of an interrupted write.
    private Result<RunWiring> Persisted(SnapshotVerdict verdict)
    {
        switch (verdict)
        {
            case SnapshotVerdict.Tampered tampered:
                return Tampered(tampered);
            case SnapshotVerdict.Interrupted(var intent):
                var hash = intent.Event.Sha256!.Value;
                return store.BySha(hash) is { } bytes
                    ? parsed.Parse(bytes, hash, store.Paths.Snapshot).Then(operators =>
                    {
                        Repair(bytes, operators, intent.Event, intent.Legacy, "an interrupted command was completed");
                        return Current(operators);
                    })
                    : SnapshotProblems.Lost(store, hash);
            default:
                return parsed.Parse(store.Bytes!, store.Hash!.Value, store.Paths.Snapshot).Then(operators =>
                {
                    Tidy();
                    return Current(operators);
                });
        }
    }

    // The wiring is intact; the files around it may be damaged.
    private void Tidy()
    {
        var why = new List<string>();
        if (store.Keep(store.Bytes!))
        {
            why.Add("the copy under its hash was written again");
        }

        if (store.History.Torn)
        {
            why.Add("a torn line of the history was removed");
        }

        if (store.History.Lines is [.., { Event.Event: WiringEvents.Tampered }])
        {
            why.Add("the recorded wiring is in its place again");
        }

        if (why.Count > 0)
        {
            Record(WiringEvents.Repaired, store.Metadata!.Source, store.Hash, store.Hash, store.Metadata.ResolvedPath, string.Join("; ", why), store.Metadata.Legacy);
        }
    }

    private void Repair(byte[] bytes, OperatorsFile operators, WiringEvent intent, IReadOnlyList<LegacyInput> legacy, string why)
    {
        store.Keep(bytes);
        store.PutInForce(bytes, operators, Entry(WiringEvents.Repaired, intent.Source, intent.Sha256, intent.PriorSha256, intent.ResolvedPath, why), legacy);
        _notices.Add(new Problem(WiringCodes.Repaired, $"The run's wiring: {why}", "No action is needed.",
            new SourcePosition(store.Paths.Folder)).AsWarning());
    }

    private RunWiring PutInForce(FoundWiring wiring, string name, Sha256? prior)
    {
        if (prior == store.Hash && store.Bytes is { } before)
        {
            store.Keep(before);
        }

        store.Keep(wiring.Bytes);
        store.PutInForce(wiring.Bytes, wiring.Operators, Entry(name, wiring.Source, wiring.Hash, prior, wiring.Path, request.Reason), wiring.Legacy);
        var resolved = WiringKeeper.AsFound(wiring, wiring.Source, request, [.. store.Events]);
        return resolved with { Notices = [.. resolved.Notices, .. _notices] };
    }

    private Problem Refused(FoundWiring wanted, Sha256? current, ProblemCode code)
    {
        Record(WiringEvents.OverrideRefused, wanted.Source, wanted.Hash, current, wanted.Path, code == WiringCodes.OverrideOfEndedRun ? "the run has ended" : request.Reason);
        return Problem.Of(code, $"The run has the wiring {current}; '{wanted.Path}' has the hash {wanted.Hash} and another meaning",
            new SourcePosition(wanted.Path!));
    }

    private Problem Tampered(SnapshotVerdict.Tampered tampered)
    {
        // The problem is reported every time and recorded once.
        var known = store.History.Lines is [.., { Event: { Event: WiringEvents.Tampered } last }] && last.Sha256 == tampered.Found && last.PriorSha256 == tampered.Recorded;
        if (!known)
        {
            Record(WiringEvents.Tampered, store.Metadata?.Source, tampered.Found, tampered.Recorded, store.Metadata?.ResolvedPath, "the snapshot does not match its record");
        }

        return SnapshotProblems.Of(store, tampered);
    }

    private RunWiring Current(OperatorsFile operators)
    {
        var metadata = store.Metadata!;
        return new RunWiring(
            store.Bytes!,
            metadata.Sha256,
            WiringSource.RunPersisted,
            metadata.Source,
            metadata.ResolvedPath,
            operators,
            [.. _notices, .. SnapshotProblems.Gaps(store), .. WiringFinder.Ignored(WiringSource.RunPersisted, request)],
            [.. store.Events])
        {
            Legacy = metadata.Legacy,
        };
    }

    private void Record(string name, WiringSource? source, Sha256? hash, Sha256? prior, string? path, string? reason, IReadOnlyList<LegacyInput>? legacy = null) =>
        store.Append(Entry(name, source, hash, prior, path, reason), legacy);

    private WiringEvent Entry(string name, WiringSource? source, Sha256? hash, Sha256? prior, string? path, string? reason) =>
        new(clock.GetUtcNow(), name, source, hash, prior, path, request.User, request.Host, reason);
}
