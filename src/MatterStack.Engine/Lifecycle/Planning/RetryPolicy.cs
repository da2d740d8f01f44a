using System.Globalization;
using MatterStack.Engine.Identity;
using MatterStack.Engine.Lifecycle.Model;

namespace MatterStack.Engine.Lifecycle.Planning;

/// <summary>Decides whether another attempt follows an attempt that did not complete, from its cause, the task's metadata, the history of
/// the task and the ceilings of its operator.</summary>
/// <remarks>Causes outside of the task (a node failed, the job was preempted) and causes of its own are counted apart: a campaign need not
/// allow many attempts only because nodes fail.</remarks>
internal static class RetryPolicy
{
    // Doubling stops here.
    private static readonly TimeSpan MaxDoubledDelay = TimeSpan.FromDays(1);

    /// <summary>Decides what follows.</summary>
    /// <param name="end">The end.</param>
    /// <param name="task">The task with its metadata and its earlier ends.</param>
    /// <param name="limits">Ceilings of the operator.</param>
    /// <param name="rules">How ends from outside are followed.</param>
    public static RetryDecision Decide(EndFacts end, TaskNode task, RequestLimits limits, InfrastructureRules rules)
    {
        var policy = task.Policy ?? TaskPolicy.Default;
        var next = RememberEnd(end, task.History);
        if (end.MayStillRun)
        {
            return Stop(policy, next, end.Reason);
        }

        if (end is { Cause: EndCause.NotStarted, IsPermanent: true })
        {
            return TakeBackGrowth(end, next) ?? Stop(policy, next, end.Reason);
        }

        if (end.Cause != EndCause.NotStarted)
        {
            // The operator has accepted the request.
            next = next with { LastGrowth = RequestGrowth.None };
        }

        return EndCauseText.IsInfrastructure(end.Cause)
            ? DecideAfterInfrastructure(end, policy, next, rules)
            : DecideAfterOwnFailure(end, policy, task.MaxAttempts, next, limits);
    }

    /// <summary>Returns the history of a task with the facts of an end, without a decision.</summary>
    public static TaskHistory RememberEnd(EndFacts end, TaskHistory? history) =>
        (history ?? TaskHistory.None) with
        {
            LastCause = end.CauseText,
            LeftHash = end.LeftHash,
            NotBefore = null,
        };

    private static RetryDecision DecideAfterInfrastructure(EndFacts end, TaskPolicy policy, TaskHistory next, InfrastructureRules rules)
    {
        var retries = rules.Retries;
        next = next with { InfrastructureFailures = next.InfrastructureFailures + 1 };
        if (next.InfrastructureFailures > retries)
        {
            return Stop(
                policy,
                next,
                retries == 0
                    ? end.Reason
                    : $"{end.Reason}; no other attempt follows: MatterStackInfrastructureRetries allows {Format(retries)} after ends from "
                        + "outside"
            );
        }

        var delay = Double(Max(policy.RetryDelay, rules.MinDelay), next.InfrastructureFailures);
        return Repeat(
            end,
            next,
            delay,
            $"attempt {Format(end.Index)} ended from outside ({Format(next.InfrastructureFailures)} of {Format(retries)} such ends are "
                + $"followed by another attempt): {end.Reason}"
        );
    }

    private static RetryDecision DecideAfterOwnFailure(
        EndFacts end,
        TaskPolicy policy,
        int maxAttempts,
        TaskHistory next,
        RequestLimits limits
    )
    {
        next = next with { OwnFailures = next.OwnFailures + 1 };
        if (next.OwnFailures >= maxAttempts)
        {
            return Stop(policy, next, end.Reason);
        }

        var isNamed = policy.NamesCause(end.Cause, end.CauseText, end.ExitCode);
        if (!isNamed && !policy.CoversEveryCause)
        {
            return Stop(policy, next, $"{end.Reason}; no other attempt follows: RetryOn does not name {end.CauseText ?? "this cause"}");
        }

        // The task was amended during the attempt: its end says nothing about the request of the next one.
        var isAmended = end.Index == next.AmendedAttempt;
        var grown = isAmended ? null : Grow(end, policy, next, limits);
        if (grown is null && !isAmended && FindUselessReason(end, policy, next, limits, isNamed) is { } useless)
        {
            return Stop(policy, next, $"{end.Reason}; no other attempt follows: {useless}");
        }

        // A larger request is another try even with the same files.
        if (grown is null && !isAmended && end.LeftHash is { } left && left == end.CarriedHash)
        {
            var reason =
                $"{EndCause.NoProgress.ToText()}: it left exactly the files that it began with, so the next attempt would be the same; "
                + end.Reason;
            return Stop(policy, next with { LastCause = EndCause.NoProgress.ToText() }, reason) with { IsWithoutProgress = true };
        }

        var counted =
            end.Index == next.OwnFailures
                ? $"attempt {Format(end.Index)} of {Format(maxAttempts)} failed"
                : $"attempt {Format(end.Index)} failed ({Format(next.OwnFailures)} of {Format(maxAttempts)} failures of its own)";
        return Repeat(
            end,
            grown ?? next,
            Double(policy.RetryDelay, next.OwnFailures),
            $"{counted}: {end.Reason}{DescribeGrowth(policy, next, grown, limits)}"
        );
    }

