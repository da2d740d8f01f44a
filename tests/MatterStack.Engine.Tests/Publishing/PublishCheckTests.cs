using MatterStack.Engine.Campaigns;
using MatterStack.Engine.Campaigns.Declarations;
using MatterStack.Engine.Problems;
using MatterStack.Engine.Tests.Commands;

namespace MatterStack.Engine.Tests.Publishing;

/// <summary>What may be published where, before a run begins.</summary>
[TestClass]
public sealed class PublishCheckTests : IDisposable
{
    private readonly CommandWorld _world = new();

    public void Dispose() => _world.Dispose();

    [TestMethod]
    [DataRow("out.csv", "results/a.csv", null)]
    [DataRow("out.csv", "a.csv", null)]
    [DataRow("out.csv;more.csv", "more.csv=>results/a.csv", null)]
    [DataRow("*.csv", "out.csv=>results/a.csv", null)]
    [DataRow("out.csv", "results/a.csv;out.csv=>results/b.csv", null, DisplayName = "one output at two places")]
    [DataRow("", "results/a.csv", "Publish is 'results/a.csv' and Outputs is empty")]
    [DataRow("out.csv;more.csv", "results/a.csv", "Publish is 'results/a.csv' and Outputs has 2 entries")]
    [DataRow("*.csv", "results/a.csv", "Publish is 'results/a.csv' and Outputs is the pattern '*.csv'")]
    [DataRow("out.csv", "oto.csv=>results/a.csv", "Publish names 'oto.csv', which is not among Outputs")]
    [DataRow("out.csv", ".git/a.csv", "Publish has '.git/a.csv', which is in '.git'")]
    [DataRow("out.csv", "results/.GIT/a.csv", "Publish has 'results/.GIT/a.csv', which is in '.GIT'")]
    [DataRow("out.csv", "obj/a.csv", "Publish has 'obj/a.csv', which is in 'obj'")]
    [DataRow("out.csv", "bin/a.csv", "Publish has 'bin/a.csv', which is in 'bin'")]
    [DataRow("out.csv", "results/index.csv", "which is 'index.csv', the list of what was published")]
    [DataRow("out.csv", "results/Index.CSV", "which is 'index.csv', the list of what was published")]
    [DataRow("out.csv", "c.csproj", "which may be a source of the project")]
    [DataRow("out.csv", "sub/Operators.yaml", "which may be a source of the project")]
    [DataRow("out.csv", "Directory.Build.props", "which may be a source of the project")]
    [DataRow("out.csv", "/tmp/a.csv", "Publish has '/tmp/a.csv'")]
    [DataRow("out.csv", "../a.csv", "Publish has '../a.csv'")]
    [DataRow("out.csv", "results/../../a.csv", "Publish has 'results/../../a.csv'")]
    [DataRow("out.csv", "runs/a.csv", "publishes to 'runs/a.csv', and runs or builds fill 'runs'")]
    public void A_task_publishes_declared_outputs_to_places_for_results(string outputs, string publish, string? problem)
    {
        var metadata = outputs.Length == 0 ? [("Publish", publish)] : new[] { ("Outputs", outputs), ("Publish", publish) };
        _world.Task("a", "true", metadata);

        Assert.AreEqual(problem is null, _world.Init(), Reported());
        if (problem is not null)
        {
            Assert.Contains(problem, _world.Reported.Single().Message);
            Assert.IsGreaterThan(0, _world.Reported[0].Remedy.Length);
        }
    }

    [TestMethod]
    [DataRow("results/a.csv", "results/a.csv", "Task 'b' publishes to 'results/a.csv', and so does task 'a'")]
    [DataRow("results/a.csv", "Results/A.csv", "and task 'a' to 'results/a.csv', which differs in case only")]
    [DataRow("results/a", "results/a/b.csv", "and task 'a' to 'results/a', which would be a file in a file")]
    [DataRow("results/a/b.csv", "results/a", "and task 'b' to 'results/a', which would be a file in a file")]
    [DataRow("results/a.csv", "results/a.csv.bak", null)]
    public void Two_tasks_have_two_targets(string first, string second, string? problem)
    {
        _world.Task("a", "true", ("Outputs", "o"), ("Publish", first)).Task("b", "true", ("Outputs", "o"), ("Publish", second));

        Assert.AreEqual(problem is null, _world.Init(), Reported());
        if (problem is not null)
        {
            Assert.AreEqual(CampaignCodes.PublishConflict, _world.Reported.Single().Code);
            Assert.Contains(problem, _world.Reported[0].Message);
        }
    }

