using MatterStack.Engine.Lifecycle.Model;
using MatterStack.Engine.Operators;

namespace MatterStack.Engine.Tests.Operators.Own;

/// <summary>What the page about operators of one's own promises, whatever such an operator does.</summary>
[TestClass]
[OSCondition(ConditionMode.Exclude, OperatingSystems.Windows)]
public sealed class OwnOperatorTests
{
    public static IEnumerable<object[]> Creations =>
        [
            [
                "throws",
                (Func<OwnWorld, AttemptOperator>)(_ => throw new InvalidOperationException("on purpose")),
                "threw InvalidOperationException: on purpose",
            ],
            [
                "throws a problem",
                (Func<OwnWorld, AttemptOperator>)(
                    _ => throw new Engine.Problems.ProblemException(Engine.Problems.Problem.Create(OperatorCodes.StartFailed, "on purpose"))
                ),
                "MATTER4002: on purpose",
            ],
            ["gives null", (Func<OwnWorld, AttemptOperator>)(_ => null!), "Create returned null"],
        ];

    [TestMethod]
    [DynamicData(nameof(Creations))]
    public void One_that_cannot_be_made_fails_its_own_tasks_and_no_others(string _, object create, string why)
    {
        using var own = new OwnWorld();
        own.Create = (_, _) => ((Func<OwnWorld, AttemptOperator>)create)(own);
        own.Task().World.Task("a", "true").Task("b", "true", ("DependsOn", "a"));

        Assert.IsFalse(own.World.Loop());

        Assert.AreEqual("heat=FAILED a=COMPLETED b=COMPLETED", own.World.States());
        StringAssert.Contains(own.Reason(), why);
    }

    [TestMethod]
    [DataRow("Traits")]
    [DataRow("WhyNot")]
    [DataRow("Refuses")]
    public void A_provider_that_throws_in_the_run_fails_its_own_tasks_and_no_others(string method)
    {
        using var own = new OwnWorld();
        own.Task().World.Task("a", "true");
        Assert.IsTrue(own.World.Init());
        _ = method switch
        {
            "Traits" => (object)(own.Traits = () => throw new InvalidOperationException("on purpose")),
            "WhyNot" => own.WhyNot = () => throw new InvalidOperationException("on purpose"),
            _ => own.Refuses = () => throw new InvalidOperationException("on purpose"),
        };

        Assert.IsFalse(own.World.Loop());

        Assert.AreEqual("heat=FAILED a=COMPLETED", own.World.States());
        StringAssert.Contains(own.Reason(), "MATTER4030");
        StringAssert.Contains(own.Reason(), "on purpose");
        Assert.IsTrue(own.Ask(RequestKind.Revive));
        Assert.IsTrue(own.Ask(RequestKind.Cancel));
    }

    [TestMethod]
    public void What_Start_throws_fails_the_attempt()
    {
        using var own = new OwnWorld { Start = (_, _) => throw new InvalidOperationException("no power") };
        own.Task("heat", ("MaxAttempts", "2")).World.Task("a", "true");

        Assert.IsFalse(own.World.Loop());

        Assert.AreEqual("heat=FAILED a=COMPLETED", own.World.States());
        // A start that fails does not count against the attempts; here no other one follows.
        Assert.AreEqual("FAILED_INIT COMPLETED", string.Join(' ', own.Attempts().Split(' ').OrderDescending()));
        StringAssert.Contains(
            own.Reason(),
            "MATTER4030: MatterStack.Engine.Tests.Operators.Own.OwnWorld+Provider threw InvalidOperationException: no power"
        );
    }

    [TestMethod]
    public void What_Start_throws_after_Started_ends_what_was_started_and_fails_the_attempt()
    {
        using var own = new OwnWorld();
        var cancelled = 0;
        own.Start = (context, request) =>
        {
            Started(context, request);
            throw new InvalidOperationException("the door is open");
        };
        own.Cancel = (context, request, reason) =>
        {
            cancelled++;
            context.Report(
                new Observation.Exited(request.Attempt, context.Clock.GetUtcNow(), new AttemptEnd { IsCancelled = true, EndedBy = reason })
            );
        };
        own.Task();

        Assert.IsFalse(own.World.Loop());

        Assert.AreEqual("FAILED", own.Attempts(), "nobody has cancelled it");
        StringAssert.Contains(own.Reason(), "the door is open");
        Assert.AreEqual(1, cancelled);
    }

