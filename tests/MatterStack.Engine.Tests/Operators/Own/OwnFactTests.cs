using MatterStack.Engine.Identity;
using MatterStack.Engine.Lifecycle.Model;
using MatterStack.Engine.Operators;
using MatterStack.Engine.Runs.Checks;

namespace MatterStack.Engine.Tests.Operators.Own;

/// <summary>Facts that an operator of one's own reports wrongly: of other attempts, after the end, with parts that lack or cannot be
/// recorded.</summary>
[TestClass]
[OSCondition(ConditionMode.Exclude, OperatingSystems.Windows)]
public sealed class OwnFactTests
{
    [TestMethod]
    public void Reports_that_belong_to_no_attempt_of_its_own_change_nothing_and_are_reported()
    {
        using var own = new OwnWorld();
        OperatorContext? kept = null;
        own.Start = (context, request) =>
        {
            kept = context;
            context.Attempts.PrepareFolder(request);
            context.Report(null!);
            context.Report(new Observation.Exited(AttemptId.FromTrusted("20260101_000000_deadbeef"), default, new AttemptEnd()));
            foreach (var other in own.World.Query("SELECT attempt_id FROM attempts WHERE task_id <> 'heat'"))
            {
                context.Report(new Observation.Exited(AttemptId.FromTrusted(other!), default, new AttemptEnd { EndedBy = "stolen" }));
            }

            context.Report(new Observation.Exited(request.Attempt, context.Clock.GetUtcNow(), new AttemptEnd()));
            context.Report(
                new Observation.Exited(request.Attempt, context.Clock.GetUtcNow(), new AttemptEnd { EndedBy = "after its end" })
            );
            context.Report(new Observation.Started(request.Attempt, context.Clock.GetUtcNow(), "after its end"));
        };
        own.Task().World.Task("a", "sleep 0.3");

        Assert.IsTrue(own.World.Loop());
        kept!.Report(new Observation.Started(AttemptId.FromTrusted("20260101_000000_deadbeef"), default, "after all"));
        kept.Report(null!);

        Assert.AreEqual("heat=COMPLETED a=COMPLETED", own.World.States());
        Assert.AreEqual("COMPLETED COMPLETED", own.Attempts());
        var warnings = own.World.Reported.Where(p => p.Code == OperatorCodes.PluginNotUsable).Select(p => p.Message).ToList();
        Assert.IsTrue(warnings.Any(w => w.EndsWith("reported null", StringComparison.Ordinal)));
        Assert.IsTrue(
            warnings.Any(w => w.EndsWith("for attempt 20260101_000000_deadbeef, which it was not given", StringComparison.Ordinal))
        );
        Assert.IsEmpty(RunChecker.CheckFolder(own.World.Run), string.Join("; ", RunChecker.CheckFolder(own.World.Run)));
    }

    public static IEnumerable<object[]> Ends =>
        [
            ["no ending", null!, "without an AttemptEnd"],
            ["null outputs", new AttemptEnd { Outputs = null!, MissingOutputs = null! }, null!],
            ["an output that is null", new AttemptEnd { Outputs = [null!] }, "an output that is null"],
            ["an output outside", new AttemptEnd { Outputs = [new OutputFile("../../x", Sha256.ComputeTextHash("x"), 1)] }, "'../../x'"],
            [
                "an absolute output",
                new AttemptEnd { Outputs = [new OutputFile("/etc/passwd", Sha256.ComputeTextHash("x"), 1)] },
                "'/etc/passwd'",
            ],
            ["an output without a hash", new AttemptEnd { Outputs = [new OutputFile("x", default, 1)] }, "no hash"],
            [
                "an output more than once",
                new AttemptEnd
                {
                    Outputs = [new OutputFile("x", Sha256.ComputeTextHash("x"), 1), new OutputFile("x", Sha256.ComputeTextHash("x"), 1)],
                },
                "an output more than once",
            ],
            ["results that are no JSON", new AttemptEnd { ResultsJson = "{" }, "results that are not a JSON object"],
            ["results that are no object", new AttemptEnd { ResultsJson = "[]" }, "results that are not a JSON object"],
            ["results with a lone surrogate", new AttemptEnd { ResultsJson = "{\"a\": \"\ud800\"}" }, "results that are not a JSON object"],
        ];

    [TestMethod]
    [DynamicData(nameof(Ends))]
    public void An_end_that_cannot_be_recorded_fails_the_attempt(string _, AttemptEnd? ending, string? why)
    {
        using var own = new OwnWorld();
        own.Start = (context, request) =>
        {
            context.Attempts.PrepareFolder(request);
            context.Report(new Observation.Exited(request.Attempt, context.Clock.GetUtcNow(), ending!));
        };
        own.Task();

        Assert.AreEqual(why is null, own.World.Loop());

        Assert.AreEqual(why is null ? "COMPLETED" : "FAILED", own.Attempts());
        StringAssert.Contains(own.Reason() ?? "", why ?? "");
        Assert.IsEmpty(RunChecker.CheckFolder(own.World.Run), string.Join("; ", RunChecker.CheckFolder(own.World.Run)));
    }

    [TestMethod]
    public void What_it_says_that_an_attempt_used_is_recorded_as_its_own_and_a_negative_figure_is_unknown()
    {
        using var own = new OwnWorld();
        own.Start = (context, request) =>
        {
            context.Attempts.PrepareFolder(request);
            var usage = new AttemptUsage
            {
                CpuTime = TimeSpan.FromSeconds(7),
                WallTime = TimeSpan.FromSeconds(-1),
                PeakMemoryBytes = 0,
                Source = UsageSource.Pending,
                Note = "the furnace says no more",
            };
            context.Report(new Observation.Exited(request.Attempt, context.Clock.GetUtcNow(), new AttemptEnd { Usage = usage }));
        };
        own.Task();

        Assert.IsTrue(own.World.Loop());

        Assert.AreEqual(
            "7.0 - - operator the furnace says no more",
            own.World.Query(
                    "SELECT cpu_seconds || ' ' || coalesce(wall_seconds, '-') || ' ' || coalesce(peak_memory_bytes, '-') || ' ' || "
                        + "usage_source || ' ' || usage_note FROM attempts"
                )
                .Single()
        );
    }

    [TestMethod]
    public void Words_that_lack_are_put_in()
    {
        using var own = new OwnWorld();
        own.Start = (context, request) =>
        {
            context.Report(new Observation.Submitted(request.Attempt, context.Clock.GetUtcNow(), null!, null!));
            context.Report(new Observation.Started(request.Attempt, context.Clock.GetUtcNow(), null!));
            context.Report(new Observation.WaitingExternally(request.Attempt, context.Clock.GetUtcNow(), null!));
            context.Report(new Observation.Unreachable(request.Attempt, context.Clock.GetUtcNow(), null!));
            context.Report(new Observation.Blocked(request.Attempt, context.Clock.GetUtcNow(), null!));
        };
        own.Task();

        Assert.IsTrue(own.World.Step());

        Assert.AreEqual(
            own.World.Query("SELECT attempt_id FROM attempts").Single(),
            own.World.Query("SELECT external_id FROM attempts").Single()
        );
        StringAssert.Contains(own.Unknown(), "gives no reason");
    }
}
