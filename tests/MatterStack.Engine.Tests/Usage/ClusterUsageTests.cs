using MatterStack.Engine.Lifecycle.Model;
using MatterStack.Engine.Operators;
using MatterStack.Engine.Tests.Operators.Hpc;

namespace MatterStack.Engine.Tests.Usage;

/// <summary>The accounting of a cluster is asked what ended jobs used: after the end, once for all, and until it knows or is given
/// up.</summary>
[TestClass]
public sealed class ClusterUsageTests : IDisposable
{
    private readonly ClusterWorld _world = new();

    public void Dispose() => _world.Dispose();

    [TestMethod]
    public void An_end_waits_for_no_accounting_and_the_usage_comes_later_and_once()
    {
        var request = Finish("1");
        Assert.AreEqual(UsageSource.Pending, _world.Ended(request).Usage!.Source);
        Assert.IsNull(_world.Ended(request).Usage!.PeakMemoryBytes, "unknown, and not 0");
        _world.Pass(10);
        Assert.IsNull(Found(request));

        Account("1");
        _world.Pass(60);

        var usage = Found(request)!;
        Assert.AreEqual(UsageSource.Sacct, usage.Source);
        Assert.AreEqual(10, usage.QueueTime?.TotalSeconds);
        Assert.AreEqual(4, usage.WallTime?.TotalSeconds);
        Assert.AreEqual(1.5, usage.CpuTime?.TotalSeconds);
        Assert.AreEqual(300L << 20, usage.PeakMemoryBytes);
        Assert.AreEqual(new DateTimeOffset(2026, 1, 1, 0, 0, 10, TimeSpan.Zero), usage.StartedAt);
        Assert.IsNull(usage.Note);
        var asked = _world.Calls("sacct-usage");
        _world.Pass(3600);
        Assert.AreEqual(asked, _world.Calls("sacct-usage"), "nothing is left to ask");
        Assert.HasCount(1, _world.Facts.OfType<Observation.UsageFound>());
    }

    [TestMethod]
    public void One_command_asks_for_all_that_ended()
    {
        var requests = Enumerable.Range(0, 5).Select(n => _world.Order($"t{n}")).ToArray();
        _world.Submit(requests);
        for (var n = 0; n < 5; n++)
        {
            _world.Run($"1_{n}");
            Account($"1_{n}");
        }

        _world.Pass(30);

        Assert.AreEqual(1, _world.Calls("sacct-usage"));
        Assert.HasCount(5, _world.Facts.OfType<Observation.UsageFound>());
    }

    [TestMethod]
    public void A_cluster_without_accounting_has_the_times_of_the_script_and_says_what_is_unknown()
    {
        _world.AccountingOff();
        var request = Finish("1");
        _world.Pass(30);

        var usage = Found(request)!;
        Assert.AreEqual(UsageSource.Times, usage.Source);
        Assert.IsNotNull(usage.CpuTime);
        Assert.IsNull(usage.PeakMemoryBytes);
        Assert.AreEqual(UsageNotes.Join(UsageNotes.BatchScriptOnly, UsageNotes.NoAccounting), usage.Note);
    }

    [TestMethod]
    public void An_accounting_that_never_lists_the_job_is_given_up_after_some_minutes()
    {
        var request = Finish("1");
        _world.Pass(200);
        Assert.IsNull(Found(request));
        _world.Pass(1200);

        Assert.AreEqual(UsageSource.Times, Found(request)!.Source);
        StringAssert.Contains(Found(request)!.Note, UsageNotes.NotListed);
        Assert.IsLessThan(12, _world.Calls("sacct-usage"));
    }

    [TestMethod]
    public void An_accounting_that_does_not_answer_is_asked_again_and_is_not_taken_for_an_answer()
    {
        _world.Fault("sacct", "echo 'sacct: error: slurmdbd: Connection refused' >&2; exit 1");
        var request = Finish("1");
        _world.Pass(3600);
        Assert.IsNull(Found(request));

        _world.Fault("sacct", "");
        Account("1");
        _world.Pass(600);

        Assert.AreEqual(UsageSource.Sacct, Found(request)!.Source);
    }

    [TestMethod]
    public void The_next_process_asks_for_what_the_last_one_left()
    {
        var request = Finish("1");
        var pending = Pending(request);
        Account("1");

        _world.Start();
        _world.Operator.WatchUsage([pending]);
        _world.Operator.AskUsage(TimeSpan.FromSeconds(5));

        Assert.AreEqual(300L << 20, Found(request)!.PeakMemoryBytes);
        Assert.AreEqual("n1", _world.Facts.OfType<Observation.UsageFound>().Single().Node);
    }

    [TestMethod]
    public void What_ended_long_ago_and_is_in_no_accounting_is_given_up_at_the_first_answer()
    {
        var request = Finish("1");
        var pending = Pending(request) with { EndedAt = _world.Clock.GetUtcNow().AddDays(-2) };

        _world.Start();
        _world.Operator.WatchUsage([pending]);
        _world.Operator.AskUsage(TimeSpan.FromSeconds(5));

        StringAssert.Contains(Found(request)!.Note, UsageNotes.NotListed);
    }

    private AttemptRequest Finish(string job)
    {
        var request = _world.Order();
        _world.Submit(request);
        _world.Run(job);
        _world.Cluster.RunOnce();
        _world.Pass(20);
        return request;
    }

    private PendingUsage Pending(AttemptRequest request) =>
        new(request.Attempt, request.Key, request.WiringHash, "1", _world.Clock.GetUtcNow(), _world.Ended(request).Usage!);

    private void Account(string job) =>
        File.WriteAllText(
            _world.In("twin/usage-" + job),
            $"{job}|COMPLETED|2026-01-01T00:00:00|2026-01-01T00:00:10|4|00:01.500||n1\n"
                + $"{job}.batch|COMPLETED|2026-01-01T00:00:10|2026-01-01T00:00:10|4|00:01.500|300M|n1\n"
        );

    private AttemptUsage? Found(AttemptRequest request) => _world.Last<Observation.UsageFound>(request)?.Usage;
}
