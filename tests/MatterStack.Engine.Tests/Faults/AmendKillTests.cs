using System.Globalization;
using MatterStack.Engine.Commands;
using MatterStack.Engine.Commands.Hosting;
using MatterStack.Engine.Lifecycle.Selections;
using MatterStack.Engine.Runs;
using MatterStack.Engine.Runs.Checks;
using MatterStack.Engine.Runs.Conducting;
using MatterStack.Engine.Tests.Commands;

namespace MatterStack.Engine.Tests.Faults;

/// <summary>A run whose tasks are amended, stopped at every one of its writes, commits and process starts.</summary>
[TestClass]
[Slow]
[OSCondition(ConditionMode.Exclude, OperatingSystems.Windows)]
public sealed class AmendKillTests
{
    public TestContext TestContext { get; set; } = null!;

    [TestMethod]
    public void No_amendment_is_lost_or_made_twice_and_nothing_runs_twice_wherever_the_engine_is_killed()
    {
        var (moments, expected) = Run(0);
        Assert.IsGreaterThan(30, moments);
        Assert.AreEqual(
            "t01=COMPLETED cores=2 | t02=COMPLETED cores=2 | t03=FAILED cores=1 | t04=SKIPPED cores=2 | run=FAILED | "
                + "t01 {\"Cores\":2} t02 {\"Cores\":2} t04 {\"Cores\":2}",
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
        world.Task("t01", "c").Task("t02", "c", ("DependsOn", "t01")).Task("t03", "c").Task("t04", "exit 1", ("DependsOn", "t03"));
        var host = world.Host with { Conducting = new ConductorOptions { MaxCommitDelay = TimeSpan.FromMilliseconds(1) } };
        world.Host = host with { Disk = new InterruptingDisk(seams), Processes = () => new InterruptingProcesses(processes, seams) };
        KillTests.Dies(() => Drive(world));
        world.Host = host with { Processes = () => processes };

        Drive(world);

        var when = $"killed at {at}, {seams.Where}";
        var problems = RunChecker.CheckFolder(world.Run);
        Assert.IsEmpty(problems, when + ": " + string.Join("; ", problems));
        foreach (var (task, count) in processes.Executed)
        {
            Assert.AreEqual(
                world
                    .Query($"SELECT CAST(count(*) AS TEXT) FROM attempts WHERE task_id = '{task}' AND end_cause IS NOT 'AMENDED'")
                    .Single(),
                count.ToString(CultureInfo.InvariantCulture),
                $"{when}: executions of {task}"
            );
        }

        return (seams.Count, DescribeEnd(world));
    }

    // A person gives the commands again until they have been granted.
    private static void Drive(CommandWorld world)
    {
        var runs = new RunsFolder(world.Workspace.RunsDirectory);
        if (!runs.ListRuns().Any())
        {
            world.Init();
        }

        if (!runs.ListRuns().Any())
        {
            return;
        }

        var selection = TaskSelection.Parse("t01 t02 t04").TryGet(out var parsed, out _) ? parsed : null;
        if (world.Query("SELECT changes FROM amendments").Count == 0)
        {
            var arguments = new RunArguments
            {
                Select = selection,
                Cores = "2",
                Confirm = true,
            };
            AmendCommand.Execute(world.Context(arguments), CancellationToken.None);
        }

        world.Loop();
    }

    private static string DescribeEnd(CommandWorld world) =>
        string.Join(
            " | ",
            world
                .Query("SELECT task_id || '=' || state || ' cores=' || cores FROM tasks ORDER BY seq")
                .Append("run=" + world.Query("SELECT state FROM runs").Single())
                .Append(string.Join(' ', world.Query("SELECT task_id || ' ' || changes FROM amendments ORDER BY task_id, seq")))
        );
}
