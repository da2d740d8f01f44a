using MatterStack.Engine.Campaigns;
using MatterStack.Engine.Campaigns.Loading;
using MatterStack.Engine.Commands;
using MatterStack.Engine.Lifecycle.Model;
using MatterStack.Engine.Problems;
using MatterStack.Engine.Runs.Checks;
using MatterStack.Engine.Tests.Commands;

namespace MatterStack.Engine.Tests.Campaigns;

/// <summary>A campaign class decides what follows a failed attempt.</summary>
[TestClass]
[OSCondition(ConditionMode.Exclude, OperatingSystems.Windows)]
public sealed class OnFailedTests : IDisposable
{
    private readonly CommandWorld _world = new();

    public void Dispose() => _world.Dispose();

    [TestMethod]
    public void A_changed_task_is_the_next_attempt_whatever_the_metadata_say()
    {
        var seen = new List<TaskAttempt>();
        var campaign = Declare(
            (task, ended) =>
            {
                seen.Add(ended);
                return ended.Index < 3
                    ? task with
                    {
                        Command = $"echo {ended.Index} > out.txt; [ {ended.Index} = 2 ]",
                        Cores = ended.Index + 1,
                    }
                    : null;
            },
            new CampaignTask
            {
                Id = "a",
                Command = "exit 9",
                Outputs = ["out.txt"],
                RetryOn = ["TIMEOUT"],
            }
        );

        Assert.IsTrue(_world.Loop(), Reported());

        Assert.AreEqual("a=COMPLETED", _world.States());
        Assert.AreEqual(2, campaign.AskedAboutFailures);
        Assert.AreEqual(
            "1 FAILED EXIT 9|2 FAILED EXIT 1",
            string.Join('|', seen.Select(a => $"{a.Index} {a.State} {a.Cause} {a.ExitCode}"))
        );
        Assert.AreEqual(_world.Attempt("a@1"), seen[0].Folder);
        Assert.AreEqual("2\n", File.ReadAllText(_world.Attempt("a@3/work/out.txt")));
        Assert.AreEqual(2, _world.Query("SELECT changes FROM amendments").Count);
        Assert.AreEqual("OnFailed of the campaign class", _world.Query("SELECT actor FROM amendments").First());
        Assert.AreEqual("3", _world.Query("SELECT CAST(cores AS TEXT) FROM tasks").Single());
        AssertSound();
    }

    [TestMethod]
    public void Items_are_asked_about_too_and_null_leaves_the_decision_to_the_metadata()
    {
        var asked = new List<string>();
        Declare(
            (task, _) =>
            {
                asked.Add(task.Id.Value);
                return null;
            },
            new CampaignTask { Id = "a", Command = "true" }
        );
        _world.Task("item", "exit 1", ("MaxAttempts", "2"));

        Assert.IsFalse(_world.Loop());

        Assert.AreEqual("item=FAILED a=COMPLETED", _world.States());
        Assert.AreEqual("item item", string.Join(' ', asked), "once for each failed end");
    }

    [TestMethod]
    public void A_class_that_always_answers_stops_after_fifty_answers()
    {
        var campaign = Declare((task, _) => task, new CampaignTask { Id = "a", Command = "exit 1" });

        Assert.IsFalse(_world.Loop());

        Assert.AreEqual(50, campaign.AskedAboutFailures);
        Assert.AreEqual("51", _world.Query("SELECT CAST(attempts AS TEXT) FROM tasks").Single());
        Assert.IsEmpty(_world.Query("SELECT changes FROM amendments"), "nothing was changed");
    }

