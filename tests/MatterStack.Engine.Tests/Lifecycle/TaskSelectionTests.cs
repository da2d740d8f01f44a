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
    [DataRow("stat=FAILED", "Did you mean state=? Use state=, cause=, operator=, iteration= or a pattern of ids.")]
    [DataRow("colour=red", "Use state=, cause=, operator=, iteration= or a pattern of ids.")]
    [DataRow("op=hpc.*", "Did you mean operator=? Use state=, cause=, operator=, iteration= or a pattern of ids.")]
    [DataRow("state=FALED", "Did you mean state=FAILED?")]
    [DataRow("state=wait", "Did you mean state=WAITING_EXTERNAL?")]
    [DataRow(
        "state=done",
        "The states are PENDING, READY, RUNNING, WAITING_EXTERNAL, COMPLETED, FAILED, CANCELLED, SKIPPED.",
        DisplayName = "no near miss"
    )]
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
    [DataRow("RNK_*", "'RNK_*' matches nothing; there are rank_1, rank_2, rank_10, fit, add-more.")]
    [DataRow("renk_1*", "'renk_1*' matches nothing; near are rank_1.")]
    [DataRow("rakn_*_x", "'rakn_*_x' matches nothing; near are rank_1, rank_2, rank_10.", DisplayName = "the nearest beginning")]
    [DataRow("add", "'add' matches nothing; near are add-more.")]
    [DataRow("cause=SIGNAL", "'cause=SIGNAL' matches nothing; there are TIMEOUT (1), OUT_OF_MEMORY (1).")]
    [DataRow("state=RUNNING", "'state=RUNNING' matches nothing; there are FAILED (2), COMPLETED (1), PENDING (1), READY (1).")]
    [DataRow("operator=hpc", "'operator=hpc' matches nothing; there are local.default (3), hpc.default (1), hpc.gpu (1).")]
    [DataRow("iteration=9", "'iteration=9' matches nothing; there are 2 (2), 0 (1), 1 (1), 3 (1).")]
    [DataRow("fit state=FAILED", "fit matches 1 task, state=FAILED matches 2 tasks; none is in all of them.")]
    [DataRow(
        "rank_1 state=FAILED !cause=*",
        "rank_1 matches 1 task, state=FAILED matches 2 tasks; none is in all of them, that no term with '!' leaves out."
    )]
    [DataRow("rank_* !rank_*", "The terms with '!' leave out every task.")]
    [DataRow("!*", "The terms with '!' leave out every task.")]
    public void A_selection_without_tasks_names_near_misses(string text, string remedy) =>
        Assert.AreEqual(remedy, TaskSelection.Parse(text).Value.FindTasks(Tasks).Problems.Single().Remedy);

    [TestMethod]
    public void Any_text_is_a_selection_or_a_problem_and_its_text_is_the_same_selection()
    {
        const string letters = "ab_*?!=;, \t-0195%$\"'\\<>.~\u00e9";
        string[] pieces = ["state=", "cause=", "operator=", "iteration=", "FAILED", "rank_", "2-5", "!", "*", "="];
        var luck = new Random(7);
        for (var round = 0; round < 20_000; round++)
        {
            var text = string.Concat(
                Enumerable
                    .Range(0, luck.Next(12))
                    .Select(_ => luck.Next(3) == 0 ? pieces[luck.Next(pieces.Length)] : letters[luck.Next(letters.Length)].ToString())
            );
            if (!TaskSelection.Parse(text).TryGet(out var selection, out var problems))
            {
                Assert.IsNotEmpty(problems, text);
                Assert.IsTrue(problems.All(static problem => problem.Code.Code == "MATTER3024" && problem.Remedy.Length > 0), text);
                continue;
            }

            var again = TaskSelection.Parse(selection.ToString()).Value;
            Assert.AreEqual(selection.ToString(), again.ToString());
            foreach (var task in Tasks)
            {
                Assert.AreEqual(selection.Matches(task), again.Matches(task), text);
            }

            var found = selection.FindTasks(Tasks);
            Assert.AreEqual(found.IsSuccess, Tasks.Any(task => selection.Matches(task)), text);
            Assert.IsTrue(found.IsSuccess || found.Problems.Single().Remedy.Length > 0, text);
        }
    }

    private static SelectableTask Create(string id, TaskState state, string? cause, string key, int iteration) =>
        new(TaskId.FromString(id), state, cause, OperatorKey.FromTrusted(key), iteration);
}