    [TestMethod]
    [DataRow("ignores")]
    [DataRow("throws")]
    [DataRow("hangs")]
    public void What_Start_throws_after_Started_is_a_persons_to_decide_if_the_end_cannot_be_had(string cancel)
    {
        using var own = new OwnWorld();
        own.Start = (context, request) =>
        {
            Started(context, request);
            throw new InvalidOperationException("the door is open");
        };
        own.Cancel = (_, _, _) => Do(own, cancel);
        own.Task().World.Task("a", "true");

        Assert.IsTrue(own.World.Loop(), "others go on, and the loop leaves");

        Assert.AreEqual("heat=RUNNING a=COMPLETED", own.World.States());
        StringAssert.Contains(own.Unknown(), "the door is open");
        StringAssert.Contains(own.Unknown(), "-t:CleanupOrphans ends the attempt");
        own.Observe = (_, live) => throw new InvalidOperationException("still open");
        Assert.IsTrue(own.Ask(RequestKind.CleanupOrphans));
        Assert.AreEqual("heat=FAILED a=COMPLETED", own.World.States());
    }

    [TestMethod]
    public void One_that_says_NotStarted_after_Started_has_failed()
    {
        using var own = new OwnWorld();
        own.Start = (context, request) =>
        {
            Started(context, request);
            context.Report(new Observation.NotStarted(request.Attempt, context.Clock.GetUtcNow(), "changed its mind"));
        };
        own.Task();

        Assert.IsFalse(own.World.Loop());

        Assert.AreEqual("changed its mind", own.Reason());
    }

    [TestMethod]
    [DataRow("throws")]
    [DataRow("hangs")]
    public void Of_what_Observe_does_not_tell_nothing_is_known_and_nothing_is_started_twice(string observe)
    {
        using var own = new OwnWorld();
        var starts = 0;
        own.Start = (context, request) =>
        {
            starts++;
            Started(context, request);
        };
        own.Task().World.Task("a", "true");
        own.World.Step();
        // As a process leaves it that was killed between the intent and the first word.
        own.World.Execute(
            "UPDATE attempts SET state = 'CREATED', external_id = NULL, submitted_at_utc = NULL WHERE task_id = 'heat'; "
                + "UPDATE tasks SET state = 'READY' WHERE task_id = 'heat'"
        );
        own.Observe = (_, _) => Do(own, observe);

        Assert.IsTrue(own.World.Loop());

        Assert.AreEqual(1, starts);
        Assert.AreEqual("heat=READY a=COMPLETED", own.World.States());
        StringAssert.Contains(
            own.Unknown(),
            observe == "hangs" ? "does not return from Observe" : "threw InvalidOperationException: on purpose"
        );

        // Once it can be asked again, it is.
        own.Over.Set();
        own.Observe = (context, live) =>
            live.ToList()
                .ForEach(request => context.Report(new Observation.Exited(request.Attempt, context.Clock.GetUtcNow(), new AttemptEnd())));
        Assert.IsTrue(own.World.Loop());
        Assert.AreEqual("heat=COMPLETED a=COMPLETED", own.World.States());
    }

    [TestMethod]
    [DataRow("Create")]
    [DataRow("Start")]
    public void One_that_does_not_return_from_a_start_holds_nothing_up(string method)
    {
        using var own = new OwnWorld();
        var started = new List<string>();
        own.Start = (_, request) =>
        {
            started.Add(request.TaskId.Value);
            own.Hang();
        };
        if (method == "Create")
        {
            own.Create = (_, _) =>
            {
                own.Hang();
                throw new InvalidOperationException("too late");
            };
        }

        own.Task("heat").Task("heat2").World.Task("a", "true");

        Assert.IsTrue(own.World.Loop());

        Assert.AreEqual("heat=READY heat2=READY a=COMPLETED", own.World.States());
        StringAssert.Contains(own.Unknown(), "does not return from Start");
        StringAssert.Contains(
            own.Unknown(),
            "does not return from an earlier call; this attempt was not started, and the next command starts it"
        );
        Assert.IsLessThanOrEqualTo(1, started.Count);
        Assert.IsTrue(own.World.Step(), "nor does it hold up a step");
        Assert.IsTrue(own.Ask(RequestKind.CleanupOrphans));
        Assert.IsEmpty(own.World.Reported.Where(p => p.Code.Code.StartsWith("MATTER9", StringComparison.Ordinal)));
    }

