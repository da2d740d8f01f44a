using MatterStack.Engine.Identity;
using MatterStack.Engine.Lifecycle.Model;
using MatterStack.Engine.Lifecycle.Selections;

namespace MatterStack.Engine.Tests.Lifecycle;

/// <summary>The grammar of selections.</summary>
[TestClass]
public sealed class TaskSelectionTests
{
    private static readonly SelectableTask[] Tasks =
    [
        Create("rank_1", TaskState.Failed, "TIMEOUT", "hpc.default", 0),
        Create("rank_2", TaskState.Completed, null, "hpc.gpu", 1),
        Create("rank_10", TaskState.Failed, "OUT_OF_MEMORY", "local.default", 2),
        Create("fit", TaskState.Pending, null, "local.default", 2),
        Create("add-more", TaskState.Ready, null, "local.default", 3),
    ];

    [TestMethod]
    [DataRow("rank_*", "rank_1 rank_2 rank_10")]
    [DataRow("RANK_?", "rank_1 rank_2")]
    [DataRow("add", null, DisplayName = "anchored at both ends")]
    [DataRow("fit;rank_1", "rank_1 fit")]
    [DataRow("fit,rank_1", "rank_1 fit")]
    [DataRow(" fit\trank_1 ", "rank_1 fit")]
    [DataRow("state=FAILED", "rank_1 rank_10")]
    [DataRow("State=failed state=READY", "rank_1 rank_10 add-more")]
    [DataRow("state=FAILED operator=hpc.*", "rank_1", DisplayName = "terms of different kinds must all hold")]
    [DataRow("cause=OUT_*", "rank_10")]
    [DataRow("iteration=2", "rank_10 fit")]
    [DataRow("iteration=1-2", "rank_2 rank_10 fit")]
    [DataRow("!rank_*", "fit add-more")]
    [DataRow("rank_* !state=COMPLETED", "rank_1 rank_10")]
    [DataRow("!cause=*", "rank_2 fit add-more")]
    [DataRow("rank_1 state=READY", null)]
    public void A_selection_finds_its_tasks(string text, string? expected)
    {
        var found = TaskSelection.Parse(text).Value.FindTasks(Tasks);

        Assert.AreEqual(expected, found.IsSuccess ? string.Join(' ', found.Value.Select(i => Tasks[i].Id)) : null);
    }

    [TestMethod]
    [DataRow("stat=FAILED", "Did you mean state=?")]
    [DataRow("colour=red", "Use state=, cause=, operator=, iteration= or a pattern of ids.")]
    [DataRow("state=FALED", "Did you mean state=FAILED?")]
    [DataRow("state=", "Write the value behind it without a blank: state=….")]
    [DataRow("iteration=x", "Write iteration=3 or iteration=2-5.")]
    [DataRow("iteration=5-2", "Write iteration=3 or iteration=2-5.")]
    [DataRow("!", "Write the pattern behind it without a blank, e.g. !rank_*.")]
    [DataRow(" ; ", "Give a task's id, a pattern such as rank_*, or state=FAILED.")]
    public void An_illegal_term_is_a_problem_with_a_remedy(string text, string remedy)
    {
        var problem = TaskSelection.Parse(text).Problems.Single();

        Assert.AreEqual("MATTER3024", problem.Code.Code);
        Assert.AreEqual(remedy, problem.Remedy);
    }

    [TestMethod]
    [DataRow("rank", "'rank' matches nothing; near are rank_1, rank_2, rank_10.")]
    [DataRow("rnk_1", "'rnk_1' matches nothing; near are rank_1.")]
    [DataRow("cause=SIGNAL", "'cause=SIGNAL' matches nothing; there are TIMEOUT, OUT_OF_MEMORY.")]
    [DataRow("fit state=FAILED", "Each of its terms matches a task, but no task matches all of them.")]
    public void A_selection_without_tasks_names_near_misses(string text, string remedy) =>
        Assert.AreEqual(remedy, TaskSelection.Parse(text).Value.FindTasks(Tasks).Problems.Single().Remedy);

    private static SelectableTask Create(string id, TaskState state, string? cause, string key, int iteration) =>
        new(TaskId.FromString(id), state, cause, OperatorKey.FromTrusted(key), iteration);
}
