using MatterStack.Engine.Commands;
using MatterStack.Engine.Commands.Hosting;
using MatterStack.Engine.Files;
using MatterStack.Engine.Lifecycle.Model;
using MatterStack.Engine.Runs;
using MatterStack.Engine.Runs.Checks;
using MatterStack.Engine.Runs.Store;
using MatterStack.Engine.Tests.Commands;
using MatterStack.Engine.Tests.Operators.Own;

namespace MatterStack.Engine.Tests.Faults;

/// <summary>A run that is asked to end ends CANCELLED whatever comes in between, and nothing is started in it before.</summary>
[TestClass]
[OSCondition(ConditionMode.Exclude, OperatingSystems.Windows)]
public sealed class EndRequestTests
{
    [TestMethod]
    public void What_could_not_be_told_is_an_error_stays_and_is_reported_by_the_next_command()
    {
        using var own = World(out var outside);
        outside.Refuses = true;

        Assert.IsFalse(own.Ask(RequestKind.Cancel));

        Assert.AreEqual(RunCodes.EndRequestFailed, own.World.Reported[^1].Code);
        StringAssert.Contains(own.World.Reported[^1].Message, "out of reach");
        StringAssert.Contains(own.World.Reported[^1].Remedy, "-t:Step");
        Assert.AreEqual("heat=RUNNING next=CANCELLED other=CANCELLED", own.World.States());
        Assert.AreEqual("RUNNING", State(own));
        Assert.IsEmpty(RunChecker.CheckFolder(own.World.Run));
        Assert.IsTrue(StatusCommand.Execute(own.World.Context()).Success);
        Assert.IsTrue(own.World.Said.Any(l => l.Contains("asked to end since", StringComparison.Ordinal)));
        Assert.IsTrue(ExplainCommand.Execute(own.World.Context()).Success);
        Assert.IsTrue(
            own.World.Said.Any(l =>
                l.Contains("NOT REACHED", StringComparison.Ordinal) && l.Contains("-t:CleanupOrphans", StringComparison.Ordinal)
            )
        );
        Assert.IsTrue(ListRunsCommand.Execute(own.World.Context()).Items.Single().Metadata.ContainsKey("cancel_asked_at_utc"));
        Assert.IsFalse(ResetCommand.Execute(own.World.Context(new RunArguments { Confirm = true })).Success);
        StringAssert.Contains(own.World.Reported[^1].Remedy, "-t:CleanupOrphans");

        var asked = outside.Cancels;
        Assert.IsFalse(own.World.Step());
        Assert.AreEqual(RunCodes.EndRequestFailed, own.World.Reported[^1].Code);
        Assert.AreEqual(asked + 1, outside.Cancels, "a step tries once");

        outside.Refuses = false;
        Assert.IsFalse(own.World.Step());
        Assert.AreEqual(RunCodes.RunCancelled, own.World.Reported[^1].Code);
        Assert.AreEqual("CANCELLED", State(own));
        Assert.AreEqual(1, outside.Starts);
        Assert.AreEqual("0", own.World.Query("SELECT CAST(count(*) AS TEXT) FROM ends WHERE over_at_utc IS NULL").Single());
        Assert.IsEmpty(RunChecker.CheckFolder(own.World.Run));
    }

    [TestMethod]
    [DataRow(nameof(RequestKind.Pause))]
    [DataRow(nameof(RequestKind.Resume))]
    [DataRow(nameof(RequestKind.Revive))]
    [DataRow(nameof(RequestKind.Rerun))]
    [DataRow(nameof(RequestKind.Cancel))]
    public void Whatever_is_asked_in_between_tries_again_and_changes_nothing_of_it(string kind)
    {
        using var own = World(out var outside);
        outside.Refuses = true;
        Assert.IsFalse(own.Ask(RequestKind.Cancel));
        var asked = outside.Cancels;

        Assert.IsFalse(
            RequestCommand.Execute(own.World.Context(new RunArguments { TaskId = "other" }), Enum.Parse<RequestKind>(kind), default).Success
        );
        Assert.IsGreaterThan(asked, outside.Cancels);
        Assert.AreEqual("RUNNING", State(own));

        outside.Refuses = false;
        own.World.Loop();
        Assert.AreEqual("CANCELLED", State(own));
        Assert.AreEqual(1, outside.Starts);
    }

