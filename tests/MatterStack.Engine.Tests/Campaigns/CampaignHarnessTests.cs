using MatterStack.Engine.Campaigns;
using MatterStack.Engine.Problems;

namespace MatterStack.Engine.Tests.Campaigns;

[TestClass]
public sealed partial class CampaignHarnessTests
{
    [TestMethod]
    public void A_campaign_runs_to_its_end_against_a_function()
    {
        using var harness = new CampaignHarness(task =>
            HarnessResult.Completed(new { x = task.Id.Value.Length }).WithFile("note.txt", task.Id.Value)
        );

        var history = harness.Run(new Counting());

        Assert.IsTrue(history.Finished);
        Assert.AreEqual("t0 t1 t2", string.Join(' ', history.Iterations.SelectMany(i => i.Tasks).Select(t => t.Id)));
        Assert.AreEqual("t0t1t2", history.State!.Notes);
        Assert.AreEqual(6, history.State.Sum);
        Assert.AreEqual(
            "tests",
            new DirectoryInfo(Path.GetDirectoryName(Path.GetDirectoryName(history.Iterations[0].Tasks[0].DeclaredAt!.File))!).Parent!.Name
        );
    }

    [TestMethod]
    public void Retries_skips_and_allowed_failures_are_as_in_a_run()
    {
        var asked = new List<string>();
        using var harness = new CampaignHarness(task =>
        {
            asked.Add(task.Id.Value);
            return task.Id.Value == "flaky" && asked.Count(a => a == "flaky") == 2 ? HarnessResult.Completed() : HarnessResult.Failed("no");
        });

        var history = harness.Run(
            new Scripted(
                (state, _) => state,
                state =>
                    state is not null
                        ? null
                        :
                        [
                            new()
                            {
                                Id = "after",
                                Command = "c",
                                DependsOn = ["bad"],
                            },
                            new()
                            {
                                Id = "flaky",
                                Command = "c",
                                MaxAttempts = 3,
                            },
                            new()
                            {
                                Id = "bad",
                                Command = "c",
                                AllowFailure = true,
                            },
                            new()
                            {
                                Id = "must",
                                Command = "c",
                                DependsOn = ["bad"],
                                AllowDependencyFailure = true,
                                AllowFailure = true,
                            },
                        ]
            )
        );

        Assert.AreEqual(
            "after:Skipped flaky:Completed bad:Failed must:Failed",
            string.Join(' ', history.Iterations[0].Results.Select(r => $"{r.Id}:{r.Outcome}"))
        );
        Assert.AreEqual("FAILED COMPLETED", string.Join(' ', history.Iterations[0].Results["flaky"].Attempts.Select(a => a.State)));
        Assert.IsTrue(history.Finished);
    }

    [TestMethod]
    public void A_task_may_be_a_call_of_the_program_that_the_campaign_is_compiled_to()
    {
        using var harness = new CampaignHarness(_ => HarnessResult.Completed());

        var history = harness.Run(
            new Scripted((state, _) => state, state => state is not null ? null : [new() { Id = "own", Command = "{campaign} measure" }])
        );

        Assert.AreEqual("{campaign} measure", history.Iterations.Single().Tasks.Single().Command, "this test assembly is a program");
    }

    [TestMethod]
    public void A_failure_that_is_not_allowed_ends_it_without_an_analysis()
    {
        using var harness = new CampaignHarness(_ => HarnessResult.Failed("broken"));

        var history = harness.Run(new Counting());

        Assert.IsFalse(history.Finished);
        Assert.IsNull(history.State);
        Assert.AreEqual("broken", history.Iterations.Single().Results["t0"].Reason);
    }

    [TestMethod]
    public void A_declared_output_that_is_not_left_is_a_failure()
    {
        using var harness = new CampaignHarness(_ => HarnessResult.Completed());

        var history = harness.Run(
            new Scripted(
                (state, _) => state,
                state =>
                    state is null
                        ?
                        [
                            new()
                            {
                                Id = "a",
                                Command = "c",
                                Outputs = ["results.json"],
                            },
                        ]
                        : null
            )
        );

        Assert.IsFalse(history.Finished);
        StringAssert.Contains(history.Iterations[0].Results["a"].Reason, "results.json");
    }

    [TestMethod]
    public void Items_are_the_fixed_part_of_the_first_workflow()
    {
        using var harness = new CampaignHarness(_ => HarnessResult.Completed()) { Items = [new() { Id = "item", Command = "c" }] };

        var history = harness.Run(
            new Scripted(
                (state, _) => state,
                state =>
                    state is null
                        ?
                        [
                            new()
                            {
                                Id = "a",
                                Command = "c",
                                DependsOn = ["item"],
                            },
                        ]
                        : null
            )
        );

        Assert.AreEqual("item a", string.Join(' ', history.Iterations.Single().Tasks.Select(t => t.Id)));
    }