    // The scheduler's own ceiling must not lose a task: it goes on with what was accepted before.
    private static RetryDecision? TakeBackGrowth(EndFacts end, TaskHistory next) =>
        next.LastGrowth switch
        {
            RequestGrowth.Memory when next.MemoryGrowths > 0 => Repeat(
                end,
                next with
                {
                    MemoryGrowths = next.MemoryGrowths - 1,
                    IsMemoryCapped = true,
                    LastGrowth = RequestGrowth.None,
                },
                TimeSpan.Zero,
                $"the larger memory request was refused and is taken back: {end.Reason}"
            ),
            RequestGrowth.Time when next.TimeGrowths > 0 => Repeat(
                end,
                next with
                {
                    TimeGrowths = next.TimeGrowths - 1,
                    IsTimeCapped = true,
                    LastGrowth = RequestGrowth.None,
                },
                TimeSpan.Zero,
                $"the longer time limit was refused and is taken back: {end.Reason}"
            ),
            _ => null,
        };

    // The history with a larger request; null if this cause, the task's factor or a ceiling lets none grow.
    private static TaskHistory? Grow(EndFacts end, TaskPolicy policy, TaskHistory next, RequestLimits limits)
    {
        var now = ResourceRequest.Compute(policy, next, limits);
        if (end.Cause == EndCause.OutOfMemory && policy.RetryMemoryFactor > 1 && !now.IsMemoryAtCeiling)
        {
            var grown = next with { MemoryGrowths = next.MemoryGrowths + 1, LastGrowth = RequestGrowth.Memory };
            return ResourceRequest.Compute(policy, grown, limits).MemoryGb > now.MemoryGb ? grown : null;
        }

        if (end.Cause == EndCause.TimeLimit && policy.RetryTimeFactor > 1 && !now.IsTimeAtCeiling)
        {
            var grown = next with { TimeGrowths = next.TimeGrowths + 1, LastGrowth = RequestGrowth.Time };
            return ResourceRequest.Compute(policy, grown, limits).TimeLimitMinutes > now.TimeLimitMinutes ? grown : null;
        }

        return null;
    }

    // Why an attempt with the same request would end in the same way; null if it may not. It is not called if the request grows.
    private static string? FindUselessReason(EndFacts end, TaskPolicy policy, TaskHistory next, RequestLimits limits, bool isNamed)
    {
        if (end.Cause is not (EndCause.TimeLimit or EndCause.OutOfMemory))
        {
            return null;
        }

        var request = ResourceRequest.Compute(policy, next, limits);
        if (end.Cause == EndCause.OutOfMemory)
        {
            return request.IsMemoryAtCeiling && (policy.RetryMemoryFactor > 1 || !isNamed)
                ? $"its memory request{FormatAmount(request.MemoryGb, ResourceRequest.FormatMemory)} is the largest that its operator "
                    + "allows"
                : null;
        }

        return end.LeftHash is not null ? null
            : request.IsTimeAtCeiling && (policy.RetryTimeFactor > 1 || !isNamed)
                ? $"its time limit{FormatAmount(request.TimeLimitMinutes, ResourceRequest.FormatMinutes)} is the longest that its operator "
                    + "allows, and it left no files to go on from"
            : isNamed ? null
            : "the next one would reach the same time limit. Name files to go on from in Carry, set RetryTimeFactor, or name TIMEOUT in "
                + "RetryOn";
    }

    private static string DescribeGrowth(TaskPolicy policy, TaskHistory before, TaskHistory? grown, RequestLimits limits)
    {
        if (grown is null)
        {
            return "";
        }

        var (old, now) = (ResourceRequest.Compute(policy, before, limits), ResourceRequest.Compute(policy, grown, limits));
        return grown.LastGrowth == RequestGrowth.Memory
            ? $"; its memory grows from {ResourceRequest.FormatMemory(old.MemoryGb!.Value)} to "
                + ResourceRequest.FormatMemory(now.MemoryGb!.Value)
            : $"; its time limit grows from {ResourceRequest.FormatMinutes(old.TimeLimitMinutes!.Value)} to "
                + ResourceRequest.FormatMinutes(now.TimeLimitMinutes!.Value);
    }

    private static RetryDecision Repeat(EndFacts end, TaskHistory next, TimeSpan delay, string reason)
    {
        if (delay <= TimeSpan.Zero)
        {
            return new RetryDecision(RetryOutcome.Again, next, reason);
        }

        var due = end.At + delay;
        return new RetryDecision(
            RetryOutcome.Again,
            next with
            {
                NotBefore = due,
            },
            $"{reason}; the next attempt begins not before {due.ToText()}"
        );
    }

    private static RetryDecision Stop(TaskPolicy policy, TaskHistory next, string reason) =>
        new(policy.IsHeldAtEnd ? RetryOutcome.Hold : RetryOutcome.Fail, next, reason);

    /// <summary>Returns the longest delay of a task's next attempt.</summary>
    public static TimeSpan GetLongestDelay(TaskPolicy policy) => Max(policy.RetryDelay, MaxDoubledDelay);

    private static TimeSpan Double(TimeSpan delay, int count)
    {
        var most = Max(delay, MaxDoubledDelay);
        for (var i = 1; i < count && delay < most; i++)
        {
            delay += delay;
            if (delay == TimeSpan.Zero)
            {
                break;
            }
        }

        return delay < most ? delay : most;
    }

    private static TimeSpan Max(TimeSpan a, TimeSpan b) => a > b ? a : b;

    private static string FormatAmount(double? amount, Func<double, string> format) => amount is { } known ? $" of {format(known)}" : "";

    private static string Format(int number) => number.ToString(CultureInfo.InvariantCulture);
}
