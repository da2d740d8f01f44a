using MatterStack.Engine.Problems;

namespace MatterStack.Engine.Tests;

[TestClass]
public class DelayedWorkQueueTests
{
    [TestMethod]
    public async Task No_more_items_run_at_once_than_allowed_and_all_run()
    {
        var (running, most, done) = (0, 0, new CountdownEvent(20));
        using var queue = new DelayedWorkQueue<int>(
            3,
            TimeProvider.System,
            async (_, _) =>
            {
                most = Math.Max(most, Interlocked.Increment(ref running));
                await Task.Yield();
                Interlocked.Decrement(ref running);
                done.Signal();
            },
            e => Assert.Fail(e.Message)
        );
        for (var i = 0; i < 20; i++)
        {
            queue.Enqueue(i, TimeSpan.Zero);
        }

        Assert.IsTrue(await Task.Run(() => done.Wait(TimeSpan.FromSeconds(30))));
        Assert.IsTrue(most <= 3, $"{most} at once");
    }

    [TestMethod]
    public async Task An_item_that_throws_frees_its_place()
    {
        var faults = 0;
        var ran = new TaskCompletionSource();
        using var queue = new DelayedWorkQueue<bool>(
            1,
            TimeProvider.System,
            (fails, stop) => fails ? throw new FormatException() : Task.Run(ran.SetResult, stop),
            _ => Interlocked.Increment(ref faults)
        );
        queue.Enqueue(true, TimeSpan.Zero);
        queue.Enqueue(false, TimeSpan.Zero);

        await ran.Task.WaitAsync(TimeSpan.FromSeconds(30));
        Assert.AreEqual(1, faults);
    }
}
