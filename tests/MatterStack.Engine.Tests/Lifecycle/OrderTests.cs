using System.Globalization;
using MatterStack.Engine.Lifecycle.Model;

namespace MatterStack.Engine.Tests.Lifecycle;

/// <summary>The order in which ready tasks start: priority, then the longer path to the end, then the declaration.</summary>
[TestClass]
public sealed class OrderTests
{
    [TestMethod]
    [DataRow(0)]
    [DataRow(64)]
    public void The_longest_chain_starts_first_although_it_is_declared_last(int ahead)
    {
        // 40 tasks of an hour, then a chain of 10 tasks of an hour: two slots are busy for 25 hours at best.
        List<ScheduledTask> tasks = [.. Enumerable.Range(0, 40).Select(static _ => new ScheduledTask(60))];
        tasks.Add(new ScheduledTask(60));
        for (var i = 1; i < 10; i++)
        {
            tasks.Add(new ScheduledTask(60, tasks.Count - 1));
        }

        var schedule = new Schedule(tasks, slots: 2, ahead);

        Assert.AreEqual(25 * 60, schedule.Run());
        Assert.AreEqual("t40", schedule.Starts[0]);
    }

    [TestMethod]
    public void Without_time_limits_the_number_of_tasks_is_the_length_of_a_path()
    {
        List<ScheduledTask> tasks =
        [
            new(5) { HasTimeLimit = false },
            new(5) { HasTimeLimit = false },
            new(5, 1) { HasTimeLimit = false },
            new(5) { HasTimeLimit = false },
        ];
        var schedule = new Schedule(tasks, slots: 1);
        schedule.Run();

        Assert.AreEqual("t1 t0 t2 t3", string.Join(' ', schedule.Starts));
    }

    [TestMethod]
    public void A_task_without_a_time_limit_counts_as_the_mean_of_those_that_are_stated()
    {
        // The mean is 20: 10 < 20 < 30.
        List<ScheduledTask> tasks = [new(10), new(1) { HasTimeLimit = false }, new(30)];
        var schedule = new Schedule(tasks, slots: 1);
        schedule.Run();

        Assert.AreEqual("t2 t1 t0", string.Join(' ', schedule.Starts));
    }

    [TestMethod]
    public void A_higher_priority_precedes_a_longer_path_and_a_lower_one_follows()
    {
        List<ScheduledTask> tasks =
        [
            new(500),
            new(1) { Priority = 1000 },
            new(900) { Priority = -1 },
            new(2) { Priority = 1000 },
            new(1) { Priority = -1000 },
        ];
        var schedule = new Schedule(tasks, slots: 1);
        schedule.Run();

        Assert.AreEqual("t3 t1 t0 t2 t4", string.Join(' ', schedule.Starts));
    }

    [TestMethod]
    public void Equal_tasks_start_in_the_order_of_their_declaration()
    {
        var schedule = new Schedule([.. Enumerable.Range(0, 500).Select(static _ => new ScheduledTask(3))], slots: 3);
        schedule.Run();

        CollectionAssert.AreEqual(
            Enumerable.Range(0, 500).Select(static i => "t" + i.ToString(CultureInfo.InvariantCulture)).ToArray(),
            schedule.Starts
        );
    }

    [TestMethod]
    public void Tasks_of_several_operators_that_share_slots_start_in_one_order()
    {
        List<ScheduledTask> tasks =
        [
            new(5) { Key = 0 },
            new(5) { Key = 0, Priority = 1 },
            new(5) { Key = 1, Priority = 2 },
            new(5) { Key = 2, Priority = 3 },
            new(5) { Key = 1 },
        ];
        foreach (var ahead in new[] { 0, 64 })
        {
            var schedule = new Schedule(tasks, slots: 1, ahead);
            schedule.Run();

            Assert.AreEqual("t3 t2 t1 t0 t4", string.Join(' ', schedule.Starts), $"ahead {ahead}");
        }
    }

    [TestMethod]
    public void A_priority_that_is_changed_while_a_task_waits_changes_its_place()
    {
        foreach (var ahead in new[] { 0, 1, 64 })
        {
            var schedule = new Schedule([.. Enumerable.Range(0, 6).Select(static _ => new ScheduledTask(5))], slots: 1, ahead)
            {
                Started = static (task, model) =>
                {
                    if (task.Position == 0)
                    {
                        model.ChangePriority(model.Tasks[4], 7);
                        model.ChangePriority(model.Tasks[1], -7);
                        model.ChangePriority(model.Tasks[3], 2);
                        model.ChangePriority(model.Tasks[3], 0);
                    }
                },
            };
            schedule.Run();

            Assert.AreEqual("t0 t4 t2 t3 t5 t1", string.Join(' ', schedule.Starts), $"ahead {ahead}");
        }
    }

    [TestMethod]
    public void A_path_of_100_000_tasks_is_measured()
    {
        var nodes = PlannerWorldChain(100_000);
        var model = new RunModel(RunState.Running, [Engine.Identity.OperatorKey.LocalDefault], nodes, []);

        Assert.AreEqual(100_000, model.Tasks[0].PathMinutes);
        Assert.AreEqual(1, model.Tasks[^1].PathMinutes);
    }

    [TestMethod]
    public void Ranks_are_ordered_by_priority_then_path_then_position()
    {
        TaskRank[] ordered =
        [
            new(1000, 0, 9),
            new(1, 5e6f, 0),
            new(0, 1e6f, 7),
            new(0, 999_000, 1),
            new(0, 1.001f, 3),
            new(0, 1, 2),
            new(0, 1, int.MaxValue),
            new(0, 0, 0),
            new(-1, float.MaxValue, 0),
            new(-1000, 0, int.MaxValue - 1),
            TaskRank.Last,
        ];

        CollectionAssert.AreEqual(ordered, ordered.Reverse().Order().ToArray());
        Assert.IsTrue(ordered.Zip(ordered.Skip(1)).All(static pair => pair.First < pair.Second && pair.Second > pair.First));
    }

