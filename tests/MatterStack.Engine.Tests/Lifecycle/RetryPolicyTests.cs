using System.Globalization;
using MatterStack.Engine.Campaigns;
using MatterStack.Engine.Identity;
using MatterStack.Engine.Lifecycle.Model;
using MatterStack.Engine.Lifecycle.Planning;

namespace MatterStack.Engine.Tests.Lifecycle;

/// <summary>What follows an attempt that did not complete: causes, policies and histories.</summary>
[TestClass]
public sealed class RetryPolicyTests
{
    private const int Retries = 5;
    private static readonly InfrastructureRules Rules = new(Retries);
    private static readonly Sha256 Files = Sha256.ComputeTextHash("files");
    private static readonly Sha256 OtherFiles = Sha256.ComputeTextHash("other files");
    private static readonly RequestLimits Unlimited = new();
    private static readonly RequestLimits Ceilings = new() { MaxMemoryGb = 8, MaxTimeLimit = TimeSpan.FromMinutes(100) };

    private static readonly TaskPolicy Any = new() { MemoryGb = 4, TimeLimitMinutes = 60 };
    private static readonly TaskPolicy Growing = new()
    {
        MemoryGb = 4,
        TimeLimitMinutes = 60,
        RetryMemoryFactor = 2,
        RetryTimeFactor = 2,
    };

    private static readonly EndCause[] Infrastructure =
    [
        EndCause.NodeFailure,
        EndCause.BootFailure,
        EndCause.Preempted,
        EndCause.NotStarted,
        EndCause.Lost,
    ];

    // Causes that are the task's own and need nothing but an attempt that is left.
    private static readonly EndCause[] Plain =
    [
        EndCause.Exited,
        EndCause.Signal,
        EndCause.OutputsMissing,
        EndCause.Deadline,
        EndCause.Stopped,
        EndCause.Verdict,
        EndCause.NoSuccessMark,
    ];

    public static IEnumerable<object[]> Causes() => Enum.GetValues<EndCause>().Select(cause => new object[] { cause });

    public static IEnumerable<object[]> RetryOnRows() =>
        [
            ["", EndCause.Exited, 1, true],
            ["ANY", EndCause.Exited, 1, true],
            ["EXIT", EndCause.Exited, 42, true],
            ["EXIT:42", EndCause.Exited, 42, true],
            ["EXIT:42", EndCause.Exited, 41, false],
            ["EXIT:1-9", EndCause.Exited, 9, true],
            ["EXIT:1-9", EndCause.Exited, 10, false],
            ["EXIT:1-9", EndCause.TimeLimit, 1, false],
            ["EXIT:137", EndCause.Signal, 137, true],
            ["SIGNAL", EndCause.Signal, 137, true],
            ["SIGNAL", EndCause.Exited, 1, false],
            ["UNCONVERGED", EndCause.Verdict, 0, true],
            ["DIVERGED", EndCause.Verdict, 0, false],
            ["DIVERGED;UNCONVERGED", EndCause.Verdict, 0, true],
            ["TIMEOUT", EndCause.TimeLimit, 1, true],
            ["TIMEOUT;ANY", EndCause.TimeLimit, 1, true],
            ["ANY", EndCause.TimeLimit, 1, false],
            ["OUT_OF_MEMORY", EndCause.TimeLimit, 1, false],
            ["OUT_OF_MEMORY", EndCause.OutOfMemory, 1, true],
            ["OUT_OF_MEMORY", EndCause.NodeFailure, 1, true],
            ["NO_SUCCESS_MARK", EndCause.NoSuccessMark, 0, true],
            ["OUTPUTS_MISSING", EndCause.OutputsMissing, 0, true],
            ["OUTPUTS_MISSING", EndCause.NoSuccessMark, 0, false],
        ];

    [TestMethod]
    [DynamicData(nameof(RetryOnRows))]
    public void RetryOn_names_the_causes_that_are_tried_again(string retryOn, EndCause cause, int exitCode, bool isAgain)
    {
        var policy = new TaskPolicy
        {
            RetryOn = [.. retryOn.Split(';', StringSplitOptions.RemoveEmptyEntries).Select(RetryCause.FromString)],
            MemoryGb = 4,
            TimeLimitMinutes = 60,
        };
        var decision = Decide(End(cause, exitCode), policy, maxAttempts: 3);
        Assert.AreEqual(isAgain ? RetryOutcome.Again : RetryOutcome.Fail, decision.Outcome, decision.Reason);
    }

