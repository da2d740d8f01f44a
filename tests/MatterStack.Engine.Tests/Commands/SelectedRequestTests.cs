using MatterStack.Engine.Commands;
using MatterStack.Engine.Commands.Hosting;
using MatterStack.Engine.Lifecycle.Model;
using MatterStack.Engine.Lifecycle.Selections;
using MatterStack.Engine.Runs.Checks;

namespace MatterStack.Engine.Tests.Commands;

/// <summary><c>Rerun</c> and <c>CancelAttempt</c> about several tasks.</summary>
[TestClass]
[OSCondition(ConditionMode.Exclude, OperatingSystems.Windows)]
public sealed class SelectedRequestTests : IDisposable
{
    private readonly CommandWorld _world = new();

    public void Dispose() => _world.Dispose();

    [TestMethod]
    public void Several_tasks_are_shown_before_they_run_again()
    {
        _world.Task("a1", "true").Task("a2", "true").Task("b", "true");
        Assert.IsTrue(_world.Loop());
        _world.Said.Clear();

        var shown = Send(RequestKind.Rerun, Select("a?"));

        Assert.IsTrue(shown.Success);
        Assert.AreEqual("a1 a2", string.Join(' ', shown.Items.Select(static item => item.Metadata["task_id"])));
        Assert.Contains("  a1 COMPLETED", _world.Said);
        Assert.Contains("Rerun would change these 2 tasks; nothing is changed. -p:Confirm=true does it", _world.Said[^1]);
        Assert.AreEqual("a1=COMPLETED a2=COMPLETED b=COMPLETED", _world.States());
        Assert.IsEmpty(_world.Query("SELECT kind FROM events WHERE kind LIKE 'REQUEST%'"));

        Assert.IsTrue(Send(RequestKind.Rerun, Select("a?") with { Confirm = true, Reason = "new node" }).Success, Reported());

        Assert.AreEqual("a1=READY a2=READY b=COMPLETED", _world.States());
        CollectionAssert.AreEqual(
            new[] { "a1", "a2", null },
            _world.Query("SELECT task_id FROM events WHERE kind = 'REQUEST_RERUN' ORDER BY seq"),
            "each task's explanation has the decision"
        );
        Assert.Contains("new node", _world.Query("SELECT details FROM events WHERE kind = 'REQUEST_RERUN' AND task_id IS NULL").Single()!);
        Assert.IsTrue(_world.Loop(), Reported());
        Assert.AreEqual("2 2 1", string.Join(' ', _world.Query("SELECT attempts || '' FROM tasks ORDER BY seq")));
        AssertSound();
    }

    [TestMethod]
    public void A_selection_of_one_task_acts_at_once()
    {
        _world.Task("add", "true").Task("add-more", "true");
        Assert.IsTrue(_world.Loop());

        Assert.IsTrue(Send(RequestKind.Rerun, Select("add")).Success, Reported());

        Assert.AreEqual("add=READY add-more=COMPLETED", _world.States(), "patterns match whole ids");
    }

    [TestMethod]
    public void Downstream_runs_all_dependents_of_all_selected_tasks_again()
    {
        // a -> b, a -> c, x -> y; each dependent runs again, whichever way leads to it.
        _world.Task("a", "true").Task("b", "true", ("DependsOn", "a")).Task("c", "true", ("DependsOn", "a;b"));
        _world.Task("x", "true").Task("y", "true", ("DependsOn", "x;a"));
        Assert.IsTrue(_world.Loop());

        Assert.IsTrue(Send(RequestKind.Rerun, Select("a x") with { Downstream = true, Confirm = true }).Success, Reported());
        Assert.AreEqual("a=READY b=PENDING c=PENDING x=READY y=PENDING", _world.States());
        Assert.IsTrue(_world.Loop(), Reported());

        Assert.AreEqual("2 2 2 2 2", string.Join(' ', _world.Query("SELECT attempts || '' FROM tasks ORDER BY seq")));
        AssertSound();
    }

    [TestMethod]
    public void Tasks_run_again_from_any_end()
    {
        _world.Task("done", "true").Task("bad", $"[ -e '{_world.In("mended")}' ]").Task("below", "true", ("DependsOn", "bad"));
        Assert.IsFalse(_world.Loop());
        Assert.AreEqual("done=COMPLETED bad=FAILED below=SKIPPED", _world.States());
        _world.Write("mended", "");

        Assert.IsTrue(Send(RequestKind.Rerun, Select("*") with { Confirm = true }).Success, Reported());
        Assert.IsTrue(_world.Loop(), Reported());

        Assert.AreEqual("done=COMPLETED bad=COMPLETED below=COMPLETED", _world.States());
        Assert.AreEqual("2 2 1", string.Join(' ', _world.Query("SELECT attempts || '' FROM tasks ORDER BY seq")));
        AssertSound();
    }

