using System.Collections.Concurrent;
using MatterStack.Engine.Commands.Hosting;
using MatterStack.Engine.Commands.Reporting;
using MatterStack.Engine.Lifecycle.Model;
using MatterStack.Engine.Operators;
using MatterStack.Engine.Runs.Conducting;
using MatterStack.Engine.Runs.Store;
using MatterStack.Engine.Runs.Store.Sqlite;
using MatterStack.Engine.Wiring;

namespace MatterStack.Engine.Tests.Commands;

/// <summary>What must not grow with a run, or only so much: counted, never timed.</summary>
[TestClass]
public sealed class CountTests
{
    [TestMethod]
    public void Statements_of_a_tick_without_news_do_not_follow_the_number_of_waiting_tasks() =>
        Assert.AreEqual(StatementsOfATick(waiting: 5), StatementsOfATick(waiting: 500));

    [TestMethod]
    public void Many_attempts_share_a_commit()
    {
        const int tasks = 1000;
        using var world = World(tasks, waits: false);
        Assert.IsTrue(world.Init());
        using var store = RunStore.Open(world.Run, world.Host.Disk);
        using var facts = new BlockingCollection<Observation>();
        var wiring = world.Context().Wirings.LoadPersisted(world.Run.Path).GetValueOrThrow();
        var outside = new OperatorEnvironment(
            world.Host.Processes(),
            world.Host.Disk,
            world.Host.Clock,
            world.Host.Cores,
            new WiringPaths("/", "/"),
            BuiltInOperators.Catalog,
            world.Host.Operators
        );
        var pool = new OperatorPool(wiring.Operators, wiring.Hash, _ => wiring.Operators, outside, facts);
        var progress = new ProgressReporter("c", world.Run, world, static _ => false, world.Host.Clock);
        var services = new ConductorServices(pool, facts, world.Host.Clock, progress, outside.Faults);
        using (var conductor = new Conductor(store, store.LoadModel(), services, looping: true, world.Host.Conducting))
        {
            conductor.Loop(waitForPeople: true, CancellationToken.None);
            Assert.AreEqual(RunState.Completed, conductor.Model.State);
        }

        Assert.IsLessThanOrEqualTo(tasks / 20, store.CommitCount);
    }

    [TestMethod]
    public void An_attempt_of_a_trivial_task_takes_six_inodes()
    {
        using var world = new CommandWorld().Task("a", "true");
        Assert.IsTrue(world.Loop());
        CollectionAssert.AreEquivalent(
            new[] { "exit_code", "run.sh", "stderr.log", "stdout.log", "work" },
            Directory.EnumerateFileSystemEntries(world.Attempt("a@1"), "*", SearchOption.AllDirectories).Select(Path.GetFileName).ToList()
        );
    }

    [TestMethod]
    public void Progress_of_a_large_run_is_reported_in_few_lines()
    {
        using var world = World(5000, waits: false);
        Assert.IsTrue(world.Loop());
        Assert.IsLessThan(60, world.Said.Count);
    }

    private static long StatementsOfATick(int waiting)
    {
        using var world = World(waiting, waits: true);
        Assert.IsTrue(world.Step());
        Assert.AreEqual(waiting, world.Query("SELECT task_id FROM tasks WHERE state = 'WAITING_EXTERNAL'").Count);
        var before = SqlStatement.ExecutedByThisThread;
        Assert.IsTrue(world.Step());
        return SqlStatement.ExecutedByThisThread - before;
    }

    private static CommandWorld World(int tasks, bool waits)
    {
        var world = new CommandWorld();
        // Time stands still, so that what is counted does not depend on how fast this machine is.
        world.Host = world.Host with { Clock = new StandingClock(), Cores = tasks, Operators = (_, report) => new Instant(report, waits) };
        for (var i = 0; i < tasks; i++)
        {
            world.Task("t" + i, "true");
        }

        return world;
    }

    private sealed class StandingClock : TimeProvider
    {
        public override long GetTimestamp() => 1;
    }

    private sealed class Instant(Action<Observation> report, bool waits) : AttemptOperator
    {
        public override void Observe(IReadOnlyList<AttemptRequest> live) { }

        public override void Start(AttemptRequest request)
        {
            var now = DateTimeOffset.UtcNow;
            report(
                waits
                    ? new Observation.WaitingExternally(request.Attempt, now, "an instrument")
                    : new Observation.Started(request.Attempt, now, "memory")
            );
            if (!waits)
            {
                report(new Observation.Exited(request.Attempt, now, new AttemptEnd { ExitCode = 0 }));
            }
        }

        public override void Cancel(AttemptRequest request, string reason) { }
    }
}