    [TestMethod]
    [DynamicData(nameof(Causes))]
    public void Every_cause_is_either_counted_or_from_outside(EndCause cause)
    {
        if (cause is EndCause.Cancelled or EndCause.NoProgress)
        {
            return;
        }

        var next = Decide(End(cause), Any, maxAttempts: 1).History;
        Assert.AreEqual(Infrastructure.Contains(cause) ? (0, 1) : (1, 0), (next.OwnFailures, next.InfrastructureFailures));
        Assert.AreEqual(cause == EndCause.Verdict ? "UNCONVERGED" : cause.ToText(), next.LastCause);
    }

    [TestMethod]
    public void Ends_from_outside_do_not_count_against_the_attempts()
    {
        foreach (var cause in Infrastructure)
        {
            // The only attempt of a task; RetryOn names something else.
            var policy = new TaskPolicy { RetryOn = [RetryCause.FromString("UNCONVERGED")] };
            var task = CreateTask(policy, maxAttempts: 1);
            for (var i = 1; i <= Retries; i++)
            {
                task.History = Apply(task, End(cause), RetryOutcome.Again).History;
                Assert.AreEqual((0, i), (task.History.OwnFailures, task.History.InfrastructureFailures));
            }

            Assert.Contains("MatterStackInfrastructureRetries", Apply(task, End(cause), RetryOutcome.Fail).Reason);
        }
    }

    [TestMethod]
    public void Zero_retries_let_an_end_from_outside_fail_the_task()
    {
        var decision = RetryPolicy.Decide(End(EndCause.NodeFailure), CreateTask(Any, 3), Unlimited, new InfrastructureRules(0));
        Assert.AreEqual((RetryOutcome.Fail, "why"), (decision.Outcome, decision.Reason));
    }

    [TestMethod]
    public void Own_failures_are_tried_again_until_the_attempts_are_used()
    {
        foreach (var cause in Plain)
        {
            var task = CreateTask(Any, maxAttempts: 3);
            task.History = Apply(task, End(cause, index: 1), RetryOutcome.Again).History;
            // A node failed in between: it uses up nothing.
            task.History = Apply(task, End(EndCause.NodeFailure, index: 2), RetryOutcome.Again).History;
            var second = Apply(task, End(cause, index: 3), RetryOutcome.Again);
            Assert.Contains("2 of 3", second.Reason);
            task.History = second.History;
            Assert.AreEqual("why", Apply(task, End(cause, index: 4), RetryOutcome.Fail).Reason);
        }
    }

    [TestMethod]
    public void The_task_is_held_wherever_it_would_fail()
    {
        var hold = new TaskPolicy { OnFailure = FailureAction.Hold };
        Assert.AreEqual(RetryOutcome.Hold, Decide(End(EndCause.Exited), hold, 1).Outcome);
        Assert.AreEqual(RetryOutcome.Hold, Decide(End(EndCause.NotStarted) with { IsPermanent = true }, hold, 3).Outcome);
        Assert.AreEqual(RetryOutcome.Hold, Decide(End(EndCause.TimeLimit) with { MayStillRun = true }, hold, 3).Outcome);
        Assert.AreEqual(RetryOutcome.Again, Decide(End(EndCause.Exited), hold, 2).Outcome);
    }

    [TestMethod]
    public void No_attempt_follows_a_start_that_can_never_succeed_or_an_attempt_that_may_still_run()
    {
        foreach (var cause in Infrastructure.Concat(Plain))
        {
            Assert.AreEqual(RetryOutcome.Fail, Decide(End(cause) with { MayStillRun = true }, Any, 3).Outcome);
        }

        Assert.AreEqual(RetryOutcome.Fail, Decide(End(EndCause.NotStarted) with { IsPermanent = true }, Any, 3).Outcome);
    }