    [TestMethod]
    public void If_one_task_cannot_run_again_none_does()
    {
        _world.Task("done", "true").Task("busy", CommandWorld.WaitFor(_world.In("gate")));
        Assert.IsTrue(_world.Step());
        _world.UntilExited("done@1");
        Assert.IsTrue(_world.Step());
        Assert.AreEqual("done=COMPLETED busy=RUNNING", _world.States());

        Assert.IsFalse(Send(RequestKind.Rerun, Select("*") with { Confirm = true }).Success);

        Assert.AreEqual("done=COMPLETED busy=RUNNING", _world.States());
        Assert.Contains("task busy has a live attempt", _world.Reported[^1].Message);
        Assert.Contains("No task runs again", _world.Reported[^1].Message);
        _world.Write("gate", "");
        Assert.IsTrue(_world.Loop());
    }

    [TestMethod]
    public void Attempts_of_a_selection_are_ended_in_a_run_without_a_loop()
    {
        DeclareWaiting();
        Assert.IsTrue(_world.Step());

        Assert.IsTrue(Send(RequestKind.CancelAttempt, Select("w* done")).Success, "only shown");
        Assert.AreEqual("w1=RUNNING w2=RUNNING other=RUNNING", _world.States());
        Assert.IsTrue(Send(RequestKind.CancelAttempt, Select("w*") with { Confirm = true }).Success, Reported());

        Assert.AreEqual("w1=CANCELLED w2=CANCELLED other=RUNNING", _world.States());
        Assert.IsFalse(Send(RequestKind.CancelAttempt, Select("w*") with { Confirm = true }).Success);
        Assert.Contains("has a live attempt", _world.Reported[^1].Message);
        _world.Write("gate", "");
        Assert.IsFalse(_world.Loop());
        AssertSound();
    }

    [TestMethod]
    public void Requests_about_several_tasks_reach_a_loop_that_runs()
    {
        DeclareWaiting();
        Assert.IsTrue(_world.Init());
        var (context, source) = (_world.Context(), _world.Source());
        var loop = new Thread(() => TickCommand.Loop(context, source, CancellationToken.None)) { IsBackground = true };
        loop.Start();
        CommandWorld.Until(() => _world.States() == "w1=RUNNING w2=RUNNING other=RUNNING", "the start");

        Assert.IsTrue(Send(RequestKind.CancelAttempt, Select("w*") with { Confirm = true }).Success, Reported());
        CommandWorld.Until(() => _world.States() == "w1=CANCELLED w2=CANCELLED other=RUNNING", "the ends");
        Assert.IsTrue(Send(RequestKind.Rerun, Select("state=CANCELLED") with { Confirm = true }).Success, Reported());
        _world.Write("gate", "");
        Assert.IsTrue(loop.Join(TimeSpan.FromSeconds(30)), "the loop hung");

        Assert.AreEqual("w1=COMPLETED w2=COMPLETED other=COMPLETED", _world.States());
        AssertSound();
    }

    [TestMethod]
    [DataRow(nameof(RequestKind.Rerun), "Both Select and TaskId are given")]
    [DataRow(nameof(RequestKind.CancelAttempt), "Both Select and AttemptId are given")]
    public void A_task_is_given_in_one_way(string kind, string message)
    {
        _world.Task("a", "true");
        Assert.IsTrue(_world.Loop());

        Assert.IsFalse(Send(Enum.Parse<RequestKind>(kind), Select("a") with { TaskId = "a", AttemptId = "x" }).Success);

        Assert.AreEqual(message, _world.Reported[^1].Message);
    }

    private static RunArguments Select(string text) => new() { Select = TaskSelection.Parse(text).Value };

    private void DeclareWaiting()
    {
        var command = CommandWorld.WaitFor(_world.In("gate"));
        _world.Task("w1", command).Task("w2", command).Task("other", command);
    }

    private CommandResult Send(RequestKind kind, RunArguments arguments) =>
        RequestCommand.Execute(_world.Context(arguments), kind, CancellationToken.None);

    private string Reported() => string.Join("; ", _world.Reported.Select(static problem => problem.Text));

    private void AssertSound() => Assert.IsEmpty(RunChecker.CheckFolder(_world.Run));
}
