using MatterStack.Engine.Campaigns;
using MatterStack.Engine.Identity;

namespace MatterStack.Engine.Tests.Campaigns;

/// <summary>Which tasks are alike.</summary>
[TestClass]
public sealed class TaskPatternTests
{
    [TestMethod]
    [DataRow("energy_Pt_3", "lmp -in in.energy -var el Pt -var n 3", "lmp -in in.* -var el * -var n *")]
    [DataRow("energy_Pt_3", "python run.py energy_Pt_3.json > out/PT.txt", "python run.py *.json > out/*.txt")]
    [DataRow("mol_H2O", "xtb --mol H2O --charge -1 --t 1.5e-3", "xtb --* * --charge * --t *")]
    [DataRow("mol_C6H6", "xtb --mol C6H6 --charge +0 --t 300", "xtb --* * --charge * --t *")]
    [DataRow("t1", "./a.out --option=-4,5,6 7", "./a.out --option=*,*,* *")]
    [DataRow("a", "cp x-2 -n 3 v2.0-rc1", "cp x-* -n * v*-rc*")]
    [DataRow("t", "echo Temperature 300K 1e", "echo Temperature *K *e")]
    [DataRow("t", "", "")]
    public void Numbers_and_parts_of_the_id_are_left_out(string id, string command, string pattern) =>
        Assert.AreEqual(pattern, TaskPattern.FormatPattern(id, command));

    [TestMethod]
    public void Tasks_that_differ_in_values_are_alike()
    {
        var patterns = Compute(Task("e_Pt_1", "run Pt 1"), Task("e_Cu_20", "run Cu 20"), Task("e_Ni", "run Ni --fast"), Task("x", ""));

        Assert.IsNotNull(patterns[0]);
        Assert.AreEqual(patterns[0], patterns[1]);
        Assert.AreNotEqual(patterns[0], patterns[2]);
        Assert.IsNull(patterns[3]);
    }

    [TestMethod]
    public void Another_operator_shape_or_step_makes_another_group()
    {
        var first = Task("a_1", "run 1");
        var patterns = Compute(
            first,
            first with
            {
                Id = Id("a_2"),
                Cores = 2,
            },
            first with
            {
                Id = Id("a_3"),
                MemoryGb = 4,
            },
            first with
            {
                Id = Id("a_4"),
                OperatorKey = OperatorKey.FromTrusted("hpc.other"),
            },
            first with
            {
                Id = Id("a_5"),
                DependsOn = [Id("a_1")],
            },
            // A time limit and a priority do not change what is tried out.
            first with
            {
                Id = Id("a_6"),
                TimeLimitMinutes = 9,
                Priority = 3,
            },
            // A task of an earlier iteration is no step before it.
            first with
            {
                Id = Id("a_7"),
                DependsOn = [Id("earlier")],
            }
        );

        Assert.AreEqual(5, patterns.Distinct().Count());
        Assert.AreEqual(patterns[0], patterns[5]);
        Assert.AreEqual(patterns[0], patterns[6]);
    }

    [TestMethod]
    public void The_stored_number_of_a_pattern_never_changes() =>
        Assert.AreEqual(7793569660864715221, Compute(Task("energy_Pt_3", "lmp -in in.energy -var el Pt"))[0]);

    [TestMethod]
    public void A_long_chain_has_one_group_for_each_step()
    {
        var tasks = Enumerable
            .Range(0, 20_000)
            .Select(static i => Task($"t{i}", "run") with { DependsOn = i == 0 ? [] : [Id($"t{i - 1}")] })
            .Reverse()
            .ToArray();

        Assert.AreEqual(20_000, Compute(tasks).Distinct().Count());
    }

    private static IReadOnlyList<long?> Compute(params CampaignTask[] tasks) =>
        TaskPattern.ComputePatterns([.. tasks.Select(static task => new PlannedTask(task, []))]);

    private static CampaignTask Task(string id, string command) => new() { Id = Id(id), Command = command };

    private static TaskId Id(string id) => TaskId.FromTrusted(id);
}