    [TestMethod]
    [DataRow(false, 0, "COMPLETED")]
    [DataRow(false, 1, "FAILED")]
    [DataRow(true, 0, "COMPLETED")]
    [DataRow(true, 1, "FAILED")]
    public void An_attempt_that_ends_by_itself_first_keeps_its_end_and_the_run_is_cancelled(bool loop, int code, string state)
    {
        using var own = World(out var outside);
        outside.Refuses = true;
        Assert.IsFalse(own.Ask(RequestKind.Cancel));
        outside.EndsWith = code;

        Assert.IsFalse(loop ? own.World.Loop() : own.World.Step());

        Assert.AreEqual(state, own.Attempts(), "one attempt, though it has three");
        Assert.AreEqual("CANCELLED", State(own));
        Assert.IsEmpty(RunChecker.CheckFolder(own.World.Run));
        Assert.IsTrue(own.Ask(RequestKind.Revive));
        Assert.AreEqual("RUNNING", State(own));
    }

    [TestMethod]
    public void A_paused_run_that_is_asked_to_end_ends_and_a_loop_sees_to_it()
    {
        using var own = World(out var outside);
        Assert.IsTrue(own.Ask(RequestKind.Pause));
        outside.Refuses = true;
        Assert.IsFalse(own.Ask(RequestKind.Cancel));
        Assert.AreEqual("PAUSED", State(own));
        outside.Refusals = outside.Cancels + 2;
        own.Cancelling = () => own.Clock.Leap(TimeSpan.FromMinutes(11));

        Assert.IsFalse(own.World.Loop(), "it is cancelled");

        Assert.AreEqual("CANCELLED", State(own));
        Assert.IsTrue(
            own.World.Said.Any(l => l.Contains("the request to end it could not be delivered", StringComparison.Ordinal)),
            "it says what it waits for"
        );
    }

    [TestMethod]
    public void One_attempt_that_is_asked_to_end_gets_no_other_and_the_rest_continues()
    {
        using var own = World(out var outside);
        outside.Refuses = true;
        var id = own.World.Query("SELECT attempt_id FROM attempts").Single();
        Assert.IsFalse(
            RequestCommand.Execute(own.World.Context(new RunArguments { AttemptId = id }), RequestKind.CancelAttempt, default).Success
        );
        outside.EndsWith = 1;

        Assert.IsFalse(own.World.Loop());

        Assert.AreEqual("heat=CANCELLED next=SKIPPED other=COMPLETED", own.World.States());
        Assert.AreEqual("FAILED", own.Attempts().Split(' ')[0]);
        Assert.AreEqual("FAILED", State(own));
    }

    [TestMethod]
    public void A_request_that_a_loop_takes_up_says_what_that_loop_could_not_tell()
    {
        using var own = World(out var outside);
        outside.Refuses = true;
        using var stop = new CancellationTokenSource();
        var (context, source) = (own.World.Context(), own.World.Source());
        var loop = new Thread(() => TickCommand.Loop(context, source, stop.Token)) { IsBackground = true };
        loop.Start();
        CommandWorld.Until(() => outside.Observed > 0, "the loop");

        Assert.IsFalse(own.Ask(RequestKind.Cancel));

        Assert.IsTrue(
            own.World.Reported.Any(p => p.Code == RunCodes.EndRequestFailed && p.Message.Contains("out of reach", StringComparison.Ordinal))
        );
        stop.Cancel();
        Assert.IsTrue(loop.Join(TimeSpan.FromSeconds(30)));
        outside.Refuses = false;
        own.World.Step();
        Assert.AreEqual("CANCELLED", State(own));
    }

    [TestMethod]
    public void A_command_killed_at_any_write_leaves_a_run_that_ends_or_was_never_asked()
    {
        var (moments, deaths) = (1, 0);
        for (var n = 1; n <= moments; n++)
        {
            using var own = World(out var outside);
            var before = own.World.Host;
            var seams = new KillPoints { At = n };
            own.World.Host = before with { Disk = new InterruptingDisk(seams) };
            KillTests.Dies(() => own.Ask(RequestKind.Cancel));
            // The last time it lives.
            moments = seams.Dead ? n + 1 : n;
            deaths += seams.Dead ? 1 : 0;
            own.World.Host = before;
            var asked = own.World.Query("SELECT CAST(count(*) AS TEXT) FROM ends").Single() != "0";
            Assert.IsTrue(asked || outside.Cancels == 0, $"told before it was recorded, {seams.Where}");
            own.World.Step();
            Assert.AreEqual(asked ? "CANCELLED" : "RUNNING", State(own), $"killed at {n}, {seams.Where}");
            Assert.AreEqual(1, outside.Starts, $"killed at {n}, {seams.Where}");
            Assert.IsEmpty(RunChecker.CheckFolder(own.World.Run), $"killed at {n}, {seams.Where}");
        }

        Assert.IsGreaterThan(2, deaths);
    }

