using MatterStack.Engine.Lifecycle.Model;
using MatterStack.Engine.Operators;

namespace MatterStack.Engine.Tests.Operators.Hpc;

/// <summary>A job whose grown time limit is beyond what its partition allows, and that Slurm accepts and never starts.</summary>
[TestClass]
public sealed class GrownRequestTests : IDisposable
{
    private readonly ClusterWorld _world = new();

    public void Dispose() => _world.Dispose();

    [TestMethod]
    public void A_job_that_waits_for_ever_is_removed_from_the_queue_and_counts_as_refused()
    {
        AttemptRequest[] requests = [Order("a", grown: true), Order("b", grown: true)];
        _world.Submit(requests);
        foreach (var job in _world.Jobs)
        {
            _world.Set(job, "PENDING", "PartitionTimeLimit");
        }

        _world.Pass(40);

        foreach (var request in requests)
        {
            var refused = _world.Last<Observation.NotStarted>(request)!;
            Assert.IsTrue(refused.IsPermanent);
            StringAssert.Contains(refused.Reason, "can never start job 1_");
            StringAssert.Contains(refused.Reason, "with its grown time limit (PartitionTimeLimit)");
            Assert.IsNull(_world.Last<Observation.Exited>(request));
        }

        Assert.IsTrue(_world.Jobs.All(job => _world.State(job) == "CANCELLED"));
    }

    [TestMethod]
    [DataRow(false, "PartitionTimeLimit", DisplayName = "a limit that a person has stated")]
    [DataRow(true, "Resources", DisplayName = "another reason to wait")]
    public void Other_jobs_wait_on(bool grown, string reason)
    {
        var request = Order("a", grown);
        _world.Submit(request);
        _world.Set("1", "PENDING", reason);
        _world.Pass(120);
        _world.NothingEnded();
        Assert.AreEqual("PENDING", _world.State("1"));
    }

    [TestMethod]
    public void A_person_who_cancels_meanwhile_is_obeyed()
    {
        var request = Order("a", grown: true);
        _world.Submit(request);
        _world.Set("1", "PENDING", "PartitionTimeLimit");
        _world.Fault("scancel", "exit 1");
        _world.Pass(20);
        _world.Operator.Cancel(request, "enough");
        _world.Fault("scancel", "");
        _world.Pass(60);
        Assert.IsTrue(_world.Ended(request).IsCancelled);
        Assert.AreEqual("enough", _world.Ended(request).EndedBy);
    }

    private AttemptRequest Order(string task, bool grown) =>
        _world.Order(task, with: declared => declared with { TimeLimitMinutes = 10 }) with
        {
            Given = grown ? new GivenResources { TimeLimit = TimeSpan.FromMinutes(20) } : null,
        };
}
