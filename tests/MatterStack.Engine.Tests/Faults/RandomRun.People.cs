using System.Globalization;
using MatterStack.Engine.Campaigns;
using MatterStack.Engine.Campaigns.Declarations;
using MatterStack.Engine.Identity;
using MatterStack.Engine.Lifecycle.Model;
using MatterStack.Engine.Lifecycle.Planning;

namespace MatterStack.Engine.Tests.Faults;

/// <content>People: they answer about held tasks, amend them, pause the run and resume it. Each answer is recorded at once.</content>
internal sealed partial class RandomRun
{
    // More failures are given up.
    private const int MaxRetries = 2;
    private const int MaxAmendments = 6;

    private readonly int[] _cores;
    private readonly int[] _retries;
    private readonly HashSet<int> _givenUp = [];
    private readonly HashSet<AttemptId> _heldAttempts = [];
    private FailureBaseline _baseline;
    private bool _isCalm;
    private int _amendmentCount;

    private static bool IsHolding(RandomTask task) => task.Policy is { OnFailure: FailureAction.Hold };

    private void AnswerForPeople(Random luck)
    {
        for (var i = 0; i < _tasks.Length; i++)
        {
            if (_tasks[i].State == TaskState.WaitingExternal && (_isCalm || luck.Next(3) == 0))
            {
                AnswerHold(i, luck);
            }
        }

        if (!_isCalm && _amendmentCount < MaxAmendments && luck.Next(4) == 0)
        {
            AmendAny(luck);
        }

        if (_run == RunState.Paused ? _isCalm || luck.Next(2) == 0 : _run == RunState.Running && luck.Next(40) == 0 && !_isCalm)
        {
            var kind = _run == RunState.Paused ? RequestKind.Resume : RequestKind.Pause;
            Assert.IsTrue(Ask(new RunRequest(kind, null, null, false, "ada", null)).IsGranted);
        }
    }

    private void AnswerHold(int position, Random luck)
    {
        var isRetry = _retries[position] < MaxRetries && luck.Next(3) > 0;
        var amended = luck.Next(2) == 0 ? Amend(position, luck.Next(1, _campaign.Cores + 2)) : null;
        var request = new RunRequest(RequestKind.Respond, Id(position), null, false, "ada", null)
        {
            Decision = isRetry ? HoldDecision.Retry : HoldDecision.GiveUp,
            Amendment = isRetry ? amended : null,
        };
        var isTooLarge = isRetry && amended?.After.Task.Cores > _campaign.Cores && amended.Changes.Count > 0;

        Assert.AreEqual(!isTooLarge, Ask(request).IsGranted, $"the answer about t{position}");

        if (!isTooLarge && luck.Next(2) == 0)
        {
            Assert.IsFalse(Ask(request with { Decision = HoldDecision.GiveUp }).IsGranted, $"a second answer about t{position}");
        }
    }

    // While it waits, runs, is held or has failed, and sometimes twice.
    private void AmendAny(Random luck)
    {
        var position = luck.Next(_tasks.Length);
        if (_tasks[position].State == TaskState.Completed || _campaign.Tasks[position].Cores > _campaign.Cores)
        {
            return;
        }

        _amendmentCount++;
        var request = new RunRequest(RequestKind.Amend, Id(position), null, false, "ada", null)
        {
            Tasks = [Id(position)],
            Amendments = [Amend(position, luck.Next(1, _campaign.Cores + 1))],
        };
        // It may have completed before the request is read.
        Assert.AreEqual(Ask(request).IsGranted, _tasks[position].State != TaskState.Completed, $"the amendment of t{position}");
    }

    // What is outside goes on; of the others some are taken back.
    private void Withdraw(IReadOnlyList<LiveAttempt> attempts)
    {
        foreach (var attempt in attempts.Where(a => a.EndRequest is { Kind: EndRequestKind.Replacement }))
        {
            if (_outside.TryGetValue(attempt.Id, out var outside) && (attempt.Id.Value[^1] % 2 == 0 || outside.Over || outside.Heard))
            {
                Observe(new Observation.NotWithdrawn(attempt.Id, _now, "it has begun"));
            }
            else
            {
                // As a job that waits in a queue.
                _outside.Remove(attempt.Id);
                _facts.RemoveAll(fact => fact.Attempt == attempt.Id);
                Observe(new Observation.Exited(attempt.Id, _now, new AttemptEnd { IsCancelled = true, EndedBy = "taken back" }));
            }
        }
    }