    [TestMethod]
    [DataRow("data/a.csv")]
    [DataRow("data/*.csv")]
    [DataRow("**/*.csv")]
    public void An_input_of_the_campaign_is_no_target(string files)
    {
        _world.Write("campaign/data/a.csv", "1");
        _world.Task("a", "true", ("Outputs", "o"), ("Publish", "data/A.csv")).Task("b", "true", ("Files", files));

        Assert.IsFalse(_world.Init());

        Assert.Contains($"which Files of the campaign take as an input ('{files}')", _world.Reported.Single().Message);
    }

    [TestMethod]
    public void A_problem_has_the_position_of_the_task_that_declares_the_second_target()
    {
        var at = new SourcePosition("c.proj", 7, 3);
        CampaignTask[] tasks =
        [
            new()
            {
                Id = "a",
                Outputs = ["o"],
                Publish = ["x.csv"],
            },
            new()
            {
                Id = "b",
                Outputs = ["o"],
                Publish = ["x.csv"],
                DeclaredAt = at,
            },
        ];

        Assert.AreEqual(at, PublishCheck.FindConflicts(tasks, []).Single().Position);
    }

    [TestMethod]
    public void A_hundred_thousand_targets_are_checked_in_one_pass()
    {
        CampaignTask[] tasks =
        [
            .. Enumerable
                .Range(0, 100_000)
                .Select(static i => new CampaignTask
                {
                    Id = FormattableString.Invariant($"t_{i}"),
                    Outputs = ["o"],
                    Files = [FormattableString.Invariant($"in/{i}.txt")],
                    Publish = [FormattableString.Invariant($"results/{i % 100}/{i}.csv")],
                }),
        ];

        Assert.IsEmpty(PublishCheck.FindConflicts(tasks, ["runs"]));
    }

    [TestMethod]
    public void A_class_that_plans_a_target_twice_is_found_by_the_harness()
    {
        using var harness = new CampaignHarness(static _ => HarnessResult.Completed().WithFile("o", "1"));

        var thrown = Assert.ThrowsExactly<ProblemException>(() => harness.Run(new SameTarget()));

        Assert.AreEqual(CampaignCodes.PublishConflict, thrown.Problems.Single().Code);
        Assert.Contains("Task 't_1' publishes to 'results/t.csv', and so does task 't_0'", thrown.Problems[0].Message);
    }

    [TestMethod]
    [OSCondition(ConditionMode.Exclude, OperatingSystems.Windows)]
    public void A_class_that_plans_a_target_twice_stops_before_the_second_iteration()
    {
        _world.Class(new CampaignInMemory(static () => new SameTarget()));

        Assert.IsFalse(_world.Loop());

        Assert.AreEqual(CampaignCodes.PublishConflict, _world.Reported.Single().Code);
        Assert.AreEqual("t_0=COMPLETED", _world.States());
        Assert.AreEqual("RUNNING", _world.Query("SELECT state FROM runs").Single());
    }

    private string Reported() => string.Join('\n', _world.Reported);

    private sealed class SameTarget : Campaign<Counted>
    {
        public override Workflow? Plan(Counted? state) =>
            state?.Number == 2
                ? null
                :
                [
                    new()
                    {
                        Id = FormattableString.Invariant($"t_{state?.Number ?? 0}"),
                        Command = "echo 1 > o",
                        Outputs = ["o"],
                        Publish = ["results/t.csv"],
                    },
                ];

        public override Counted Analyze(Counted? state, TaskResults results) => new((state?.Number ?? 0) + 1);
    }

    private sealed record Counted(int Number);
}
