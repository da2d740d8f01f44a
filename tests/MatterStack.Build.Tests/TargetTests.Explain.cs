using MatterStack.Build.Tests.Support;

namespace MatterStack.Build.Tests;

/// <content>Targets that show a run.</content>
public sealed partial class TargetTests
{
    [TestMethod]
    public void Attempts_returns_the_columns_of_the_store()
    {
        using var workspace = new TestWorkspace(TwoTasks);
        workspace.Build("Loop").Succeeded();

        var all = workspace.Build("Attempts").Succeeded().Items;
        var one = workspace.Build("Attempts", ("TaskId", "b")).Succeeded().Item;

        Assert.HasCount(2, all);
        Has(one, AttemptColumns);
        Assert.AreEqual("b", one.GetMetadata("task_id"));
        Assert.AreEqual("1", one.GetMetadata("attempt_index"));
        Assert.AreEqual("COMPLETED", one.GetMetadata("state"));
        Assert.AreEqual("0", one.GetMetadata("exit_code"));
        Assert.AreEqual("local.default", one.GetMetadata("operator_key"));
        Assert.AreEqual("tasks/b@1", one.GetMetadata("relative_path"));
    }

    [TestMethod]
    public void Status_returns_the_run_and_its_counts()
    {
        using var workspace = new TestWorkspace(TwoTasks);
        workspace.Build("Init").Succeeded();

        var run = workspace.Build("Status").Succeeded().Item;

        Has(run, RunColumns);
        Assert.AreEqual("1", run.GetMetadata("ready"));
        Assert.AreEqual("1", run.GetMetadata("pending"));
        Assert.AreEqual("0", run.GetMetadata("completed"));
    }

    [TestMethod]
    public void Explain_names_what_keeps_the_run_and_the_wiring()
    {
        using var workspace = new TestWorkspace(TwoTasks);
        workspace.Build("Init").Succeeded();

        var answer = workspace.Build("Explain").Succeeded();

        Assert.AreEqual("a", answer.Item.GetMetadata("task_id"));
        Assert.AreEqual("READY", answer.Item.GetMetadata("state"));
        Assert.AreNotEqual("", answer.Item.GetMetadata("reason"));
        Assert.AreNotEqual("", answer.Item.GetMetadata("remedy"));
        StringAssert.Contains(answer.Said, "Operator wiring: source=builtin_default, sha256=");
        StringAssert.Contains(workspace.Build("Explain", ("TaskId", "b")).Succeeded().Item.GetMetadata("reason"), "a (READY)");
    }

    [TestMethod]
    public void Explain_of_a_failed_run_names_the_failed_task_and_its_log()
    {
        using var workspace = new TestWorkspace(FailingTask);
        workspace.Build("Loop").Failed();

        var item = workspace.Build("Explain").Succeeded().Item;

        Assert.AreEqual("a", item.GetMetadata("task_id"));
        StringAssert.Contains(item.GetMetadata("reason"), "exit code 3");
        StringAssert.Contains(item.GetMetadata("remedy"), "stderr.log");
    }

    [TestMethod]
    public void Explain_of_a_completed_run_has_nothing_to_name()
    {
        using var workspace = new TestWorkspace(TwoTasks);
        workspace.Build("Loop").Succeeded();

        Assert.HasCount(0, workspace.Build("Explain").Succeeded().Items);
    }
}