    [TestMethod]
    public void An_exception_is_a_warning_and_the_metadata_decide()
    {
        Declare(
            (_, _) => throw new InvalidOperationException("no such file"),
            new CampaignTask
            {
                Id = "a",
                Command = "exit 1",
                MaxAttempts = 2,
            }
        );

        Assert.IsFalse(_world.Loop());

        Assert.AreEqual("2", _world.Query("SELECT CAST(attempts AS TEXT) FROM tasks").Single());
        var warned = _world.Query("SELECT details FROM events WHERE kind = 'ATTEMPT_WARNED'");
        Assert.HasCount(2, warned);
        Assert.Contains("OnFailed threw InvalidOperationException: no such file", warned[0]!);
    }

    [TestMethod]
    public void A_change_that_is_not_allowed_is_a_warning_and_the_metadata_decide()
    {
        Declare((task, _) => task with { Outputs = ["other.txt"] }, new CampaignTask { Id = "a", Command = "exit 1" });

        Assert.IsFalse(_world.Loop());

        Assert.AreEqual("1", _world.Query("SELECT CAST(attempts AS TEXT) FROM tasks").Single());
        Assert.Contains("it changes Outputs", _world.Query("SELECT details FROM events WHERE kind = 'ATTEMPT_WARNED'").Single()!);
    }

    [TestMethod]
    public void An_answer_that_could_never_start_is_a_warning_and_the_metadata_decide()
    {
        Declare((task, _) => task with { Cores = 1000 }, new CampaignTask { Id = "a", Command = "exit 1" });

        Assert.IsFalse(_world.Loop());

        Assert.AreEqual("1", _world.Query("SELECT CAST(attempts AS TEXT) FROM tasks").Single());
        Assert.Contains("1000 cores", _world.Query("SELECT details FROM events WHERE kind = 'ATTEMPT_WARNED'").Single()!);
        Assert.AreEqual("1", _world.Query("SELECT CAST(cores AS TEXT) FROM tasks").Single());
    }

    [TestMethod]
    public void A_class_without_the_method_is_not_asked()
    {
        var campaign = new CampaignInMemory(() => new Plain());
        _world.Class(campaign);

        Assert.IsFalse(_world.Loop());

        Assert.AreEqual(0, campaign.AskedAboutFailures);
        Assert.IsNull(_world.Query("SELECT failure_class FROM runs").Single());
    }

    [TestMethod]
    public void A_request_of_a_person_does_not_record_an_end_that_the_class_was_not_asked_about()
    {
        var gate = _world.In("gate");
        var campaign = Declare(
            (task, _) => task with { Command = "true" },
            new CampaignTask { Id = "a", Command = CommandWorld.WaitFor(gate) + "; exit 1" }
        );
        Assert.IsTrue(_world.Step(), Reported());
        File.WriteAllText(gate, "");
        _world.UntilExited("a@1");

        Assert.IsTrue(RequestCommand.Execute(_world.Context(), RequestKind.Pause, CancellationToken.None).Success);

        Assert.AreEqual(0, campaign.AskedAboutFailures);
        Assert.IsTrue(RequestCommand.Execute(_world.Context(), RequestKind.Resume, CancellationToken.None).Success);
        Assert.IsTrue(_world.Loop(), Reported());
        Assert.AreEqual(1, campaign.AskedAboutFailures);
        Assert.AreEqual("a=COMPLETED", _world.States());
    }

    [TestMethod]
    public void The_harness_asks_as_a_run_does()
    {
        var folders = new List<string>();
        using var harness = new CampaignHarness(task =>
            task.MemoryGb >= 4
                ? HarnessResult.Completed()
                : HarnessResult.Failed("killed").WithFile("log", "x") with
                {
                    Cause = "OUT_OF_MEMORY",
                }
        );

        var history = harness.Run(
            new Iterating(
                (task, ended) =>
                {
                    folders.Add(File.ReadAllText(Path.Combine(ended.Folder, "log")));
                    return ended.Cause == "OUT_OF_MEMORY" ? task with { MemoryGb = task.MemoryGb * 2 } : null;
                }
            )
        );

        Assert.IsTrue(history.Finished);
        Assert.AreEqual(3, history.Iterations[0].Results["a"].Attempts.Count);
        Assert.AreEqual("x x", string.Join(' ', folders));
    }