    [TestMethod]
    public void A_time_out_is_repeated_only_with_files_to_go_on_from_or_more_time()
    {
        var again = End(EndCause.TimeLimit);
        Assert.Contains("Carry", Decide(again, Any, 3).Reason);
        Assert.AreEqual(RetryOutcome.Fail, Decide(again, Any, 3).Outcome);
        Assert.AreEqual(RetryOutcome.Again, Decide(again with { LeftHash = Files }, Any, 3).Outcome);
        Assert.AreEqual(RetryOutcome.Again, Decide(again, Growing, 3).Outcome);
        Assert.AreEqual(RetryOutcome.Fail, Decide(again, Growing, 3, history: new() { IsTimeCapped = true }).Outcome);
        // A person who names it gets it as it is; but not at a ceiling that ended the growth which the task asks for.
        var named = new TaskPolicy { RetryOn = ["TIMEOUT"], TimeLimitMinutes = 100 };
        Assert.AreEqual(RetryOutcome.Again, Decide(again, named, 3, Ceilings).Outcome);
        var grown = new TaskPolicy
        {
            RetryOn = ["TIMEOUT"],
            RetryTimeFactor = 2,
            TimeLimitMinutes = 100,
        };
        Assert.AreEqual(RetryOutcome.Fail, Decide(again, grown, 3, Ceilings).Outcome);
        Assert.AreEqual(RetryOutcome.Again, Decide(again with { LeftHash = Files }, grown, 3, Ceilings).Outcome);
    }

    [TestMethod]
    public void Memory_at_its_ceiling_is_not_requested_again()
    {
        var end = End(EndCause.OutOfMemory);
        var task = CreateTask(Growing, maxAttempts: 9);
        task.History = Apply(task, end, RetryOutcome.Again, Ceilings).History;
        Assert.AreEqual((1, 8.0), (task.History.MemoryGrowths, Request(task, Ceilings).MemoryGb));
        Assert.Contains("8 GiB", Apply(task, end, RetryOutcome.Fail, Ceilings).Reason);
        // Files to go on from do not help against a lack of memory.
        Assert.AreEqual(RetryOutcome.Fail, Apply(task, end with { LeftHash = Files }, RetryOutcome.Fail, Ceilings).Outcome);

        // Without a factor: ANY repeats it below the ceiling only, a name repeats it as it is.
        Assert.AreEqual(RetryOutcome.Again, Decide(end, Any, 3, Ceilings).Outcome);
        var full = new TaskPolicy { MemoryGb = 8 };
        Assert.AreEqual(RetryOutcome.Fail, Decide(end, full, 3, Ceilings).Outcome);
        Assert.AreEqual(RetryOutcome.Again, Decide(end, new TaskPolicy { MemoryGb = 8, RetryOn = ["OUT_OF_MEMORY"] }, 3, Ceilings).Outcome);
    }

    [TestMethod]
    public void Requests_grow_after_their_own_cause_only_and_keep_what_they_have()
    {
        var task = CreateTask(Growing, maxAttempts: 20);
        foreach (
            var (cause, memory, time) in new (EndCause, double, double)[]
            {
                (EndCause.OutOfMemory, 8, 60),
                (EndCause.Preempted, 8, 60),
                (EndCause.NodeFailure, 8, 60),
                (EndCause.TimeLimit, 8, 120),
                (EndCause.Exited, 8, 120),
                (EndCause.Preempted, 8, 120),
                (EndCause.OutOfMemory, 16, 120),
            }
        )
        {
            task.History = Apply(task, End(cause), RetryOutcome.Again).History;
            var request = Request(task, Unlimited);
            Assert.AreEqual((memory, time), (request.MemoryGb, request.TimeLimitMinutes), cause.ToText());
        }
    }

    [TestMethod]
    public void Growth_stays_within_the_numbers_of_the_machine()
    {
        var task = CreateTask(Growing, maxAttempts: 5000);
        for (var i = 0; i < 2000; i++)
        {
            var cause = i % 2 == 0 ? EndCause.OutOfMemory : EndCause.TimeLimit;
            task.History = RetryPolicy.Decide(End(cause), task, Unlimited, Rules).History;
        }

        var request = Request(task, Unlimited);
        Assert.AreEqual((1e6, (double)CampaignTask.MaxTimeLimitMinutes), (request.MemoryGb, request.TimeLimitMinutes));
    }

