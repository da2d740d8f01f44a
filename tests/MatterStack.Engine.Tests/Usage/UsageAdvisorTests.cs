using MatterStack.Engine.Runs.Usage;
using static MatterStack.Engine.Tests.Usage.UsageRows;

namespace MatterStack.Engine.Tests.Usage;

/// <summary>The metadata worth writing.</summary>
[TestClass]
public sealed class UsageAdvisorTests
{
    [TestMethod]
    public void A_suggestion_is_the_95th_percentile_and_a_margin_as_a_user_writes_it()
    {
        var usage = SumUp(
            Repeat(20, task =>
                Completed(task, 60 * 19, 60 * 19, task == "t_0" ? 2.2 : 2.1) with
                {
                    Cores = 1,
                    MemoryGb = 16,
                    TimeLimit = TimeSpan.FromDays(1),
                }
            )
        );

        Assert.AreEqual("MemoryGb=\"3\" TimeLimitMinutes=\"25\"", UsageAdvisor.SuggestMetadata(usage).Text);
    }

    [TestMethod]
    public void It_is_never_below_what_a_completed_attempt_used()
    {
        var usage = SumUp(Repeat(100, task => Completed(task, 60, 60, task == "t_99" ? 30 : 1) with { MemoryGb = 500 }));

        // 30 GiB and a tenth more, in steps of 4.
        Assert.AreEqual("MemoryGb=\"36\" TimeLimitMinutes=\"2\"", UsageAdvisor.SuggestMetadata(usage).Text);
    }

    [TestMethod]
    public void It_is_above_what_was_too_little()
    {
        var usage = SumUp([
            .. Repeat(5, task => Completed(task, 60, 60, 1) with { MemoryGb = 4, TimeLimit = TimeSpan.FromMinutes(2) }),
            Failed("t_9", "OUT_OF_MEMORY", 3.9) with
            {
                MemoryGb = 4,
                TimeLimit = TimeSpan.FromMinutes(2),
            },
            Failed("t_9", "TIMEOUT") with
            {
                MemoryGb = 4,
                TimeLimit = TimeSpan.FromMinutes(40),
            },
        ]);

        Assert.AreEqual("MemoryGb=\"5\" TimeLimitMinutes=\"50\"", UsageAdvisor.SuggestMetadata(usage).Text);
    }

    [TestMethod]
    [DataRow(2.0)]
    [DataRow(2.5)]
    [DataRow(3.0)]
    public void An_amount_that_is_sufficient_and_near_stays(double asked)
    {
        var usage = SumUp(Repeat(5, task => Completed(task, 60, 60, 1.6) with { MemoryGb = asked, TimeLimit = TimeSpan.FromMinutes(2) }));

        Assert.IsNull(UsageAdvisor.SuggestMetadata(usage).Text);
    }

    [TestMethod]
    public void An_amount_that_was_almost_used_up_grows()
    {
        var usage = SumUp(Repeat(5, task => Completed(task, 118, 60, 1.99) with { MemoryGb = 2, TimeLimit = TimeSpan.FromMinutes(2) }));

        Assert.AreEqual("MemoryGb=\"2.5\" TimeLimitMinutes=\"3\"", UsageAdvisor.SuggestMetadata(usage).Text);
    }

    [TestMethod]
    public void Two_completed_attempts_are_too_few()
    {
        var suggestion = UsageAdvisor.SuggestMetadata(SumUp(Repeat(2, task => Completed(task, 60, 60, 1) with { MemoryGb = 64 })));

        Assert.IsNull(suggestion.Text);
        Assert.AreEqual("2 completed attempts: a suggestion needs 3", suggestion.Silences.Single());
    }

    [TestMethod]
    public void What_is_unknown_is_not_suggested()
    {
        var suggestion = UsageAdvisor.SuggestMetadata(
            SumUp(Repeat(9, task => Completed(task, wall: 60, note: "why") with { MemoryGb = 64 }))
        );

        Assert.AreEqual("TimeLimitMinutes=\"2\"", suggestion.Text);
        Assert.AreEqual("memory: known of 0 completed attempts, a suggestion needs 3", suggestion.Silences.Single());
    }

    [TestMethod]
    public void The_memory_of_the_largest_process_is_no_suggestion_for_a_node()
    {
        var suggestion = UsageAdvisor.SuggestMetadata(
            SumUp(Repeat(9, task => Completed(task, 60, 240, 1) with { Ranks = 4, MemoryGb = 64, TimeLimit = TimeSpan.FromMinutes(2) }))
        );

        Assert.IsNull(suggestion.Text);
        Assert.AreEqual("memory: known is that of the largest process, not that of a node", suggestion.Silences.Single());
    }

    [TestMethod]
    [DataRow(8, 60.0, "Cores=\"1\"")]
    [DataRow(8, 61.0, "Cores=\"1\"", DisplayName = "a little above one core is one core")]
    [DataRow(8, 150.0, "Cores=\"3\"")]
    [DataRow(8, 300.0, null, DisplayName = "more than half is not far fewer")]
    [DataRow(1, 6.0, null, DisplayName = "nothing is less than one core")]
    public void Cores_are_suggested_only_if_far_fewer_were_busy(int asked, double cpu, string? suggestion)
    {
        var usage = SumUp(
            Repeat(3, task => Completed(task, 60, cpu, 1) with { Cores = asked, MemoryGb = 1.5, TimeLimit = TimeSpan.FromMinutes(2) })
        );

        Assert.AreEqual(suggestion, UsageAdvisor.SuggestMetadata(usage).Text);
    }

    [TestMethod]
    [DataRow(0.01, 0.1)]
    [DataRow(0.3, 0.3)]
    [DataRow(0.31, 0.4)]
    [DataRow(2.6, 3.0)]
    [DataRow(4.1, 5.0)]
    [DataRow(17.0, 20.0)]
    public void An_amount_is_rounded_up(double amount, double rounded) =>
        Assert.AreEqual(rounded, UsageAdvisor.RoundUp(amount, [(1, 0.1), (4, 0.5), (16, 1), (double.MaxValue, 4)]));
}
