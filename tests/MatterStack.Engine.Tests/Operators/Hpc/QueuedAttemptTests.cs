using MatterStack.Engine.Commands;
using MatterStack.Engine.Lifecycle.Model;
using MatterStack.Engine.Operators;
using MatterStack.Engine.Runs.Checks;
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
            Operators = (_, report) =>
                new Scripted(request =>
                {
                    before.Add(request.OutOfMemoryCount);
                    report(new Observation.Submitted(request.Attempt, DateTimeOffset.UtcNow, "7", "waits as job 7: Resources"));
                    report(new Observation.Started(request.Attempt, DateTimeOffset.UtcNow, "7"));
                    report(
                        new Observation.Exited(
                            request.Attempt,
                            DateTimeOffset.UtcNow,
                            before.Count switch
                            {
                                1 or 3 => new AttemptEnd { Cause = EndCause.OutOfMemory, EndedBy = "it needed more than it had" },
                                2 => new AttemptEnd { ExitCode = 1 },
                                _ => new AttemptEnd { ExitCode = 0 },
                            }
                        )
                    );
                }),
        };
        world.Task("a", "true", ("MaxAttempts", "4"), ("MemoryGb", "1"), ("RetryMemoryFactor", "2"));
        Assert.IsTrue(world.Loop());
        CollectionAssert.AreEqual((int[])[0, 1, 1, 2], before);
        Assert.IsEmpty(RunChecker.CheckFolder(world.Run));
    }

    [TestMethod]
    public void An_attempt_in_a_queue_is_SUBMITTED_its_task_RUNNING_and_Explain_says_what_the_queue_says()
    {
        using var world = new CommandWorld(inMemory: true);
        world.Host = world.Host with
        {
            Operators = (_, report) =>
                new Scripted(request =>
                {
                    report(new Observation.Submitted(request.Attempt, DateTimeOffset.UtcNow, "ms-name", "was submitted as ms-name"));
                    report(
                        new Observation.Submitted(request.Attempt, DateTimeOffset.UtcNow, "7", "waits as job 7: QOSMaxJobsPerUserLimit")
                    );
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
        Assert.IsEmpty(RunChecker.CheckFolder(world.Run));
    }

    [TestMethod]
    public void Pause_and_Resume_reach_the_queue_and_a_command_on_a_paused_run_makes_sure_of_it()
    {
        var told = new List<string>();
        using var world = new CommandWorld(inMemory: true);
        world.Host = world.Host with
        {
            Operators = (_, report) =>
                new Scripted(request =>
                    report(new Observation.Submitted(request.Attempt, DateTimeOffset.UtcNow, "7", "waits as job 7: Resources"))
                )
                {
                    Told = told.Add,
                },
        };
        world.Task("a", "true");
        Assert.IsTrue(world.Step());

        RequestCommand.Execute(world.Context(), RequestKind.Pause, CancellationToken.None);
        Assert.Contains("1 queued attempts are held, 0 running attempts continue", string.Join('\n', world.Said));
        Assert.AreEqual("hold", told[^1]);
        told.Clear();
        Assert.IsTrue(world.Step());
        CollectionAssert.AreEqual((string[])["hold"], told);

        RequestCommand.Execute(world.Context(), RequestKind.Resume, CancellationToken.None);
        Assert.AreEqual("release", told[^1]);
        Assert.IsEmpty(RunChecker.CheckFolder(world.Run));
    }

    [TestMethod]
    public void A_job_that_is_put_back_into_the_queue_after_its_start_says_why_also_to_a_later_command()
    {
        var starts = 0;
        using var world = new CommandWorld(inMemory: true);
        world.Host = world.Host with
        {
            Operators = (_, report) =>
                new Scripted(request => report(new Observation.Started(request.Attempt, DateTimeOffset.UtcNow, "7")))
                {
                    Watched = request =>
                        report(
                            starts++ < 2
                                ? new Observation.Submitted(request.Attempt, DateTimeOffset.UtcNow, "7", "waits as job 7: BeginTime")
                                : new Observation.Started(request.Attempt, DateTimeOffset.UtcNow, "7")
                        ),
                },
        };
        world.Task("a", "true");
        Assert.IsTrue(world.Step());
        Assert.IsTrue(world.Step());
        Assert.AreEqual("waits as job 7: BeginTime", world.Query("SELECT reason FROM tasks")[0]);
        Assert.AreEqual("RUNNING", world.Query("SELECT state FROM attempts")[0]);

        // What is said again is not written again.
        var events = world.Query("SELECT count(*) FROM events")[0];
        Assert.IsTrue(world.Step());
        Assert.AreEqual(events, world.Query("SELECT count(*) FROM events")[0]);

        Assert.IsTrue(world.Step());
        Assert.AreEqual("", world.Query("SELECT reason FROM tasks")[0] ?? "");
        Assert.IsEmpty(RunChecker.CheckFolder(world.Run));
    }

    private sealed class Scripted(Action<AttemptRequest> start) : AttemptOperator
    {
        public Action<string> Told { get; init; } = _ => { };

        public Action<AttemptRequest> Watched { get; init; } = _ => { };

        public override void Hold() => Told("hold");

        public override void Release() => Told("release");

        public override void Observe(IReadOnlyList<AttemptRequest> live)
        {
            foreach (var request in live)
            {
                Watched(request);
            }
        }

        public override void Start(AttemptRequest request) => start(request);

        public override void Cancel(AttemptRequest request, string reason) { }
    }
}
