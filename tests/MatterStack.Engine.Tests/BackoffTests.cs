using MatterStack.Engine.Problems;

namespace MatterStack.Engine.Tests;

[TestClass]
public class BackoffTests
{
    private static readonly Backoff Pauses = new(TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(30));

    [TestMethod]
    public void Each_pause_is_twice_the_one_before_up_to_the_longest()
    {
        var pauses = new List<double>();
        var pause = TimeSpan.Zero;
        while (pauses.Count < 6)
        {
            pause = Pauses.GetNext(pause);
            pauses.Add(pause.TotalSeconds);
        }

        CollectionAssert.AreEqual(new double[] { 5, 10, 20, 30, 30, 30 }, pauses);
    }

    [TestMethod]
    [DataRow(-1, 5)]
    [DataRow(0, 5)]
    [DataRow(1, 10)]
    [DataRow(2, 20)]
    [DataRow(3, 30)]
    [DataRow(int.MaxValue, 30)]
    public void The_pause_after_some_failures_is_the_same_as_step_by_step(int doublings, double seconds) =>
        Assert.AreEqual(TimeSpan.FromSeconds(seconds), Pauses.GetPause(doublings));
}