    [TestMethod]
    public void A_request_that_nobody_has_taken_up_is_taken_up_before_anything_is_started()
    {
        using var own = World(out var outside);
        RequestTable.AddRequest(
            own.World.Run,
            new RunRequest(RequestKind.Cancel, null, null, false, "ada@lab", "wrong input"),
            RealDisk.Instance,
            own.Clock.GetUtcNow()
        );
        Assert.IsTrue(StatusCommand.Execute(own.World.Context()).Success);
        Assert.IsTrue(own.World.Said.Any(l => l.Contains("Cancel by ada@lab", StringComparison.Ordinal)));

        own.World.Step();

        Assert.AreEqual("CANCELLED", State(own));
        Assert.AreEqual(1, outside.Starts);
    }

    [TestMethod]
    public void What_can_never_be_reached_is_given_up_by_a_person_and_the_run_is_cancelled()
    {
        using var own = World(out var outside);
        outside.Refuses = true;
        Assert.IsFalse(own.Ask(RequestKind.Cancel));

        Assert.IsTrue(own.Ask(RequestKind.CleanupOrphans));

        StringAssert.Contains(own.World.Said.Last(l => l.Contains("1 ended", StringComparison.Ordinal)), "NOT REACHED");
        Assert.AreEqual("heat=CANCELLED next=CANCELLED other=CANCELLED", own.World.States());
        Assert.AreEqual("CANCELLED", State(own));
        Assert.IsTrue(ResetCommand.Execute(own.World.Context(new RunArguments { Confirm = true })).Success);
    }

    [TestMethod]
    public void Cleaning_up_gives_nobody_up_who_can_be_reached_now()
    {
        using var own = World(out var outside);
        outside.Refuses = true;
        Assert.IsFalse(own.Ask(RequestKind.Cancel));
        outside.Refuses = false;

        Assert.IsTrue(own.Ask(RequestKind.CleanupOrphans));

        Assert.AreEqual("CANCELLED", own.Attempts());
        Assert.AreEqual("CANCELLED", State(own));
    }

    private static string? State(OwnWorld own) => own.World.Query("SELECT state FROM runs").Single();

    // One attempt under way, another task that could start if there were room, and one that waits for the first.
    private static OwnWorld World(out Outside outside)
    {
        var it = outside = new Outside();
        var own = new OwnWorld();
        own.World.Write(
            "campaign/operators.yaml",
            "operators:\n  local.default: { kind: local, backend: { type: local } }\n  furnace.tube: { kind: furnace, max_concurrent: 1 }\n"
        );
        own.World.Host = own.World.Host with
        {
            Conducting = own.World.Host.Conducting with { RequestedEndTimeout = TimeSpan.FromSeconds(2) },
        };
        own.Start = (context, request) =>
        {
            it.Starts++;
            context.Report(
                it.Starts == 1
                    ? new Observation.Started(request.Attempt, context.Clock.GetUtcNow(), "tube")
                    : new Observation.Exited(request.Attempt, context.Clock.GetUtcNow(), new AttemptEnd { ExitCode = 0 })
            );
        };
        own.Observe = (context, live) =>
        {
            it.Observed++;
            foreach (var request in live.Where(o => o.SubmittedAt is not null))
            {
                context.Report(
                    it.EndsWith is { } code
                        ? new Observation.Exited(request.Attempt, context.Clock.GetUtcNow(), new AttemptEnd { ExitCode = code })
                        : new Observation.Started(request.Attempt, context.Clock.GetUtcNow(), "tube")
                );
            }
        };
        own.Cancel = (context, request, reason) =>
        {
            it.Cancels++;
            own.Cancelling();
            if (it.Refuses && it.Cancels <= it.Refusals)
            {
                throw new IOException("the furnace is out of reach");
            }

            context.Report(
                new Observation.Exited(request.Attempt, context.Clock.GetUtcNow(), new AttemptEnd { IsCancelled = true, EndedBy = reason })
            );
        };
        own.Task("heat", ("MaxAttempts", "3")).Task("next", ("DependsOn", "heat")).Task("other");
        Assert.IsTrue(own.World.Step());
        Assert.AreEqual("heat=RUNNING next=PENDING other=READY", own.World.States());
        return own;
    }

    private sealed class Outside
    {
        public bool Refuses { get; set; }

        public int Refusals { get; set; } = int.MaxValue;

        public int? EndsWith { get; set; }

        public int Starts { get; set; }

        public int Cancels { get; set; }

        public int Observed { get; set; }
    }
}
