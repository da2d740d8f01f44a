using MatterStack.Engine.Commands;
using MatterStack.Engine.Lifecycle.Model;
using MatterStack.Engine.Tests.Faults;

namespace MatterStack.Engine.Tests.Operators.Own;

/// <summary>Attempts that follow failed ones, from command to command: each command is a process of its own and knows only the
/// store.</summary>
[TestClass]
[OSCondition(ConditionMode.Exclude, OperatingSystems.Windows)]
public sealed class RetryRunTests : IDisposable
{
    private readonly OwnWorld _own = new();
    private readonly List<(int Index, double? Minutes, double? MemoryGb, string? PreviousCause)> _requests = [];

    [TestCleanup]
    public void Dispose() => _own.Dispose();

    [TestMethod]
    public void A_failed_node_is_waited_for_and_costs_no_attempt()
    {
        Ends(EndCause.NodeFailure, EndCause.NodeFailure);
        _own.Task();

        Assert.IsTrue(_own.World.Step());
        Assert.AreEqual("heat=READY", _own.World.States());
        _own.World.Step();
        Assert.AreEqual("FAILED", _own.Attempts(), "ten seconds have not passed");
        Assert.Contains("1 task waits until the next attempt may begin: heat not before ", Says(context => StatusCommand.Execute(context)));
        var explained = Says(context => ExplainCommand.Execute(context));
        Assert.Contains("ended from outside (1 of 5", explained);
        Assert.Contains("begins not before ", explained);
        Assert.Contains("-t:Rerun -p:TaskId=heat starts it without waiting", explained);

        _own.Clock.Leap(TimeSpan.FromSeconds(10));
        _own.World.Step();
        Assert.AreEqual("FAILED FAILED", _own.Attempts());
        _own.Clock.Leap(TimeSpan.FromSeconds(19));
        _own.World.Step();
        Assert.AreEqual("FAILED FAILED", _own.Attempts(), "the second pause is twenty seconds");
        _own.Clock.Leap(TimeSpan.FromSeconds(1));
        Assert.IsTrue(_own.World.Step());
        Assert.AreEqual("FAILED FAILED COMPLETED", _own.Attempts());
        AssertChecked();
    }

    [TestMethod]
    public void A_loop_waits_for_the_pause_and_goes_on()
    {
        Ends(EndCause.Preempted);
        _own.Task();
        // The pause passes while the loop waits.
        _own.Left = () => { };
        var start = _own.Start;
        _own.Start = (context, request) =>
        {
            start(context, request);
            _own.Clock.Leap(TimeSpan.FromSeconds(15));
        };

        Assert.IsTrue(_own.World.Loop());

        Assert.AreEqual("FAILED COMPLETED", _own.Attempts());
        Assert.Contains("attempt 2 follows not before ", string.Join('\n', _own.World.Said));
    }

    [TestMethod]
    public void Requests_grow_after_their_cause_and_survive_each_new_process()
    {
        Ends(EndCause.OutOfMemory, EndCause.Preempted, EndCause.TimeLimit);
        _own.Task(
            "heat",
            ("MaxAttempts", "4"),
            ("MemoryGb", "2"),
            ("TimeLimitMinutes", "60"),
            ("RetryMemoryFactor", "2"),
            ("RetryTimeFactor", "1.5")
        );

        for (var i = 0; i < 4; i++)
        {
            _own.World.Step();
            _own.Clock.Leap(TimeSpan.FromSeconds(10));
        }

        Assert.AreEqual("FAILED FAILED FAILED COMPLETED", _own.Attempts());
        CollectionAssert.AreEqual(
            new (int, double?, double?, string?)[]
            {
                (1, 60, 2, null),
                (2, 60, 4, "OUT_OF_MEMORY"),
                (3, 60, 4, "PREEMPTED"),
                (4, 90, 4, "TIMEOUT"),
            },
            _requests
        );
        Assert.AreEqual(
            "memory 4 GiB, grown from 2 GiB after OUT_OF_MEMORY; time limit 90 min, grown from 60 min after TIMEOUT",
            _own.World.Query("SELECT details FROM events WHERE kind = 'ATTEMPT_PLACED' ORDER BY seq").Last()
        );
        AssertChecked();
    }

    [TestMethod]
    public void A_start_that_never_succeeds_is_not_repeated()
    {
        _own.Start = (context, request) =>
        {
            var refusal = new Observation.NotStarted(request.Attempt, context.Clock.GetUtcNow(), "no such furnace") { IsPermanent = true };
            context.Report(refusal);
        };
        Retries(5);
        _own.Task("heat", ("MaxAttempts", "3"));

        Assert.IsFalse(_own.World.Step());

        Assert.AreEqual(("FAILED_INIT", "no such furnace"), (_own.Attempts(), _own.Reason()));
    }

    [TestMethod]
    public void A_run_of_an_earlier_version_goes_on_with_its_growth_and_its_attempts()
    {
        Ends(EndCause.OutOfMemory, EndCause.OutOfMemory, EndCause.Exited);
        _own.Task("heat", ("MaxAttempts", "3"), ("MemoryGb", "2"), ("RetryMemoryFactor", "2"));
        _own.World.Step();
        // Version 5 counted ends, and knew neither policies nor histories.
        _own.World.Execute(EarlierStores.RemoveVersion6);

        _own.World.Step();
        Assert.AreEqual(4, _requests[^1].MemoryGb);
        _own.World.Step();
        Assert.AreEqual((3, 8.0), (_requests[^1].Index, _requests[^1].MemoryGb));
        Assert.AreEqual("FAILED FAILED FAILED", _own.Attempts(), "three attempts in all");
        Assert.AreEqual("heat=FAILED", _own.World.States());
        AssertChecked();
    }

    [TestMethod]
    public void A_history_that_its_attempts_do_not_have_is_found()
    {
        Ends(EndCause.Exited);
        _own.Task();
        _own.World.Step();
        _own.World.Execute("UPDATE tasks SET history = '{\"own\":1,\"time_growths\":2}'");

        Assert.IsFalse(CheckRunCommand.Execute(_own.World.Context()).Success);

        Assert.Contains("counts 2 growths of the time limit", string.Join('\n', _own.World.Reported));
    }

    private void Ends(params IReadOnlyList<EndCause> causes)
    {
        Retries(5);
        _own.Start = (context, request) =>
        {
            _requests.Add((request.Index, request.TimeLimit?.TotalMinutes, request.MemoryGb, request.PreviousCause));
            var now = context.Clock.GetUtcNow();
            context.Report(new Observation.Started(request.Attempt, now, "furnace"));
            context.Report(
                new Observation.Exited(
                    request.Attempt,
                    now,
                    request.Index > causes.Count
                        ? new AttemptEnd { ExitCode = 0 }
                        : new AttemptEnd { Cause = causes[request.Index - 1], EndedBy = causes[request.Index - 1].ToText() }
                )
            );
        };
    }

    private void Retries(int count) =>
        _own.World.Host = _own.World.Host with { Conducting = _own.World.Host.Conducting with { Infrastructure = new(count) } };

    private string Says(Func<Engine.Commands.Hosting.CommandContext, object> command)
    {
        var before = _own.World.Said.Count;
        command(_own.World.Context());
        return string.Join('\n', _own.World.Said.Skip(before));
    }

    private void AssertChecked()
    {
        Assert.IsTrue(CheckRunCommand.Execute(_own.World.Context()).Success, string.Join('\n', _own.World.Reported));
    }
}