    [TestMethod]
    [DataRow(1)]
    [DataRow(2)]
    [DataRow(4)]
    [DataRow(8)]
    public void The_makespan_of_random_workflows_is_within_5_percent_of_the_best_list_schedule(int slots)
    {
        var ratios = new List<double>();
        for (var seed = 1; seed <= 60; seed++)
        {
            var tasks = MakeWorkflow(new Random(seed));
            var (best, byPath) = FindBest(tasks, slots, new Random(seed));
            var minutes = new Schedule(tasks, slots).Run();

            // Another order can beat the order by path. For one of these workflows, it does so by 7 percent.
            Assert.IsLessThanOrEqualTo(Math.Max(1.05 * best, byPath), minutes, $"seed {seed}: {minutes} minutes instead of {best}");
            ratios.Add(minutes / best);
        }

        Assert.IsLessThanOrEqualTo(1.005, ratios.Average());
        Assert.IsLessThanOrEqualTo(1, ratios.Count(static ratio => ratio > 1.05));
    }

    [TestMethod]
    public void Lookups_in_the_cache_and_the_queue_of_intents_do_not_change_the_order()
    {
        for (var seed = 1; seed <= 20; seed++)
        {
            var tasks = MakeWorkflow(new Random(seed));
            var plain = new Schedule(tasks, slots: 4, ahead: 0);
            var looked = new Schedule([.. tasks.Select(static task => task with { IsCacheable = true })], slots: 4);

            Assert.AreEqual(plain.Run(), looked.Run(), 1e-6, $"seed {seed}");
        }
    }

    private static List<TaskNode> PlannerWorldChain(int count) =>
        [
            .. Enumerable
                .Range(0, count)
                .Select(i => new TaskNode
                {
                    Position = i,
                    Id = Engine.Identity.TaskId.FromTrusted("t" + i.ToString(CultureInfo.InvariantCulture)),
                    KeyIndex = 0,
                    Cores = 1,
                    MaxAttempts = 1,
                    AllowFailure = false,
                    AllowDependencyFailure = false,
                    DependsOn = i == 0 ? [] : [i - 1],
                    State = i == 0 ? TaskState.Ready : TaskState.Pending,
                }),
        ];

    // Layers, chains and single tasks; the declaration is in no useful order.
    private static List<ScheduledTask> MakeWorkflow(Random random)
    {
        var count = random.Next(60, 160);
        var density = random.NextDouble() * 2;
        var names = Enumerable.Range(0, count).ToArray();
        random.Shuffle(names);
        var tasks = new ScheduledTask[count];
        for (var i = 0; i < count; i++)
        {
            var before = Enumerable
                .Range(Math.Max(0, i - 30), Math.Min(i, 30))
                .Where(_ => random.NextDouble() < density / 30)
                .Select(j => names[j])
                .ToArray();
            tasks[names[i]] = new ScheduledTask(random.Next(1, random.Next(4) == 0 ? 240 : 30), before);
        }

        return [.. tasks];
    }

    // The best of many list schedules: by path, in orders near it, and in random orders; and the one by path.
    private static (double Best, double ByPath) FindBest(List<ScheduledTask> tasks, int slots, Random random)
    {
        var paths = new double?[tasks.Count];
        var dependents = tasks.Select(static _ => new List<int>()).ToArray();
        for (var i = 0; i < tasks.Count; i++)
        {
            foreach (var dependency in tasks[i].DependsOn)
            {
                dependents[dependency].Add(i);
            }
        }

        double Path(int i) => paths[i] ??= tasks[i].Minutes + dependents[i].Select(Path).DefaultIfEmpty(0).Max();
        var orders = new List<double[]>();
        orders.AddRange(Enumerable.Range(0, 200).Select(_ => tasks.Select(_ => random.NextDouble()).ToArray()));
        orders.AddRange(
            Enumerable.Range(0, 200).Select(_ => tasks.Select((_, i) => -Path(i) * (0.7 + 0.6 * random.NextDouble())).ToArray())
        );
        var byPath = Measure(tasks, dependents, slots, [.. tasks.Select((_, i) => -Path(i))]);
        return (Math.Min(byPath, orders.Min(order => Measure(tasks, dependents, slots, order))), byPath);
    }

    private static double Measure(List<ScheduledTask> tasks, List<int>[] dependents, int slots, double[] order)
    {
        var open = tasks.Select(static task => task.DependsOn.Count).ToArray();
        var ready = new PriorityQueue<int, double>();
        var running = new PriorityQueue<int, double>();
        var now = 0.0;
        for (var i = 0; i < tasks.Count; i++)
        {
            if (open[i] == 0)
            {
                ready.Enqueue(i, order[i]);
            }
        }

        while (ready.Count + running.Count > 0)
        {
            while (running.Count < slots && ready.TryDequeue(out var next, out _))
            {
                running.Enqueue(next, now + tasks[next].Minutes);
            }

            running.TryPeek(out _, out now);
            while (running.TryPeek(out var ended, out var at) && at <= now)
            {
                running.Dequeue();
                foreach (var dependent in dependents[ended])
                {
                    if (--open[dependent] == 0)
                    {
                        ready.Enqueue(dependent, order[dependent]);
                    }
                }
            }
        }

        return now;
    }
}
