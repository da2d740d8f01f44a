using MatterStack.Engine.Identity;
using MatterStack.Engine.Lifecycle.Model;
using MatterStack.Engine.Lifecycle.Planning;

namespace MatterStack.Engine.Tests.Lifecycle;

/// <summary>One plan from all kinds of facts, and its scope.</summary>
[TestClass]
public sealed class TickPlanTests
{
    private static readonly WiringLimits CacheableLimits = new(null, [new KeyLimit(null, 1, 0, 0, IsCacheable: true)], [100]);

    [TestMethod]
    public void Attempts_are_intended_only_in_the_scope_of_intents()
    {
        foreach (var scope in Enum.GetValues<PlanScope>())
        {
            var plan = new PlannerWorld().Task("a").Plan(new TickFacts { Scope = scope });

            Assert.HasCount(scope.HasFlag(PlanScope.Intents) ? 1 : 0, plan.Changes.OfType<Change.Intended>().ToList(), $"{scope}");
        }
    }

    [TestMethod]
    public void Freed_capacity_goes_to_durable_attempts_only_in_the_scope_of_releases()
    {
        foreach (var scope in Enum.GetValues<PlanScope>())
        {
            var run = new PlannerWorld { Limits = new WiringLimits(null, [new KeyLimit(null, 1, 0, 8)], [100]) }
                .Task("a")
                .Task("b");
            Assert.AreEqual("a", run.Tick());
            var end = new Observation.Exited(run.AttemptOf("a"), PlannerWorld.Noon, new AttemptEnd { ExitCode = 0 });

            var plan = run.Plan(new TickFacts { Scope = scope, Observations = [end] });

            Assert.HasCount(scope.HasFlag(PlanScope.Releases) ? 1 : 0, plan.Released.AttemptsToStart, $"{scope}");
        }
    }

    [TestMethod]
    public void A_fact_that_fails_comes_back_and_other_facts_are_applied()
    {
        var run = new PlannerWorld().Task("a").Task("b");
        run.Tick();
        var wrong = new Observation.Exited(run.AttemptOf("a"), PlannerWorld.Noon, null!);
        var right = new Observation.Exited(run.AttemptOf("b"), PlannerWorld.Noon, new AttemptEnd { ExitCode = 0 });

        var plan = run.Planner.Plan(new TickFacts { Observations = [wrong, right] }, run.Limits, PlannerWorld.Noon);

        Assert.AreSame(wrong, plan.FailedFacts.Single().Fact);
        Assert.AreEqual("a=RUNNING b=COMPLETED", run.States());
    }

    [TestMethod]
    public void Only_a_request_with_a_number_has_its_answer_recorded()
    {
        var run = new PlannerWorld().Task("a");
        var pause = new RunRequest(RequestKind.Pause, null, null, false, "ada", null);

        var direct = run.Plan(new TickFacts { Request = pause });
        var stored = run.Plan(new TickFacts { Request = pause, RequestId = 7 });

        Assert.IsTrue(direct.Answer is { IsGranted: true });
        Assert.IsEmpty(direct.Changes.OfType<Change.RequestAnswered>());
        Assert.AreEqual(7, stored.Changes.OfType<Change.RequestAnswered>().Single().RequestId);
    }

    [TestMethod]
    public void A_cache_hit_needs_no_capacity_and_a_miss_waits_for_it()
    {
        var run = new PlannerWorld { Limits = CacheableLimits }
            .Task("a", cacheable: true)
            .Task("b", cacheable: true)
            .Task("c", cacheable: true);
        Assert.IsTrue(run.Plan(new TickFacts { HasCachedResults = true }).NeedsCommit);
        Assert.IsEmpty(run.Planner.ReleaseDurable([], run.Limits, maxLookups: 0).Lookups);
        var lookups = run.Planner.ReleaseDurable([], run.Limits, maxLookups: 3).Lookups;
        Assert.AreEqual("a b c", string.Join(' ', lookups.Select(lookup => lookup.Task.Id)));

        var hit = new CacheLookupResult(lookups[2], IsHit: true) { Fingerprint = new FingerprintRecord("f", "", CacheLookupOutcome.Hit) };
        var plan = run.Plan(
            new TickFacts
            {
                HasCachedResults = true,
                Lookups =
                [
                    new CacheLookupResult(lookups[0], IsHit: false),
                    new CacheLookupResult(lookups[1], IsHit: false) { IsDamaged = true },
                    hit,
                ],
            }
        );
        var intended = plan.Changes.OfType<Change.Intended>().Select(change => change.Attempt).ToList();
        Assert.AreEqual("c a", string.Join(' ', intended.Select(attempt => attempt.Task.Id)));
        Assert.AreEqual(CacheLookupOutcome.Damaged, run.Model.Tasks[1].CacheLookup);

        var released = run.Planner.ReleaseDurable(intended, run.Limits, maxLookups: 3);
        Assert.AreEqual("a", string.Join(' ', released.AttemptsToStart.Select(attempt => attempt.Task.Id)));
        Assert.AreEqual("c", string.Join(' ', released.AttemptsToRestore.Select(attempt => attempt.Task.Id)));
    }

    [TestMethod]
    public void Without_cached_results_no_task_waits_for_a_lookup()
    {
        var run = new PlannerWorld { Limits = CacheableLimits }.Task("a", cacheable: true);

        Assert.HasCount(1, run.Plan(new TickFacts()).Changes.OfType<Change.Intended>().ToList());
        Assert.IsFalse(run.Model.HasPendingLookups);
    }

    [TestMethod]
    public void An_attempt_has_the_hashes_of_the_wiring_in_force()
    {
        var limits = new WiringLimits(null, [new KeyLimit(null, null, 0, 0) { OperatorHash = Sha256.ComputeTextHash("operator") }], [100])
        {
            WiringHash = Sha256.ComputeTextHash("wiring"),
        };

        var attempt = new PlannerWorld { Limits = limits }
            .Task("a")
            .Plan(new TickFacts())
            .Changes.OfType<Change.Intended>()
            .Single()
            .Attempt;

        Assert.AreEqual((limits.WiringHash, limits.Keys[0].OperatorHash), (attempt.WiringHash, attempt.OperatorHash));
    }

    [TestMethod]
    public void A_time_limit_is_enforced_in_its_scope_and_ends_what_no_operator_ends()
    {
        var run = new PlannerWorld
        {
            Limits = new WiringLimits(null, [new KeyLimit(null, null, 0, 0, TimeLimitGrace: TimeSpan.Zero)], [100]),
        }.Task("a");
        run.Tick(starts: false);
        var attempt = run.Model.LiveAttempts.Single();
        var start = new Observation.Started(attempt.Id, PlannerWorld.Noon, "outside");
        Assert.IsTrue(
            run.Plan(new TickFacts { TimeLimits = [new AttemptTimeLimit(attempt, 1, null)], Observations = [start] }).IsCountingTimeLimits
        );

        Assert.IsEmpty(run.Plan(new TickFacts { Elapsed = TimeSpan.FromMinutes(2), Scope = PlanScope.FactsOnly }).AttemptsToEnd);
        Assert.AreSame(attempt, run.Plan(new TickFacts { Elapsed = TimeSpan.FromMinutes(2) }).AttemptsToEnd.Single());
        Assert.AreEqual("a=RUNNING", run.States());

        run.Plan(new TickFacts { Elapsed = TimeSpan.FromMinutes(3) });
        Assert.AreEqual("a=FAILED", run.States());
    }
}
