using MatterStack.Engine.Lifecycle.Model;

namespace MatterStack.Engine.Tests.Faults;

/// <summary>What must hold about the attempts of a task of a <see cref="RandomCampaign"/>, in the words of the documentation.</summary>
internal static class RandomRetries
{
    public static bool IsOutside(EndCause? cause) =>
        cause is EndCause.NodeFailure or EndCause.Preempted or EndCause.Lost or EndCause.NotStarted;

    /// <summary>Whether the scheduler refused an attempt because of its time limit.</summary>
    public static bool IsRefused(RandomCampaign campaign, StoredAttempt attempt) => attempt.GivenMinutes > campaign.RefusedMinutes;

    /// <param name="campaign">The campaign.</param>
    /// <param name="task">Position of the task.</param>
    /// <param name="attempts">Its attempts in their order.</param>
    /// <param name="starts">1, and one more for each retry of a person, which counts anew.</param>
    public static void CheckCounts(RandomCampaign campaign, int task, IReadOnlyList<StoredAttempt> attempts, int starts)
    {
        var ended = attempts.Where(a => a.State is AttemptState.Ended).ToList();
        Assert.IsLessThanOrEqualTo(
            campaign.Tasks[task].MaxAttempts * starts,
            ended.Count(a => FindCause(a) is { } cause && !IsOutside(cause)),
            $"t{task} has too many attempts"
        );
        Assert.IsLessThanOrEqualTo(
            (campaign.InfrastructureRetries + 1) * starts,
            ended.Count(a => IsOutside(FindCause(a)) && !IsRefused(campaign, a)),
            $"t{task} is tried again too often after ends from outside"
        );
        Assert.IsLessThanOrEqualTo(1, ended.Count(a => IsRefused(campaign, a)), $"a refused request of t{task} is repeated");
        CheckRequests(campaign, task, attempts);
    }

    /// <summary>Checks that a task that failed could not be tried again.</summary>
    public static void CheckFailure(RandomCampaign campaign, int task, IReadOnlyList<StoredAttempt> attempts)
    {
        var declared = campaign.Tasks[task];
        var policy = declared.Policy ?? TaskPolicy.Default;
        var cause = FindCause(attempts[^1]);
        Assert.IsNotNull(cause);
        if (cause == EndCause.NoProgress)
        {
            return;
        }

        if (IsOutside(cause))
        {
            Assert.AreEqual(campaign.InfrastructureRetries + 1, attempts.Count(a => IsOutside(FindCause(a)) && !IsRefused(campaign, a)));
            return;
        }

        if (attempts.Count(a => FindCause(a) is { } own && !IsOutside(own)) == declared.MaxAttempts)
        {
            return;
        }

        var isNamed = policy.RetryOn.Any(on => on.Name == cause.Value.ToText());
        var isCovered = isNamed || policy.RetryOn.Count == 0 || policy.RetryOn.Any(on => on.Name == "ANY");
        Assert.IsTrue(
            !isCovered
                || (cause == EndCause.TimeLimit && !isNamed)
                || cause is EndCause.TimeLimit or EndCause.OutOfMemory && IsGrowing(policy, cause),
            $"t{task} gave up early after {cause}"
        );
    }

    // Requests grow after their own cause only, never shrink except after a refusal, and stay below the ceiling.
    private static void CheckRequests(RandomCampaign campaign, int task, IReadOnlyList<StoredAttempt> attempts)
    {
        var policy = campaign.Tasks[task].Policy ?? TaskPolicy.Default;
        for (var i = 0; i < attempts.Count; i++)
        {
            var (memory, time) = GetRequest(policy, attempts[i]);
            Assert.IsTrue(memory is null || memory <= (campaign.Requests.MaxMemoryGb ?? double.MaxValue), $"t{task} requests {memory} GiB");
            Assert.IsTrue(
                time is null || time <= (campaign.Requests.MaxTimeLimit?.TotalMinutes ?? double.MaxValue),
                $"t{task} requests {time} min"
            );
            if (i == 0)
            {
                continue;
            }

            var (before, cause) = (GetRequest(policy, attempts[i - 1]), FindCause(attempts[i - 1]));
            Assert.IsTrue(memory >= before.Memory || memory is null, $"the memory of t{task} shrinks");
            Assert.IsTrue(time >= before.Time || time is null || IsRefused(campaign, attempts[i - 1]), $"the time of t{task} shrinks");
            Assert.IsTrue(
                memory is null || memory == before.Memory || cause == EndCause.OutOfMemory,
                $"the memory of t{task} grows after {cause}"
            );
            Assert.IsTrue(
                time is null || time == before.Time || cause == EndCause.TimeLimit || IsRefused(campaign, attempts[i - 1]),
                $"the time of t{task} grows after {cause}"
            );
        }
    }

    /// <summary>Whether a request may grow after a cause.</summary>
    public static bool IsGrowing(TaskPolicy policy, EndCause? cause) =>
        cause switch
        {
            EndCause.TimeLimit => policy.RetryTimeFactor > 1,
            EndCause.OutOfMemory => policy.RetryMemoryFactor > 1,
            _ => false,
        };

    private static (double? Memory, double? Time) GetRequest(TaskPolicy policy, StoredAttempt attempt) =>
        (GivenResources.Parse(attempt.Given)?.MemoryGb ?? policy.MemoryGb, attempt.GivenMinutes ?? policy.TimeLimitMinutes);

    // A replaced attempt counts as nobody's fault.
    private static EndCause? FindCause(StoredAttempt attempt) =>
        attempt.State is AttemptState.Ended { Cause: not EndCause.Amended and var cause } ? cause : null;
}