    [TestMethod]
    [DataRow("Hold")]
    [DataRow("Dispose")]
    public void One_that_does_not_return_or_throws_elsewhere_holds_nothing_up(string method)
    {
        foreach (var way in new[] { "throws", "hangs" })
        {
            using var own = new OwnWorld();
            own.Start = (context, request) =>
                context.Report(new Observation.Exited(request.Attempt, context.Clock.GetUtcNow(), new AttemptEnd()));
            own.Hold = method == "Hold" ? () => Do(own, way) : () => { };
            own.Left = method == "Dispose" ? () => Do(own, way) : () => { };
            own.Task();

            Assert.IsTrue(own.World.Loop(), way);

            Assert.AreEqual("heat=COMPLETED", own.World.States());
        }
    }

    [TestMethod]
    public void One_that_works_in_Start_keeps_the_others_waiting_and_all_are_done()
    {
        using var own = new OwnWorld();
        using var gate = new ManualResetEventSlim();
        using var work = new ManualResetEventSlim();
        own.Start = (context, request) =>
        {
            Started(context, request);
            if (request.TaskId.Value == "heat")
            {
                // Several times as long as one that gives no sign of life may take.
                gate.Wait(TimeSpan.FromMilliseconds(700));
            }

            context.Report(new Observation.Exited(request.Attempt, context.Clock.GetUtcNow(), new AttemptEnd()));
        };
        own.Task("heat").Task("heat2");

        Assert.IsTrue(own.World.Loop());

        Assert.AreEqual("heat=COMPLETED heat2=COMPLETED", own.World.States());
        Assert.AreEqual("", own.Unknown());
    }

    [TestMethod]
    public void One_whose_Start_reports_nothing_does_not_hold_up_a_step()
    {
        using var own = new OwnWorld();
        own.Task();

        Assert.IsTrue(own.World.Step());

        StringAssert.Contains(own.Unknown(), "Start has returned without reporting a fact");
    }

    [TestMethod]
    [DataRow("ignores", "has not reported its end")]
    [DataRow("throws", "threw InvalidOperationException: on purpose")]
    [DataRow("hangs", "does not return from Cancel")]
    public void A_cancellation_that_it_does_not_carry_out_is_reported_and_can_be_cleaned_up(string cancel, string told)
    {
        using var own = new OwnWorld { Start = Started };
        own.Cancel = (_, _, _) => Do(own, cancel);
        own.Observe = (context, live) =>
            live.ToList().ForEach(o => context.Report(new Observation.Started(o.Attempt, context.Clock.GetUtcNow(), "x")));
        own.Task();
        own.World.Step();
        own.World.Host = own.World.Host with
        {
            Conducting = own.World.Host.Conducting with { RequestedEndTimeout = TimeSpan.FromMilliseconds(600) },
        };

        Assert.AreEqual(cancel == "ignores", own.Ask(RequestKind.Cancel), "it was told, or it was not");

        StringAssert.Contains(own.Unknown(), told);
        StringAssert.Contains(own.World.Query("SELECT trouble FROM ends WHERE subject <> 'run'").Single(), told);
        Assert.AreEqual("RUNNING", own.Attempts(), "nobody has said that it is over");
        own.Over.Set();
        own.Observe = (_, _) => throw new InvalidOperationException("on purpose");
        Assert.IsTrue(own.Ask(RequestKind.CleanupOrphans));
        own.World.Step();
        Assert.AreEqual("FAILED", own.Attempts(), "its reason says that it was given up, since nobody has seen its end");
        Assert.AreEqual("CANCELLED", own.World.Query("SELECT state FROM runs").Single());
    }

    // What is thrown there is told to every operator of the process, those of other tests among them.
    [TestMethod]
    [DoNotParallelize]
    public void What_it_throws_on_a_thread_of_its_own_ends_nothing_and_its_attempts_need_attention()
    {
        using var own = new OwnWorld();
        own.Start = (context, request) =>
        {
            Started(context, request);
            new Thread(() => throw new InvalidOperationException("astray")).Start();
        };
        own.Task().World.Task("a", "true");

        Assert.IsTrue(own.World.Loop());

        Assert.AreEqual("heat=RUNNING a=COMPLETED", own.World.States());
        StringAssert.Contains(own.Unknown(), "threw InvalidOperationException: astray");
    }

    private static void Started(OperatorContext context, AttemptRequest request) =>
        context.Report(new Observation.Started(request.Attempt, context.Clock.GetUtcNow(), "tube"));

    private static void Do(OwnWorld own, string way)
    {
        switch (way)
        {
            case "throws":
                throw new InvalidOperationException("on purpose");
            case "hangs":
                own.Hang();
                break;
            default:
                break;
        }
    }
}
