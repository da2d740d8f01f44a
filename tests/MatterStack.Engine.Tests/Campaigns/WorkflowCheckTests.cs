using MatterStack.Engine.Campaigns;
using MatterStack.Engine.Campaigns.Declarations;
using MatterStack.Engine.Identity;

namespace MatterStack.Engine.Tests.Campaigns;

[TestClass]
public sealed class WorkflowCheckTests
{
    [TestMethod]
    public void A_workflow_without_fault_has_no_problem() =>
        Assert.IsEmpty(WorkflowCheck.FindProblems([Task("a"), Task("b", "a"), Task("c", "a", "b")]));

    [TestMethod]
    public void A_circle_is_named_task_by_task()
    {
        var problem = WorkflowCheck.FindProblems([Task("x"), Task("a", "c"), Task("b", "a"), Task("c", "b", "x")]).Single();

        Assert.AreEqual(CampaignCodes.Cycle, problem.Code);
        StringAssert.Contains(problem.Message, "a -> c -> b -> a");
    }

    [TestMethod]
    public void A_task_that_waits_for_itself_is_a_circle() =>
        Assert.AreEqual(CampaignCodes.Cycle, WorkflowCheck.FindProblems([Task("a", "a")]).Single().Code);

    [TestMethod]
    public void An_unknown_dependency_suggests_what_may_be_meant()
    {
        var problem = WorkflowCheck.FindProblems([Task("relax_Cu"), Task("b", "relax_Cy")]).Single();

        Assert.AreEqual(CampaignCodes.UnknownDependency, problem.Code);
        StringAssert.Contains(problem.Remedy, "'relax_Cu'");
    }

    [TestMethod]
    public void Ids_that_would_share_a_folder_are_duplicates()
    {
        Assert.AreEqual(CampaignCodes.DuplicateTaskId, WorkflowCheck.FindProblems([Task("a"), Task("a")]).Single().Code);
        StringAssert.Contains(WorkflowCheck.FindProblems([Task("a"), Task("A")]).Single().Message, "differ in case only");
    }

    [TestMethod]
    public void A_chain_of_100_000_is_checked_without_recursion()
    {
        var tasks = new List<CampaignTask> { Task("t0") };
        for (var i = 1; i < 100_000; i++)
        {
            tasks.Add(Task($"t{i}", $"t{i - 1}"));
        }

        Assert.IsEmpty(WorkflowCheck.FindProblems(tasks));
    }

    private static CampaignTask Task(string id, params string[] dependsOn) =>
        new()
        {
            Id = Id(id),
            Command = "c",
            DependsOn = dependsOn.Select(Id).ToArray(),
        };

    private static TaskId Id(string text) => TaskId.TryParse(text, out var id) ? id : throw new ArgumentException(text);
}
