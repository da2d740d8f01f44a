using MatterStack.Engine.Commands;
using MatterStack.Engine.Lifecycle;
using MatterStack.Engine.Operators;
using MatterStack.Engine.Runs;
using MatterStack.Engine.Tests.Commands;

namespace MatterStack.Engine.Tests.Operators.Hpc;

/// <summary>What a run makes of attempts that wait in a queue, and of ends for lack of memory.</summary>
[TestClass]
public sealed class QueuedAttemptTests
{
    [TestMethod]
    public void An_attempt_that_follows_ends_for_lack_of_memory_knows_how_many()
    {
        var before = new List<int>();
        using var world = new CommandWorld(inMemory: true);
        world.Host = world.Host with
        {
            Operators = (_, report) => new Scripted(order =>
            {
                before.Add(order.OutOfMemoryBefore);
                report(new Observation.Submitted(order.Attempt, DateTimeOffset.UtcNow, "7", "waits as job 7: Resources"));
                report(new Observation.Started(order.Attempt, DateTimeOffset.UtcNow, "7"));
                report(new Observation.Exited(order.Attempt, DateTimeOffset.UtcNow, before.Count switch
                {
                    1 or 3 => new Ending { EndedBy = "OUT_OF_MEMORY" },
                    2 => new Ending { ExitCode = 1 },
                    _ => new Ending { ExitCode = 0 },
                }));
            }),
        };
        world.Task("a", "true", ("MaxAttempts", "4"), ("MemoryGb", "1"), ("RetryMemoryFactor", "2"));
        Assert.IsTrue(world.Loop());
        CollectionAssert.AreEqual((int[])[0, 1, 1, 2], before);
        Assert.IsEmpty(RunChecker.Check(world.Run));
    }

    [TestMethod]
    public void An_attempt_in_a_queue_is_SUBMITTED_its_task_RUNNING_and_Explain_says_what_the_queue_says()
    {
        using var world = new CommandWorld(inMemory: true);
        world.Host = world.Host with
        {
            Operators = (_, report) => new Scripted(order =>
            {
                report(new Observation.Submitted(order.Attempt, DateTimeOffset.UtcNow, "ms-name", "was handed over as ms-name"));
                report(new Observation.Submitted(order.Attempt, DateTimeOffset.UtcNow, "7", "waits as job 7: QOSMaxJobsPerUserLimit"));
            }),
        };
        world.Task("a", "true");
        Assert.IsTrue(world.Step());
        // A step takes what had been said when it left.
        CommandWorld.Until(() => world.Step() && world.Query("SELECT external_id FROM attempts")[0] is not null, "the job's name");
        Assert.AreEqual("SUBMITTED", world.Query("SELECT state FROM attempts")[0]);
        Assert.AreEqual("a=RUNNING", world.States());
        ExplainCommand.Execute(world.Context());
        Assert.Contains("waits as job 7: QOSMaxJobsPerUserLimit", string.Join('\n', world.Said));
        Assert.IsEmpty(RunChecker.Check(world.Run));
    }

    private sealed class Scripted(Action<AttemptOrder> start) : AttemptOperator
    {
        public override void Observe(IReadOnlyList<AttemptOrder> live)
        {
        }

        public override void Start(AttemptOrder order) => start(order);

        public override void Cancel(AttemptOrder order, string reason)
        {
        }
    }
}