    [TestMethod]
    public void The_harness_reports_an_answer_that_a_run_would_not_use()
    {
        using var harness = new CampaignHarness(_ => HarnessResult.Failed("no"));

        var thrown = Assert.ThrowsExactly<ProblemException>(() => harness.Run(new Iterating((task, _) => task with { Cache = false })));

        Assert.AreEqual(CampaignCodes.FailureAnswerRefused, thrown.Problems[0].Code);
        Assert.Contains("changes Cache", thrown.Problems[0].Message);
    }

    [TestMethod]
    public void A_compiled_class_is_loaded_asked_and_unloaded()
    {
        var assembly = typeof(OnFailedTests).Assembly.Location;
        var question = new CampaignQuestion(assembly, typeof(Compiled).FullName!, new SourceLocator("/p/x.csproj", null));
        var failed = new FailedAttempt(
            new PlannedTask(
                new CampaignTask
                {
                    Id = "a",
                    Command = "c",
                    MemoryGb = 1,
                },
                []
            ),
            new TaskAttempt
            {
                Id = default,
                Index = 1,
                State = "FAILED",
                OperatorKey = "local.default",
                Wiring = default,
                CreatedAt = DateTimeOffset.UnixEpoch,
                Cause = "OUT_OF_MEMORY",
            }
        );

        var answers = CampaignLoader.Instance.AskAboutFailures(
            question,
            [failed, failed with { Ended = failed.Ended with { Cause = "EXIT" } }],
            default
        );

        Assert.AreEqual(3.0, answers[0].Task!.MemoryGb);
        Assert.IsNull(answers[1].Task);
        Assert.IsTrue(CampaignLoader.Instance.AskCampaign(question, default).HandlesFailures);
        Assert.IsFalse(CampaignLoader.Instance.AskCampaign(question with { Class = typeof(Plain).FullName! }, default).HandlesFailures);
    }

    private CampaignInMemory Declare(Func<CampaignTask, TaskAttempt, CampaignTask?> decide, params CampaignTask[] tasks)
    {
        var campaign = new CampaignInMemory(() => new Fixed(decide, tasks));
        _world.Class(campaign);
        return campaign;
    }

    private string Reported() => string.Join("; ", _world.Reported);

    private void AssertSound() => Assert.IsEmpty(RunChecker.CheckFolder(_world.Run), string.Join("; ", RunChecker.CheckFolder(_world.Run)));

    /// <summary>Triples the memory of what ran out of it.</summary>
    public sealed class Compiled : Campaign
    {
        public override Workflow Plan() => [new() { Id = "a", Command = "c" }];

        public override CampaignTask? OnFailed(CampaignTask task, TaskAttempt ended) =>
            ended.Cause == "OUT_OF_MEMORY" ? task with { MemoryGb = task.MemoryGb * 3 } : null;
    }

    /// <summary>Decides nothing.</summary>
    public sealed class Plain : Campaign
    {
        public override Workflow Plan() => [new() { Id = "a", Command = "exit 1" }];
    }

    private sealed class Fixed(Func<CampaignTask, TaskAttempt, CampaignTask?> decide, CampaignTask[] tasks) : Campaign
    {
        public override Workflow Plan() => [.. tasks];

        public override CampaignTask? OnFailed(CampaignTask task, TaskAttempt ended) => decide(task, ended);
    }

    private sealed class Iterating(Func<CampaignTask, TaskAttempt, CampaignTask?> decide) : Campaign<string>
    {
        public override Workflow? Plan(string? state) =>
            state is null
                ?
                [
                    new()
                    {
                        Id = "a",
                        Command = "c",
                        MemoryGb = 1,
                    },
                ]
                : null;

        public override string Analyze(string? state, TaskResults results) => "done";

        public override CampaignTask? OnFailed(CampaignTask task, TaskAttempt ended) => decide(task, ended);
    }
}
