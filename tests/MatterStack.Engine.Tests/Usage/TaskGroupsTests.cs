using System.Globalization;
using MatterStack.Engine.Lifecycle.Selections;
using MatterStack.Engine.Runs.Usage;

namespace MatterStack.Engine.Tests.Usage;

/// <summary>Groups of tasks that are alike.</summary>
[TestClass]
public sealed class TaskGroupsTests
{
    [TestMethod]
    [DataRow("fit", "fit")]
    [DataRow("relax_Cu_1 relax_Cu_2 relax_Al_1", "relax_*")]
    [DataRow("relax_Cu_1 relax_Al_1", "relax_*_1")]
    [DataRow("fit_Al fit_Au", "fit_*")]
    [DataRow("task9 task10 task11", "task*")]
    [DataRow("Cu_relax Al_relax", "*_relax")]
    [DataRow("fit fit_2", "fit*")]
    [DataRow("a_1 a_1_1", "a_1*")]
    [DataRow("a_1_1 a_1", "a_1*")]
    [DataRow("copper copying", "2 tasks")]
    [DataRow("alpha beta gamma", "3 tasks")]
    [DataRow("10 100", "2 tasks")]
    public void The_name_of_a_group_is_what_its_ids_have_in_common(string ids, string name)
    {
        var groups = new TaskGroups();
        foreach (var id in ids.Split(' '))
        {
            groups.AddTask(id, "local.default", 7);
        }

        var group = groups.All.Single();
        Assert.AreEqual(name, group.Name);
        Assert.AreEqual(ids.Split(' ').Length, group.Count);
        Assert.AreEqual(ids.Split(' ')[0], group.First.Value);
        if (group.Pattern is { } pattern)
        {
            foreach (var id in ids.Split(' '))
            {
                Assert.IsTrue(System.IO.Enumeration.FileSystemName.MatchesSimpleExpression(pattern, id), $"{pattern} matches {id}");
            }
        }
    }

    [TestMethod]
    public void The_name_does_not_depend_on_the_order_of_the_tasks()
    {
        string[] ids = ["eval_0_a", "eval_12_a", "eval_3_b", "eval_0_b", "eval_3_a"];
        foreach (var turn in Enumerable.Range(0, ids.Length))
        {
            var groups = new TaskGroups();
            foreach (var id in ids.Skip(turn).Concat(ids.Take(turn)))
            {
                groups.AddTask(id, "local.default", 1);
            }

            Assert.AreEqual("eval_*", groups.All.Single().Name);
        }
    }

    [TestMethod]
    public void Operators_and_command_patterns_divide_tasks_and_ids_do_not()
    {
        var groups = new TaskGroups();
        groups.AddTask("a_1", "local.default", 1);
        groups.AddTask("b_1", "local.default", 1);
        groups.AddTask("a_2", "hpc.default", 1);
        groups.AddTask("a_3", "local.default", 2);

        CollectionAssert.AreEqual(
            new[] { "local.default *_1", "hpc.default a_2", "local.default a_3" },
            groups.All.Select(static group => $"{group.Key} {group.Name}").ToArray()
        );
    }

    [TestMethod]
    public void Without_a_command_pattern_the_first_word_of_an_id_divides_tasks()
    {
        var groups = new TaskGroups();
        foreach (var id in new[] { "ask_Cu", "ask_Al", "measure-1", "measure-2", "x", "7_a", "8_a" })
        {
            groups.AddTask(id, "human.default", null);
        }

        CollectionAssert.AreEqual(
            new[] { "ask_*", "measure-*", "x", "7_a", "8_a" },
            groups.All.Select(static group => group.Name).ToArray()
        );
    }

    [TestMethod]
    public void A_task_with_several_attempts_counts_once()
    {
        var groups = new TaskGroups();
        foreach (var id in new[] { "a_1", "a_1", "a_2", "a_2", "a_2" })
        {
            groups.AddTask(id, "local.default", 1);
        }

        Assert.AreEqual(2, groups.All.Single().Count);
    }

    [TestMethod]
    public void A_pattern_of_a_group_is_a_term_of_a_selection()
    {
        var groups = new TaskGroups();
        for (var i = 0; i < 100_000; i++)
        {
            groups.AddTask(string.Create(CultureInfo.InvariantCulture, $"relax_{i}.Cu-x"), "local.default", 1);
        }

        var group = groups.All.Single();
        Assert.AreEqual("relax_*.Cu-x", group.Pattern);
        Assert.AreEqual(100_000, group.Count);
        Assert.IsTrue(TaskSelection.Parse(group.Pattern!).IsSuccess);
    }
}
