using System.Globalization;
using MatterStack.Engine.Campaigns;
using MatterStack.Engine.Commands;
using MatterStack.Engine.Commands.Hosting;
using MatterStack.Engine.Runs.Checks;
using MatterStack.Engine.Runs.Conducting;
using MatterStack.Engine.Tests.Commands;

namespace MatterStack.Engine.Tests.Faults;

/// <summary>A run with a held task, amended answers and a class that decides about failures, stopped at every one of its writes, commits
/// and process starts.</summary>
[TestClass]
[Slow]
[OSCondition(ConditionMode.Exclude, OperatingSystems.Windows)]
public sealed class HoldKillTests
{
    public TestContext TestContext { get; set; } = null!;

    [TestMethod]
    public void No_answer_is_lost_and_none_counts_twice_wherever_the_engine_is_killed()
    {
        var (moments, expected) = Run(0);
        Assert.IsGreaterThan(40, moments);
        Assert.AreEqual(
            "t05=COMPLETED attempts=3 cores=3 | t07=FAILED attempts=2 cores=2 | t09=SKIPPED attempts=0 cores=1 | run=FAILED | "
                + "t05 {\"Cores\":2} t05 {\"Cores\":3} t07 {\"Cores\":2}",
            expected
        );

        Parallel.For(1, moments + 1, new ParallelOptions { MaxDegreeOfParallelism = 2 }, n => Assert.AreEqual(expected, Run(n).EndState));
        TestContext.WriteLine($"{moments} moments");
    }

    private static (int Moments, string EndState) Run(int at)
    {
        var seams = new KillPoints { At = at };
        var processes = new ScriptedProcesses();
        using var world = new CommandWorld(inMemory: true);
        world.Class(new CampaignInMemory(() => new Deciding()));
        var host = world.Host with { Conducting = new ConductorOptions { MaxCommitDelay = TimeSpan.FromMilliseconds(1) } };
        world.Host = host with { Disk = new InterruptingDisk(seams), Processes = () => new InterruptingProcesses(processes, seams) };
        KillTests.Dies(() => Drive(world, () => seams.Dead));
        world.Host = host with { Processes = () => processes };

        Drive(world, () => false);

        var when = $"killed at {at}, {seams.Where}";
        var problems = RunChecker.CheckFolder(world.Run);
        Assert.IsEmpty(problems, when + ": " + string.Join("; ", problems));
        foreach (var (task, count) in processes.Executed)
        {
            Assert.AreEqual(
                world.Query($"SELECT CAST(attempts AS TEXT) FROM tasks WHERE task_id = '{task}'").Single(),
                count.ToString(CultureInfo.InvariantCulture),
                $"{when}: executions of {task}"
            );
        }

        return (seams.Count, DescribeEnd(world));
    }

    // Gives the answers that are still to be given: once more for the held task, with an amendment, then no more.
    private static void Drive(CommandWorld world, Func<bool> isDead)
    {
        world.Loop();
        for (var answers = 0; answers < 4 && !isDead() && IsHeld(world); answers++)
        {
            var isFirst = world.Query("SELECT CAST(attempts AS TEXT) FROM tasks WHERE task_id = 't07'").Single() == "1";
            var arguments = new RunArguments { TaskId = "t07", Decision = isFirst ? "retry" : "give_up" };
            RespondCommand.Execute(world.Context(isFirst ? arguments with { Cores = "2" } : arguments));
            if (!isDead())
            {
                world.Loop();
            }
        }
    }

    private static bool IsHeld(CommandWorld world) => world.States().Contains("t07=WAITING_EXTERNAL", StringComparison.Ordinal);

    private static string DescribeEnd(CommandWorld world) =>
        string.Join(
            " | ",
            world
                .Query("SELECT task_id || '=' || state || ' attempts=' || attempts || ' cores=' || cores FROM tasks ORDER BY seq")
                .Append("run=" + world.Query("SELECT state FROM runs").Single())
                .Append(string.Join(' ', world.Query("SELECT task_id || ' ' || changes FROM amendments ORDER BY task_id, seq")))
        );

    /// <summary>Asks for one more core after each failure of t05, and holds t07.</summary>
    private sealed class Deciding : Campaign
    {
        public override Workflow Plan() =>
            [
                new() { Id = "t05", Command = "c" },
                new()
                {
                    Id = "t07",
                    Command = "c",
                    OnFailure = FailureAction.Hold,
                },
                new()
                {
                    Id = "t09",
                    Command = "c",
                    DependsOn = ["t07"],
                },
            ];

        public override CampaignTask? OnFailed(CampaignTask task, TaskAttempt ended) =>
            task.Id.Value == "t05" ? task with { Cores = ended.Index + 1 } : null;
    }
}
