using MatterStack.Engine.Identity;
using MatterStack.Engine.Lifecycle.Model;
using MatterStack.Engine.Runs.Store;
using MatterStack.Engine.Runs.Usage;
using static MatterStack.Engine.Tests.Usage.UsageRows;

namespace MatterStack.Engine.Tests.Usage;

/// <summary>What groups of tasks asked for and used.</summary>
[TestClass]
public sealed class GroupUsageTests
{
    [TestMethod]
    public void Median_95th_percentile_and_maximum_are_measured_values()
    {
        var figures = new UsageFigures();
        foreach (var value in Enumerable.Range(1, 100).Reverse())
        {
            figures.Add(value);
        }

        figures.Add(null);

        Assert.AreEqual((100, 50.0, 95.0, 100.0), (figures.Count, figures.Median, figures.Percentile95, figures.Max));
        Assert.AreEqual((double?)null, new UsageFigures().Median);
    }

    [TestMethod]
    public void An_unknown_value_is_not_zero_and_its_reason_is_counted()
    {
        var usage = SumUp(
            Completed("t_1", 10, 8, 2),
            Completed("t_2", 20, note: "the accounting gathers no CPU time and no memory"),
            Completed("t_3", 30, note: "the accounting gathers no CPU time and no memory"),
            Completed("t_4") with
            {
                Usage = null,
            },
            Completed("t_5") with
            {
                Usage = new AttemptUsage { Source = UsageSource.Pending },
            }
        );

        Assert.AreEqual((1, 2.0 * Gib), (usage.PeakMemory.Count, usage.PeakMemory.Median));
        Assert.AreEqual((3, 20.0), (usage.WallTime.Count, usage.WallTime.Median));
        Assert.AreEqual(
            "not yet supplied by the scheduler ×1; recorded by an earlier version ×1; the accounting gathers no CPU time and no memory ×2",
            UsageColumns.FormatCounts(usage.Notes)
        );
        Assert.AreEqual((8.0, 10.0), (usage.CpuSeconds, usage.ReservedSeconds), "of the same attempts");
    }

    [TestMethod]
    public void A_result_from_the_cache_used_nothing_and_is_no_zero()
    {
        var usage = SumUp(Completed("t_1", 10, 8, 2), Completed("t_2") with { IsCached = true, Usage = null });

        Assert.AreEqual((1, 1, 1), (usage.Completed, usage.Cached, usage.WallTime.Count));
        Assert.IsEmpty(usage.Notes);
        Assert.AreEqual(10.0, usage.WallTime.Median);
    }

    [TestMethod]
    public void Failed_attempts_are_apart_and_their_maximum_is_kept()
    {
        var usage = SumUp(
            Completed("t_1", 10, 8, 2),
            Failed("t_2", "OUT_OF_MEMORY", 5),
            Failed("t_2", "VERDICT_X"),
            Failed("t_3", "TIMEOUT")
        );

        Assert.AreEqual((1, 3, 3), (usage.Completed, usage.Failed, usage.Tasks));
        Assert.AreEqual("OUT_OF_MEMORY ×1; TIMEOUT ×1; VERDICT_X ×1", UsageColumns.FormatCounts(usage.Ends));
        Assert.AreEqual((2.0 * Gib, 5.0 * Gib), (usage.PeakMemory.Max, usage.FailedMemory));
    }

    [TestMethod]
    public void The_request_is_multiplied_by_ranks_and_cores_and_the_memory_of_a_process_by_nothing()
    {
        var usage = SumUp(Completed("t_1", 10, 60, 2) with { Nodes = 2, Ranks = 8, Cores = 2, MemoryGb = 16 });

        Assert.AreEqual((60.0, 160.0), (usage.CpuSeconds, usage.ReservedSeconds));
        Assert.AreEqual((2.0 * Gib, 16.0 * Gib), (usage.PeakMemory.Max, usage.AskedMemory.Max));
        Assert.IsTrue(usage.IsLargestProcess);
        Assert.Contains("  memory   asked 16 GiB         used 2 GiB (largest process)", UsageLines.DescribeGroup(usage).ToList());
    }

    [TestMethod]
    public void Numbers_are_side_by_side_without_a_grade()
    {
        var usage = SumUp(Repeat(4, task => Completed(task, 600, 2000, 2) with { Cores = 4, MemoryGb = 256 }));

        var lines = UsageLines.DescribeGroup(usage).ToList();

        Assert.AreEqual(
            """
            t_* on hpc.default: 4 tasks, 4 completed
              cores    asked 4              used 3.33 (median), 3.33 (95 %), 3.33 (most)
              memory   asked 256 GiB        used 2 GiB (median), 2 GiB (95 %), 2 GiB (most) (largest process)
              time     asked nothing        used 10 min (median), 10 min (95 %), 10 min (most)
              CPU      2.22 h used of 2.67 h reserved (time × cores)
              write    MemoryGb="2.5" TimeLimitMinutes="15"
            """.ReplaceLineEndings("\n"),
            string.Join('\n', lines)
        );
    }

    [TestMethod]
    public void Attempts_that_run_and_tasks_without_attempts_are_counted()
    {
        var usage = SumUp(
            Completed("t_1", 10, 8, 2),
            Completed("t_2") with
            {
                State = AttemptStatus.Running,
                Usage = null,
            },
            Completed("t_3") with
            {
                State = null,
                Usage = null,
            }
        );

        Assert.AreEqual((3, 1, 1), (usage.Tasks, usage.Completed, usage.Active));
        Assert.IsEmpty(usage.Notes);
    }

    [TestMethod]
    public void A_selection_counts_some_tasks_and_renames_no_group()
    {
        UsageRow[] rows = [Completed("t_1", 10), Completed("t_2", 20), Completed("x") with { Pattern = 2 }];

        var usage = RunUsage.SumUp(rows, new HashSet<TaskId> { "t_2" }).Single();

        Assert.AreEqual(("t_*", 1, 20.0), (usage.Group.Name, usage.Tasks, usage.WallTime.Max));
    }
}
