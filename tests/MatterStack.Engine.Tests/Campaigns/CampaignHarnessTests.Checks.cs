using System.Text.Json;
using MatterStack.Engine.Campaigns;
using MatterStack.Engine.Problems;

namespace MatterStack.Engine.Tests.Campaigns;

/// <content>What the harness checks.</content>
public sealed partial class CampaignHarnessTests
{
    [TestMethod]
    public void A_campaign_that_never_ends_is_stopped()
    {
        using var harness = new CampaignHarness(_ => HarnessResult.Completed()) { MaxIterations = 5 };

        var thrown = Assert.ThrowsExactly<ProblemException>(() =>
            harness.Run(new Scripted((state, _) => [.. state, "x"], state => [new() { Id = $"a{state?.Count}", Command = "c" }]))
        );

        Assert.AreEqual(CampaignCodes.NoEnd, thrown.Problems[0].Code);
    }

    [TestMethod]
    public void A_campaign_that_is_not_deterministic_is_found_out()
    {
        using var harness = new CampaignHarness(_ => HarnessResult.Completed());
        var n = 0;

        var planned = Assert.ThrowsExactly<ProblemException>(() =>
            harness.Run(new Scripted((state, _) => state, _ => [new() { Id = $"a{n++}", Command = "c" }]))
        );
        var analyzed = Assert.ThrowsExactly<ProblemException>(() =>
            harness.Run(new Scripted((state, _) => [$"{n++}"], state => state is null ? [new() { Id = "a", Command = "c" }] : null))
        );

        Assert.AreEqual(CampaignCodes.NotDeterministic, planned.Problems[0].Code);
        Assert.AreEqual(CampaignCodes.NotDeterministic, analyzed.Problems[0].Code);
        StringAssert.Contains(planned.Message, "a0");
    }

    [TestMethod]
    public void A_result_that_is_not_there_is_a_problem_that_names_what_is()
    {
        Asks(results => results["b"], "Did you mean 'a'?");
        Asks(results => results["a"].GetResult<JsonElement>(), "left no results.json");
        Asks(results => results["a"].PathOf("other.txt"), "It has out.txt");
        Asks(
            results =>
            {
                File.WriteAllText(results["a"].PathOf("out.txt"), "changed");
                return results["a"].ReadText("out.txt");
            },
            "not what was recorded"
        );

        static void Asks(Func<TaskResults, object> ask, string words)
        {
            using var harness = new CampaignHarness(_ => HarnessResult.Completed().WithFile("out.txt", "x"));
            var thrown = Assert.ThrowsExactly<ProblemException>(() =>
                harness.Run(
                    new Scripted(
                        (state, results) => [ask(results).ToString()!],
                        state => state is null ? [new() { Id = "a", Command = "c" }] : null
                    )
                )
            );
            Assert.AreEqual(CampaignCodes.NoSuchResult, thrown.Problems[0].Code);
            StringAssert.Contains(thrown.Message, words);
        }
    }

    [TestMethod]
    public void A_workflow_without_a_state_is_checked_too()
    {
        using var harness = new CampaignHarness(_ => HarnessResult.Completed());

        Assert.AreEqual("human.default", harness.Plan(new Once()).Single().OperatorKey.Value);
    }
}