    private void KeepDemand(int position)
    {
        foreach (
            var live in _attempts.Values.Where(a => a.Task == position && a.State is not AttemptState.Ended && a.Demand is null).ToList()
        )
        {
            _attempts[live.Id] = live with { Demand = new AttemptDemand(_campaign.Tasks[position].Key, _cores[position], null) };
        }
    }

    private RequestAnswer Ask(RunRequest request)
    {
        var plan = Plan(PlanScope.FactsOnly, request);
        Record(plan);
        return plan.Answer!;
    }

    private TaskAmendment Amend(int position, int cores)
    {
        var policy = _campaign.Tasks[position].Policy ?? TaskPolicy.Default;
        var before = new CampaignTask
        {
            Id = Id(position),
            OperatorKey = _keys[_campaign.Tasks[position].Key],
            Cores = _cores[position],
            MaxAttempts = _campaign.Tasks[position].MaxAttempts,
            RetryOn = policy.RetryOn,
            MemoryGb = policy.MemoryGb,
            TimeLimitMinutes = policy.TimeLimitMinutes,
            RetryMemoryFactor = policy.RetryMemoryFactor,
            RetryTimeFactor = policy.RetryTimeFactor,
            RetryDelay = policy.RetryDelay,
            OnFailure = policy.OnFailure,
            Carry = policy.Carries ? ["checkpoint"] : [],
        };
        return TaskAmendments.Create(new PlannedTask(before, []), new PlannedTask(before with { Cores = cores }, []));
    }

    private TaskHold LoadHold(int position) =>
        new(_attempts.Values.Where(a => a.Task == position).MaxBy(a => a.Index)!.Id, "as it is in the store");

    private void RecordHold(Change.TaskMoved moved)
    {
        var position = moved.Task.Position;
        if (moved.To == TaskState.WaitingExternal)
        {
            var last = _attempts.Values.Where(a => a.Task == position).MaxBy(a => a.Index);
            Assert.IsTrue(
                IsHolding(_campaign.Tasks[position])
                    && last?.State is AttemptState.Ended { Outcome: AttemptOutcome.Failed or AttemptOutcome.FailedInit },
                $"t{position} is held after {last?.State}"
            );
            _heldAttempts.Add(last!.Id);
        }

        if (_tasks[position].State == TaskState.WaitingExternal)
        {
            _retries[position] += moved.To == TaskState.Ready ? 1 : 0;
            Assert.IsTrue(moved.To != TaskState.Failed || _givenUp.Add(position));
        }
    }

    // A plan in which the limit of failures is reached intends nothing. A task that could never start fails without an attempt, after that
    // decision.
    private void CheckLimit(TickPlan plan, int intended)
    {
        if (intended == 0 || _campaign.MaxFailures is not { } limit)
        {
            return;
        }

        var late = plan.Changes.OfType<Change.TaskMoved>().Where(m => m is { To: TaskState.Failed, Task.AttemptCount: 0 }).ToList();
        var held = _tasks.Count(t => t.State == TaskState.WaitingExternal);
        var failed =
            held
            + _tasks.Where((t, i) => t.State == TaskState.Failed && !_campaign.Tasks[i].AllowFailure).Count()
            - late.Count(m => !m.Task.AllowFailure);
        var ended = held + _tasks.Count(t => t.State is TaskState.Completed or TaskState.Failed) - late.Count;
        Assert.IsFalse(
            limit.IsReached(failed - _baseline.Failed, ended - _baseline.Ended),
            "attempts are intended beyond the limit of failures"
        );
    }

    private static TaskId Id(int position) => TaskId.FromTrusted("t" + position.ToString(CultureInfo.InvariantCulture));
}