    public static IEnumerable<object[]> Mistakes =>
        [
            Wrong("MATTER2001", _ => [new() { Command = "c", Id = default }], "no id"),
            Wrong("MATTER2002", _ => [new() { Id = "a", Command = "c" }, new() { Id = "A", Command = "c" }], "case"),
            Wrong("MATTER2002", _ => [new() { Id = "a", Command = "c" }], "earlier iteration"),
            Wrong(
                "MATTER2003",
                _ =>
                    [
                        new()
                        {
                            Id = "a",
                            Command = "c",
                            DependsOn = ["b"],
                        },
                    ],
                "'b'"
            ),
            Wrong(
                "MATTER2004",
                _ =>
                    [
                        new()
                        {
                            Id = "a",
                            Command = "c",
                            DependsOn = ["b"],
                        },
                        new()
                        {
                            Id = "b",
                            Command = "c",
                            DependsOn = ["a"],
                        },
                    ],
                "cycle"
            ),
            Wrong(
                "MATTER2005",
                _ =>
                    [
                        new()
                        {
                            Id = "a",
                            Command = "c",
                            Cores = 0,
                        },
                    ],
                "Cores"
            ),
            Wrong(
                "MATTER2005",
                _ =>
                    [
                        new()
                        {
                            Id = "a",
                            Command = "c",
                            Env = [new("MATTERSTACK_X", "1")],
                        },
                    ],
                "MATTERSTACK_"
            ),
            Wrong(
                "MATTER2005",
                _ =>
                    [
                        new()
                        {
                            Id = "a",
                            Command = "c",
                            Parameters = "{",
                        },
                    ],
                "JSON"
            ),
            Wrong(
                "MATTER2005",
                _ =>
                    [
                        new()
                        {
                            Id = "a",
                            Command = "c",
                            MemoryGb = double.NaN,
                        },
                    ],
                "MemoryGb"
            ),
            Wrong("MATTER2005", _ => [new() { Id = "a", Command = "c\u0001" }], "control"),
            Wrong(
                "MATTER2008",
                _ =>
                    [
                        new()
                        {
                            Id = "a",
                            Command = "c",
                            Files = ["../x"],
                        },
                    ],
                "../x"
            ),
            Wrong(
                "MATTER2008",
                _ =>
                    [
                        new()
                        {
                            Id = "a",
                            Command = "c",
                            Outputs = ["/x"],
                        },
                    ],
                "/x"
            ),
            Wrong("MATTER2009", _ => [new() { Id = "a" }], "no Command"),
            Wrong("MATTER2019", _ => [new() { Id = "a b", Command = "c" }], "'a b' cannot be a task id"),
            Wrong("MATTER2019", _ => throw new InvalidOperationException("thought wrongly"), "Scripted", "thought wrongly"),
            Wrong("MATTER2020", _ => [], "iteration 0"),
            Wrong(
                "MATTER2022",
                state =>
                {
                    state?.Add("x");
                    return state is null ? [new() { Id = "a", Command = "c" }] : null;
                },
                "Plan changed the state"
            ),
        ];

    [TestMethod]
    [DynamicData(nameof(Mistakes))]
    public void A_mistake_in_a_plan_is_a_coded_problem(string code, Func<List<string>?, Workflow?> plan, string[] words)
    {
        using var harness = new CampaignHarness(_ => HarnessResult.Completed());

        var thrown = Assert.ThrowsExactly<ProblemException>(() => harness.Run(new Scripted((state, _) => state, plan)));

        Assert.AreEqual(code, thrown.Problems[0].Code.Code, thrown.Message);
        Assert.IsTrue(thrown.Problems[0].Remedy.Length > 0);
        foreach (var word in words)
        {
            StringAssert.Contains(thrown.Message, word);
        }
    }

    private static object[] Wrong(string code, Func<List<string>?, Workflow?> plan, params string[] words) => [code, plan, words];

    public sealed record CountState(int Done, int Sum, string Notes);

    private sealed record Number(int X);

    private sealed class Counting : Campaign<CountState>
    {
        public override Workflow? Plan(CountState? state) =>
            state?.Done >= 3
                ? null
                :
                [
                    new()
                    {
                        Id = $"t{state?.Done ?? 0}",
                        Command = "c",
                        Outputs = ["note.txt"],
                        DependsOn = state is null ? [] : ["t0"],
                    },
                ];

        public override CountState Analyze(CountState? state, TaskResults results)
        {
            var result = results.Single();
            return new CountState(
                (state?.Done ?? 0) + 1,
                (state?.Sum ?? 0) + result.GetResult<Number>().X,
                state?.Notes + result.ReadText("note.txt")
            );
        }
    }

    private sealed class Scripted(Func<List<string>, TaskResults, List<string>> analyze, Func<List<string>?, Workflow?> plan)
        : Campaign<List<string>>
    {
        public override Workflow? Plan(List<string>? state) => plan(state);

        public override List<string> Analyze(List<string>? state, TaskResults results) => analyze(state ?? [], results);
    }

    private sealed class Once : Campaign
    {
        public override Workflow Plan() =>
            [
                new()
                {
                    Id = "ask",
                    Kind = TaskKind.Gate,
                    Message = "Go on?",
                },
            ];
    }
}