    [TestMethod]
    public void A_machine_without_enforced_memory_lets_no_memory_grow()
    {
        var local = new RequestLimits { GrowsMemory = false };
        var task = CreateTask(Growing, maxAttempts: 3);
        task.History = Apply(task, End(EndCause.OutOfMemory), RetryOutcome.Again, local).History;
        Assert.AreEqual(0, task.History.MemoryGrowths);
        Assert.IsNull(Request(task, local).Given);
    }

    [TestMethod]
    public void A_refused_growth_is_taken_back_once_and_the_task_goes_on()
    {
        var refused = End(EndCause.NotStarted) with { IsPermanent = true };
        var task = CreateTask(Growing, maxAttempts: 9);
        task.History = Apply(task, End(EndCause.OutOfMemory), RetryOutcome.Again).History;
        task.History = Apply(task, End(EndCause.TimeLimit), RetryOutcome.Again).History;
        var decision = Apply(task, refused, RetryOutcome.Again);
        Assert.Contains("taken back", decision.Reason);
        task.History = decision.History;
        // Only the growth that the scheduler has not accepted before; it costs no attempt and no pause.
        Assert.AreEqual(
            (1, 0, true, false),
            (task.History.MemoryGrowths, task.History.TimeGrowths, task.History.IsTimeCapped, task.History.IsMemoryCapped)
        );
        Assert.AreEqual((2, 0, null), (task.History.OwnFailures, task.History.InfrastructureFailures, task.History.NotBefore));
        // The next time-out is not repeated, and another refusal has another reason.
        Assert.AreEqual(RetryOutcome.Fail, Apply(task, End(EndCause.TimeLimit), RetryOutcome.Fail).Outcome);
        Assert.AreEqual(RetryOutcome.Fail, Apply(task, refused, RetryOutcome.Fail).Outcome);
        // Files to go on from are another matter.
        Apply(task, End(EndCause.TimeLimit) with { LeftHash = Files }, RetryOutcome.Again);
    }

    [TestMethod]
    public void A_growth_that_was_accepted_is_not_taken_back()
    {
        var task = CreateTask(Growing, maxAttempts: 9);
        task.History = Apply(task, End(EndCause.OutOfMemory), RetryOutcome.Again).History;
        task.History = Apply(task, End(EndCause.Preempted), RetryOutcome.Again).History;
        Apply(task, End(EndCause.NotStarted) with { IsPermanent = true }, RetryOutcome.Fail);
    }

    [TestMethod]
    public void The_same_files_again_are_no_progress_after_a_failure_of_the_task()
    {
        var same = End(EndCause.TimeLimit) with { LeftHash = Files, CarriedHash = Files };
        var decision = Decide(same, Any, 9);
        Assert.AreEqual((RetryOutcome.Fail, true), (decision.Outcome, decision.IsWithoutProgress));
        Assert.AreEqual("NO_PROGRESS", decision.History.LastCause);
        Assert.StartsWith("NO_PROGRESS: ", decision.Reason);
        Assert.AreEqual(RetryOutcome.Fail, Decide(same with { Cause = EndCause.Exited, CauseText = "EXIT" }, Any, 9).Outcome);

        Assert.AreEqual(RetryOutcome.Again, Decide(same with { LeftHash = OtherFiles }, Any, 9).Outcome);
        Assert.AreEqual(RetryOutcome.Again, Decide(same with { CarriedHash = null }, Any, 9).Outcome);
        // Not the task's fault, or another request.
        Assert.AreEqual(RetryOutcome.Again, Decide(same with { Cause = EndCause.NodeFailure, CauseText = "NODE_FAIL" }, Any, 9).Outcome);
        Assert.AreEqual(RetryOutcome.Again, Decide(same, Growing, 9).Outcome);
        Assert.IsTrue(Decide(same, Growing, 9, history: new() { IsTimeCapped = true }).IsWithoutProgress);
    }

