using MatterStack.Engine.Identity;
using MatterStack.Engine.Lifecycle.Model;
using MatterStack.Engine.Runs.Limits;

namespace MatterStack.Engine.Runs.Conducting;

/// <content>Limits that several runs share. The planner knows this run only: an attempt that it has released waits here until its shares
/// are free. It stays intended, so that a later command continues with it.</content>
internal sealed partial class Conductor
{
    // A reason that differs only in its holders is recorded this often at most.
    private static readonly TimeSpan ShareNoteInterval = TimeSpan.FromMinutes(1);

    private readonly SharedLimits? _shares;
    private readonly List<LiveAttempt> _waitingForShares = [];
    private readonly Dictionary<AttemptId, (string Share, long NotedAt)> _shareNotes = [];
    private bool _hasFreedShares;
    private long? _sharesTriedAt;
    private long? _gpusSampledAt;

    // Attempts of an earlier command hold shares, or have ended since. If the folder cannot be used, the next start reports it.
    private void SynchronizeShares() =>
        _ = _shares?.TrySynchronize(
            _store.Id,
            [.. _model.LiveAttempts.Where(attempt => attempt.State is not AttemptState.Created).Select(CreateHolder)],
            _model.LiveAttempts.Where(attempt => attempt.State is AttemptState.Created).Select(attempt => attempt.Id).ToHashSet()
        );

    private bool TryTakeShares(LiveAttempt attempt, Dictionary<string, ShareAnswer.Waiting> awaited)
    {
        if (_shares is null)
        {
            return true;
        }

        var demands = ListDemands(attempt);
        // What an earlier attempt of this run waits for is not asked for again.
        if (demands.Select(demand => awaited.GetValueOrDefault(demand.Name)).FirstOrDefault(static w => w is not null) is { } known)
        {
            NoteWaiting(attempt, known);
        }
        else if (_blockingProblem is null)
        {
            switch (_shares.TryTake(CreateHolder(attempt), demands))
            {
                case ShareAnswer.Taken:
                    _shareNotes.Remove(attempt.Id);
                    return true;
                case ShareAnswer.Waiting waiting:
                    awaited[waiting.Share] = waiting;
                    NoteWaiting(attempt, waiting);
                    break;
                case ShareAnswer.Unusable unusable:
                    _blockingProblem ??= unusable.Problem;
                    break;
                case var other:
                    throw new InvalidOperationException($"No rule for {other.GetType().Name}");
            }
        }

        _waitingForShares.Add(attempt);
        return false;
    }

    private void RetryShares()
    {
        if (
            _waitingForShares.Count == 0
            || !_model.CanStart
            || (!_hasFreedShares && _sharesTriedAt is { } at && _clock.GetElapsedTime(at) < RequestPollInterval)
        )
        {
            return;
        }

        (_hasFreedShares, _sharesTriedAt) = (false, _clock.GetTimestamp());
        var waiting = _waitingForShares.ToArray();
        _waitingForShares.Clear();
        // Others were cancelled, or are outside after all.
        StartAttempts(waiting.Where(static a => a is { State: AttemptState.Created, EndRequest: null, UnreachableReason: null }));
    }

    private void StartAttempts(IEnumerable<LiveAttempt> attempts)
    {
        var awaited = new Dictionary<string, ShareAnswer.Waiting>(StringComparer.Ordinal);
        foreach (var attempt in attempts)
        {
            if (TryTakeShares(attempt, awaited))
            {
                _pendingStarts.Add(attempt.Id);
                StartAttempt(attempt);
            }
        }
    }

    // Only when the end is in the store: after a crash before that, the attempt counts as live.
    private void FreeShares(IReadOnlyList<Change> written)
    {
        if (_shares is null)
        {
            return;
        }

        foreach (var moved in written.OfType<Change.AttemptMoved>().Where(static moved => moved.State is AttemptState.Ended))
        {
            _shares.Free(moved.Attempt.Id);
            _hasFreedShares = true;
        }
    }

    // The planner must not choose devices that another run has.
    private void SampleHeldGpus()
    {
        if (
            _shares is null
            || _model.KeysWithGpus.Count == 0
            || _model.CountTasks(TaskState.Ready) == 0
            || (_gpusSampledAt is { } at && _clock.GetElapsedTime(at) < RequestPollInterval)
        )
        {
            return;
        }

        _gpusSampledAt = _clock.GetTimestamp();
        var held = _shares.FindHeld(AttemptShares.GetGpuPrefix(_shares.Host), _store.Id);
        if (!held.SequenceEqual(_limits.GpusHeldElsewhere))
        {
            _limits = _limits with { GpusHeldElsewhere = held };
        }
    }

    private void NoteWaiting(LiveAttempt attempt, ShareAnswer.Waiting waiting)
    {
        if (
            !_shareNotes.TryGetValue(attempt.Id, out var noted)
            || noted.Share != waiting.Share
            || _clock.GetElapsedTime(noted.NotedAt) >= ShareNoteInterval
        )
        {
            _shareNotes[attempt.Id] = (waiting.Share, _clock.GetTimestamp());
            _newObservations.Add(new Observation.StatusNote(attempt.Id, _clock.GetUtcNow(), waiting.Reason));
        }
    }

    private IReadOnlyList<ShareDemand> ListDemands(LiveAttempt attempt) =>
        AttemptShares.ListDemands(attempt, _model.Keys[attempt.KeyIndex], _limits, _shares!.Host);

    private ShareHolder CreateHolder(LiveAttempt attempt) =>
        new()
        {
            Attempt = attempt.Id,
            Run = _store.Id,
            RunFolder = _store.Run.Path,
            Task = attempt.Task.Id,
            Host = _shares!.Host,
            Shares = ListDemands(attempt).ToDictionary(static demand => demand.Name, static demand => demand.Amount),
        };
}
