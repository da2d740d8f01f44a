using System.Globalization;
using MatterStack.Engine.Lifecycle.Model;

namespace MatterStack.Engine.Lifecycle.Planning;

/// <summary>Gives up attempts that never started, or that can never be reached.</summary>
internal sealed class OrphanPlanner(RunModel model, RunTransitions transitions)
{
    private const string NotEnded = "the end request was sent, but the attempt has not ended";
    private static readonly TimeSpan MinOrphanAge = TimeSpan.FromMinutes(1);

    /// <summary>Ends all such attempts. The answer names them.</summary>
    public RequestAnswer CleanUpOrphans(DateTimeOffset now)
    {
        var orphans = model.LiveAttempts.Where(a => IsOrphan(a, now)).ToList();
        var beyond = DescribeUnreached(orphans);
        foreach (var orphan in orphans)
        {
            var where = orphan.UnreachableReason ?? orphan.EndRequest?.PendingReason ?? (orphan.EndRequest is null ? null : NotEnded);
            var state = where is null
                ? new AttemptState.Ended(AttemptOutcome.FailedInit, "the attempt never started (cleaned up)", null, EndCause.NotStarted)
                : new AttemptState.Ended(
                    AttemptOutcome.Failed,
                    $"given up (cleaned up){(orphan.EndRequest is null ? "" : ", its end was requested and it may continue")}: {where}",
                    null,
                    EndCause.Lost
                );
            // An unreachable attempt may continue: only a person may start another one beside it.
            transitions.EndAttempt(orphan, state, where is null ? null : new AttemptEnd { StillRunning = where }, now);
        }

        return new(
            true,
            orphans.Count == 0
                ? $"there is no orphan{DescribeLiveAttempts()}"
                : $"{orphans.Count} ended: {string.Join(", ", orphans.Take(10).Select(o => $"{o.Task.Id} ({o.Id})"))}{beyond}"
        );
    }

    // An attempt that a loop intended ahead, or a moment ago, is about to start and is no orphan.
    // An attempt whose end request was sent a moment ago is about to end.
    private bool IsOrphan(LiveAttempt attempt, DateTimeOffset now) =>
        attempt.UnreachableReason is not null
        || (
            attempt.EndRequest is { Kind: not EndRequestKind.Replacement } asked
            && (asked.SentAt is null ? asked.PendingReason is not null : now - asked.RequestedAt > MinOrphanAge)
        )
        || (
            attempt.State is AttemptState.Created
            && transitions.Capacity.GetLimit(attempt).IntendAhead == 0
            && now - attempt.CreatedAt > MinOrphanAge
        );

    // A person who looks for orphans may mean one of the live attempts.
    private string DescribeLiveAttempts() =>
        model.LiveAttempts.Count == 0
            ? ""
            : string.Create(
                CultureInfo.InvariantCulture,
                $"; live attempts: "
                    + $"{string.Join("; ", model.LiveAttempts.Take(5).Select(DescribeLiveAttempt))}"
                    + $"{(model.LiveAttempts.Count > 5 ? $"; and {model.LiveAttempts.Count - 5} more" : "")}"
                    + $". -t:CancelAttempt -p:AttemptId=… ends one, -t:Cancel all"
            );

    private static string DescribeLiveAttempt(LiveAttempt attempt) =>
        $"{attempt.Task.Id} ({attempt.Id}){((attempt.LastReason ?? attempt.PostponedReason) is { } reason ? ": " + reason : "")}";

    // The answer names the attempts that the request does not reach.
    private static string DescribeUnreached(IReadOnlyCollection<LiveAttempt> given)
    {
        var unreachable = given.Where(a => a.UnreachableReason is not null || a.EndRequest is not null).ToList();
        var named = unreachable
            .Take(5)
            .Select(a => $"{a.Task.Id} ({a.Id}): {a.UnreachableReason ?? a.EndRequest?.PendingReason ?? NotEnded}");
        return unreachable.Count == 0
            ? ""
            : $"; NOT REACHED from here, may continue: {string.Join("; ", named)}"
                + (unreachable.Count > 5 ? $"; and {unreachable.Count - 5} more" : "");
    }
}