    [TestMethod]
    public void Delays_double_and_ends_from_outside_wait_ten_seconds_at_least()
    {
        var policy = new TaskPolicy { RetryDelay = TimeSpan.FromMinutes(1) };
        Assert.AreEqual("60 120 240", Delays(policy, EndCause.Exited, 3));
        Assert.AreEqual("60 120 240", Delays(policy, EndCause.NodeFailure, 3));
        Assert.AreEqual("0 0", Delays(new TaskPolicy(), EndCause.Exited, 2));
        Assert.AreEqual("10 20 40 80 160", Delays(new TaskPolicy(), EndCause.Preempted, 5));
        Assert.AreEqual("2 4", Delays(new TaskPolicy { RetryDelay = TimeSpan.FromSeconds(2) }, EndCause.Exited, 2));
        Assert.AreEqual("10 20", Delays(new TaskPolicy { RetryDelay = TimeSpan.FromSeconds(2) }, EndCause.Lost, 2));
        // Doubling ends at a day, unless the delay itself is longer.
        Assert.EndsWith("86400 86400", Delays(policy, EndCause.Exited, 70));
        Assert.AreEqual("172800 172800", Delays(new TaskPolicy { RetryDelay = TimeSpan.FromDays(2) }, EndCause.Exited, 2));
    }

    [TestMethod]
    public void A_request_is_cut_to_the_ceiling_and_says_so()
    {
        var policy = new TaskPolicy { MemoryGb = 64, TimeLimitMinutes = 6000 };
        var request = ResourceRequest.Compute(policy, TaskHistory.None, Ceilings);
        Assert.AreEqual((8.0, 100.0), (request.MemoryGb, request.TimeLimitMinutes));
        Assert.AreEqual((8.0, TimeSpan.FromMinutes(100)), (request.Given!.MemoryGb, request.Given.TimeLimit));
        Assert.Contains("cut from 64 GiB", request.DescribeChanges());
        Assert.Contains("cut from 6000 min", request.DescribeChanges());
        Assert.IsNull(ResourceRequest.Compute(Any, TaskHistory.None, Ceilings).Given);

        // The site's defaults, too; a partition limits growth only.
        var site = new RequestLimits
        {
            DefaultTimeLimit = TimeSpan.FromMinutes(30),
            MaxTimeLimit = TimeSpan.FromMinutes(20),
            MaxGrownMemoryGb = 2,
        };
        Assert.AreEqual(TimeSpan.FromMinutes(20), ResourceRequest.Compute(TaskPolicy.Default, TaskHistory.None, site).Given!.TimeLimit);
        Assert.AreEqual(4, ResourceRequest.Compute(Any, new() { MemoryGrowths = 1 }, site).MemoryGb);
    }

    private static string Delays(TaskPolicy policy, EndCause cause, int count)
    {
        var task = CreateTask(policy, maxAttempts: 1000);
        var delays = new List<string>();
        for (var i = 0; i < count; i++)
        {
            var end = End(cause);
            task.History = RetryPolicy.Decide(end, task, Unlimited, new InfrastructureRules(1000)).History;
            var seconds = task.History.NotBefore is { } due ? (due - end.At).TotalSeconds : 0;
            delays.Add(seconds.ToString(CultureInfo.InvariantCulture));
        }

        return string.Join(' ', delays);
    }

    private static RetryDecision Decide(
        EndFacts end,
        TaskPolicy policy,
        int maxAttempts,
        RequestLimits? limits = null,
        TaskHistory? history = null
    )
    {
        var task = CreateTask(policy, maxAttempts);
        task.History = history;
        return RetryPolicy.Decide(end, task, limits ?? Unlimited, Rules);
    }

    private static RetryDecision Apply(TaskNode task, EndFacts end, RetryOutcome expected, RequestLimits? limits = null)
    {
        var decision = RetryPolicy.Decide(end, task, limits ?? Unlimited, Rules);
        Assert.AreEqual(expected, decision.Outcome, decision.Reason);
        return decision;
    }

    private static ResourceRequest Request(TaskNode task, RequestLimits limits) =>
        ResourceRequest.Compute(task.Policy!, task.History ?? TaskHistory.None, limits);

    private static EndFacts End(EndCause cause, int exitCode = 1, int index = 1) =>
        new(index, cause, cause == EndCause.Verdict ? "UNCONVERGED" : cause.ToText(), exitCode, "why", PlannerWorld.Noon);

    private static TaskNode CreateTask(TaskPolicy policy, int maxAttempts) =>
        new()
        {
            Position = 0,
            Id = TaskId.FromTrusted("t"),
            KeyIndex = 0,
            Cores = 1,
            MaxAttempts = maxAttempts,
            AllowFailure = false,
            AllowDependencyFailure = false,
            Policy = policy,
        };
}
