using MatterStack.Engine.Lifecycle.Model;
using MatterStack.Engine.Operators.Hpc.Slurm;
using MatterStack.Engine.Tests.Transports;

namespace MatterStack.Engine.Tests.Operators.Hpc;

/// <summary>Where a site forbids job arrays, each attempt is a job of its own, and still exactly one.</summary>
[TestClass]
[Slow]
public sealed class SingleJobTests
{
    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public void Each_attempt_is_a_job_of_its_own_and_their_files_still_travel_together(bool staged)
    {
        using var world = Single(staged);
        var transfers = 0;
        world.Shell.Next = call =>
        {
            transfers += call.Input is null ? 0 : 1;
            return null;
        };
        var requests = new[] { world.Order("a"), world.Order("b"), world.Order("c") };

        world.Submit(requests);

        CollectionAssert.AreEqual((string[])["1", "2", "3"], world.Jobs);
        Assert.AreEqual(3, world.Calls("sbatch"));
        Assert.IsLessThanOrEqualTo(1, transfers);
        for (var i = 0; i < 3; i++)
        {
            var script = File.ReadAllText(world.In($"twin/scripts/{i + 1}"));
            StringAssert.Contains(script, "#SBATCH --output=stdout.log\n");
            Assert.DoesNotContain("SLURM_ARRAY_TASK_ID", script);
            Assert.AreEqual(
                (i + 1).ToString(System.Globalization.CultureInfo.InvariantCulture),
                world.Last<Observation.Submitted>(requests[i])!.ExternalId
            );
            world.Run($"{i + 1}");
        }

        world.Pass(20);
        Assert.IsTrue(requests.All(request => world.Ended(request).ExitCode == 0));
    }

    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public void A_crash_between_two_submissions_leaves_one_job_for_each_attempt(bool lost)
    {
        using var world = Single(staged: false);
        var requests = new[] { world.Order("a"), world.Order("b"), world.Order("c") };
        var calls = 0;
        world.Shell.Next = call =>
            call.Script.Contains("sbatch", StringComparison.Ordinal) && ++calls > 1
                ? lost
                    ? new Fault.AnswerLost()
                    : new Fault.Refused()
                : null;
        world.Submit(requests);
        Assert.HasCount(lost ? 2 : 1, world.Jobs);

        // Killed: the store still says CREATED of all of them.
        world.Start();
        world.Operator.Observe(requests);
        foreach (var request in requests.Where(request => !File.Exists(Path.Combine(request.Folder, "submit.sh"))))
        {
            world.Operator.Start(request);
        }

        world.Pass(180);

        CollectionAssert.AreEqual((string[])["1", "2", "3"], world.Jobs);
        var names = world.Jobs.Select(job => File.ReadAllText(world.In("twin/jobs/" + job)).Split('|')[0]).ToList();
        CollectionAssert.AreEquivalent(requests.Select(request => "ms-" + request.Attempt).ToList(), names);
    }

    [TestMethod]
    public void The_sites_rate_of_submissions_holds()
    {
        using var world = Single(staged: false, rate: 2);
        world.Submit(world.Order("a"), world.Order("b"), world.Order("c"));
        Assert.HasCount(2, world.Jobs);
        world.Pass(65);
        Assert.HasCount(3, world.Jobs);
    }

    [TestMethod]
    public void A_limit_of_the_queue_is_learned()
    {
        using var world = Single(staged: false);
        world.LimitJobs(2);
        var requests = Enumerable.Range(0, 4).Select(i => world.Order("t" + i)).ToArray();
        world.Submit(requests);
        Assert.HasCount(2, world.Jobs);

        world.Run("1");
        world.Pass(120);

        Assert.HasCount(3, world.Jobs);
        Assert.IsNull(world.Last<Observation.NotStarted>(requests[3]));
    }

    private static ClusterWorld Single(bool staged, int? rate = null)
    {
        var world = new ClusterWorld(staged)
        {
            SubmitRate = rate,
            Options = new SlurmOptions { UsesArrays = false },
        };
        world.Start();
        return world;
    }
}
