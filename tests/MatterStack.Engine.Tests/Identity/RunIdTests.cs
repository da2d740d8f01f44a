using MatterStack.Engine.Identity;

namespace MatterStack.Engine.Tests.Identity;

[TestClass]
public sealed class RunIdTests
{
    private static readonly DateTimeOffset Noon = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    [TestMethod]
    public void Runs_of_one_second_sort_in_the_order_they_were_made()
    {
        var newest = RunId.Create(Noon);
        for (var i = 0; i < 1000; i++)
        {
            var next = RunId.Create(Noon, newest);
            Assert.IsGreaterThan(0, next.CompareTo(newest));
            Assert.IsTrue(RunId.TryParse(next.Value, out _), next.Value);
            newest = next;
        }
    }

    [TestMethod]
    public void A_run_made_after_the_clock_stepped_back_is_the_newest()
    {
        var newest = RunId.Create(Noon);

        Assert.IsGreaterThan(0, RunId.Create(Noon.AddHours(-1), newest).CompareTo(newest));
    }

    [TestMethod]
    public void The_last_id_of_a_second_is_followed_by_the_next_second()
    {
        Assert.IsTrue(RunId.TryParse("20260301_115959_ffffffff", out var last));

        StringAssert.StartsWith(RunId.Create(Noon.AddSeconds(-1), last).Value, "20260301_120000_");
    }
}
