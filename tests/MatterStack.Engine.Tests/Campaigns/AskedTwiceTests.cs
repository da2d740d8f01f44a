using MatterStack.Engine.Campaigns;
using MatterStack.Engine.Campaigns.Loading;
using MatterStack.Engine.Problems;

namespace MatterStack.Engine.Tests.Campaigns;

/// <summary>A campaign that answers soon is asked twice, so that chance and the clock do not decide unnoticed.</summary>
[TestClass]
public sealed class AskedTwiceTests
{
    private static readonly CampaignLoader Always = new(TimeSpan.MaxValue);
    private static readonly CampaignLoader Never = new(TimeSpan.Zero);

    private readonly List<Problem> _warned = [];

    [TestMethod]
    public void A_first_workflow_that_chance_decides_is_refused_with_both_answers()
    {
        var thrown = Assert.ThrowsExactly<ProblemException>(() => Always.AskCampaign(Question<Dice>(), CancellationToken.None));

        Assert.AreEqual(CampaignCodes.NotDeterministic, thrown.Problems.Single().Code);
        StringAssert.Contains(thrown.Message, "and the second time");
    }

    [TestMethod]
    public void An_analysis_that_the_clock_decides_is_warned_of_and_its_first_answer_holds()
    {
        var reply = Always.AskCampaign(Question<Clock>() with { Results = Nothing }, CancellationToken.None);

        Assert.AreEqual((CampaignCodes.NotDeterministic, Severity.Warning), _warned.Select(w => (w.Code, w.Severity)).Single());
        Assert.IsNotNull(reply.State);
    }

    [TestMethod]
    public void A_campaign_that_counts_in_a_static_field_says_the_same_to_each_asking()
    {
        Assert.AreEqual("a1", Always.AskCampaign(Question<Counter>(), CancellationToken.None).Tasks!.Single().Id.Value);
        Assert.IsEmpty(_warned);
    }

    [TestMethod]
    public void One_that_computes_for_long_is_asked_once() =>
        Assert.IsNotNull(Never.AskCampaign(Question<Dice>(), CancellationToken.None).Tasks);

    private static TaskResults Nothing => new(0, _ => []);

    private CampaignQuestion Question<T>() =>
        new(typeof(T).Assembly.Location, typeof(T).FullName!, new SourceLocator("/p/x.csproj", null))
        {
            Listener = new CampaignListener(_ => { }, _warned.Add),
        };

    public sealed class Dice : Campaign
    {
        public override Workflow Plan() => [new() { Id = "a", Command = $"echo {Guid.NewGuid()}" }];
    }

    public sealed class Counter : Campaign
    {
        private static int _made;

        public override Workflow Plan() => [new() { Id = $"a{++_made}", Command = "true" }];
    }

    public sealed record At(long Ticks);

    public sealed class Clock : Campaign<At>
    {
        public override Workflow? Plan(At? state) => null;

        public override At Analyze(At? state, TaskResults results) => new(DateTime.UtcNow.Ticks);
    }
}
