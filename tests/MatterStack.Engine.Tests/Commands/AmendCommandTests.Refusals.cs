using MatterStack.Engine.Commands.Hosting;
using MatterStack.Engine.Identity;
using MatterStack.Engine.Runs.Store;

namespace MatterStack.Engine.Tests.Commands;

/// <content>Values that are refused, here and by the process that drives the run.</content>
public sealed partial class AmendCommandTests
{
    [TestMethod]
    [DataRow("Cores", "none", "Cores is 'none'")]
    [DataRow("Cores", "99", "99 cores")]
    [DataRow("Nodes", "2", "Ranks is 1 and Nodes is 2")]
    [DataRow("GpuType", "a100", "GpuType is 'a100' and Gpus is 0")]
    [DataRow("OperatorKey", "local.none", "local.none")]
    [DataRow("OperatorKey", "human.someone", "human.someone")]
    [DataRow("Priority", "2000", "Priority is '2000'")]
    [DataRow("MaxAttempts", "0", "MaxAttempts is '0'")]
    [DataRow("RetryOn", "SOMETIMES", "SOMETIMES")]
    [DataRow("Command", "true", "Give -p:ChangesResult=true")]
    [DataRow("Env", "A=1", "Give -p:ChangesResult=true")]
    [DataRow("", "", "Amend has no value to change")]
    public void A_value_that_cannot_be_is_refused_with_its_remedy_and_nothing_changes(string name, string value, string message)
    {
        _world.Write("campaign/operators.yaml", "operators:\n  local.default: { kind: local, backend: { type: local, cores: 8 } }\n");
        _world.Task("a", "true").Task("b", "true");
        Assert.IsTrue(_world.Init(), Reported());
        _world.Reported.Clear();

        Assert.IsFalse(Amend(With(new() { Select = Select("*"), Confirm = true }, name, value)));

        Assert.Contains(message, string.Join('\n', _world.Reported.Select(problem => problem.Text)));
        Assert.IsEmpty(_world.Query("SELECT changes FROM amendments"));
        AssertSound();
    }

    [TestMethod]
    public void The_process_that_drives_the_run_refuses_what_it_cannot_serve_all_or_none()
    {
        _world.Task("a", "true").Task("b", "true");
        Assert.IsTrue(_world.Init());
        var request = CreateRequest(("Cores", "99"), "a", "b", "none");
        AddRequest(request);
        AddRequest(request with { Tasks = [TaskId.FromTrusted("a"), TaskId.FromTrusted("b")] });
        AddRequest(CreateRequest(("Command", "false"), "a"));
        AddRequest(CreateRequest(("Outputs", "x"), "a") with { ChangesResult = true });

        Assert.IsTrue(_world.Step(), Reported());

        var answers = _world.Query("SELECT done || ' ' || answer FROM requests ORDER BY seq");
        Assert.Contains("0 the run has no task none", answers[0]!);
        Assert.StartsWith("0 no task is amended: task a needs 99 cores", answers[1]);
        Assert.Contains("'Command' cannot be amended", answers[2]!);
        Assert.Contains("'Outputs' cannot be amended", answers[3]!);
        Assert.IsEmpty(_world.Query("SELECT changes FROM amendments"));
    }

    [TestMethod]
    public void A_request_keeps_its_tasks_and_values_in_its_stored_form()
    {
        var request = CreateRequest(("MemoryGb", "64"), "a", "b") with { ChangesResult = true };

        var read = RequestArguments.AddTo(
            request with
            {
                Tasks = [],
                Changes = [],
                ChangesResult = false,
            },
            RequestArguments.Format(request)
        );

        CollectionAssert.AreEqual(request.Tasks.ToArray(), read.Tasks.ToArray());
        CollectionAssert.AreEqual(request.Changes.ToArray(), read.Changes.ToArray());
        Assert.IsTrue(read.ChangesResult);
        Assert.IsFalse(RequestArguments.AddTo(request, RequestArguments.Format(request with { ChangesResult = false })).ChangesResult);
    }

    private static RunArguments With(RunArguments arguments, string name, string value) =>
        name switch
        {
            "Cores" => arguments with { Cores = value },
            "Nodes" => arguments with { Nodes = value },
            "GpuType" => arguments with { GpuType = value },
            "OperatorKey" => arguments with { OperatorKey = value },
            "Priority" => arguments with { Priority = value },
            "MaxAttempts" => arguments with { MaxAttempts = value },
            "RetryOn" => arguments with { RetryOn = value },
            "Command" => arguments with { Command = value },
            "Env" => arguments with { Env = value },
            _ => arguments,
        };
}
