using MatterStack.Engine.Problems;

namespace MatterStack.Engine.Tests;

[TestClass]
public class WorkQueueTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    [TestMethod]
    public void One_thread_processes_items_in_their_order_and_an_item_that_throws_does_not_stop_it()
    {
        var done = new List<int>();
        var faults = new List<string>();
        var queue = new WorkQueue<int>(
            "test",
            item =>
            {
                done.Add(item);
                if (item == 2)
                {
                    throw new FormatException("two");
                }
            },
            e => faults.Add(e.Message)
        );
        Assert.IsFalse(queue.IsStarted);
        for (var item = 1; item <= 4; item++)
        {
            Assert.IsTrue(queue.TryAdd(item));
        }

        queue.Close();
        queue.Join(Patience);
        CollectionAssert.AreEqual(new[] { 1, 2, 3, 4 }, done);
        CollectionAssert.AreEqual(new[] { "two" }, faults);
    }

    [TestMethod]
    public void A_closed_queue_accepts_nothing()
    {
        var queue = new WorkQueue<int>("test", _ => { }, _ => { });
        queue.Close();
        Assert.IsFalse(queue.TryAdd(1));
        Assert.IsFalse(queue.IsStarted);
    }

    [TestMethod]
    public void Several_threads_share_the_items()
    {
        using var both = new Barrier(2);
        var met = 0;
        var queue = new WorkQueue<int>("test", _ => met += both.SignalAndWait(Patience) ? 1 : 0, _ => { }) { MaxThreads = 2 };
        queue.TryAdd(1);
        queue.TryAdd(2);
        // A third thread is never needed; a second one starts while the first is busy or the item waits.
        queue.TryAdd(3);
        queue.TryAdd(4);
        queue.Close();
        queue.Join(Patience);
        Assert.IsTrue(met > 0);
    }
}
