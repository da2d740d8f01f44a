using MatterStack.Engine.Lifecycle.Model;
using MatterStack.Engine.Operators;

namespace MatterStack.Engine.Tests.Operators.Hpc;

/// <summary>What a scheduler does not take for now waits, in portions that fit; no attempt is used up.</summary>
[TestClass]
[Slow]
public sealed class LimitTests
{
    private const string Policy =
        "sbatch: error: Batch job submission failed: Job violates accounting/QOS policy (job submit limit, user's size and/or time limits)";

    [TestMethod]
    public void An_array_larger_than_the_limit_goes_in_portions_that_fit_and_is_filled_up_as_jobs_end()
    {
        using var world = new ClusterWorld();
        world.LimitJobs(10);
        var requests = Orders(world, 40);
        world.Submit(requests);

        Assert.AreEqual(10, world.Waiting());
        world.NothingEnded();
        var calls = world.Calls("sbatch");
        Assert.IsLessThanOrEqualTo(10, calls, "halving");
        foreach (var request in requests.Where(o => world.Last<Observation.Submitted>(o) is null))
        {
            StringAssert.Contains(world.Last<Observation.StatusNote>(request)!.Text, "AssocMaxSubmitJobLimit");
            Assert.IsFalse(File.Exists(Path.Combine(request.Folder, "submit.sh")), "nobody need look for it");
        }

        for (var round = 0; round < 12 && requests.Any(o => world.Last<Observation.Exited>(o) is null); round++)
        {
            foreach (var job in world.Jobs.Where(j => world.State(j) == "PENDING").Take(3))
            {
                world.Run(job);
            }

            world.Pass(20);
            Assert.IsLessThanOrEqualTo(10, world.Waiting());
        }

        while (requests.Any(o => world.Last<Observation.Exited>(o) is null))
        {
            foreach (var job in world.Jobs.Where(j => world.State(j) == "PENDING"))
            {
                world.Run(job);
            }

            world.Pass(20);
        }

        foreach (var request in requests)
        {
            Assert.AreEqual(0, world.Ended(request).ExitCode);
        }

        Assert.HasCount(40, world.Jobs, "each once");
    }

    [TestMethod]
    public void What_fits_is_remembered_so_that_a_refill_is_one_submission()
    {
        using var world = new ClusterWorld();
        world.LimitJobs(10);
        world.Submit(Orders(world, 40));
        world.Pass(14);
        var calls = world.Calls("sbatch");
        foreach (var job in world.Jobs.Take(4))
        {
            world.Run(job);
        }

        world.Pass(1);

        Assert.AreEqual(10, world.Waiting());
        Assert.AreEqual(calls + 1, world.Calls("sbatch"));
    }

    [TestMethod]
    public void While_nothing_ends_a_full_queue_is_asked_at_growing_pauses()
    {
        using var world = new ClusterWorld();
        world.LimitJobs(0);
        var request = world.Order();
        world.Submit(request);
        var calls = world.Calls("sbatch");
        world.Pass(3600);

        Assert.IsLessThan(calls + 15, world.Calls("sbatch"));
        Assert.IsGreaterThan(calls + 5, world.Calls("sbatch"));
        world.NothingEnded();

        world.LimitJobs(10);
        world.Pass(600);
        Assert.HasCount(1, world.Jobs);
    }

    [TestMethod]
    public void A_raised_limit_is_noticed_although_nothing_ends()
    {
        using var world = new ClusterWorld();
        world.LimitJobs(10);
        world.Submit(Orders(world, 200));
        world.LimitJobs(100);
        world.Pass(180);

        Assert.AreEqual(100, world.Waiting());
    }

    [TestMethod]
    public void The_next_command_continues_without_looking_for_anything_and_without_halving_again()
    {
        using var world = new ClusterWorld();
        world.LimitJobs(10);
        var requests = Orders(world, 40);
        world.Submit(requests);
        var waiting = requests.Where(o => world.Last<Observation.Submitted>(o) is null).ToArray();

        world.Start();
        world.Operator.Observe(requests);
        world.Facts.Clear();
        var calls = world.Calls("sbatch");
        world.Submit(waiting);
        Assert.AreEqual(calls + 1, world.Calls("sbatch"));
        Assert.HasCount(
            waiting.Length,
            world.Facts.OfType<Observation.StatusNote>().Select(f => f.Attempt).Distinct(),
            "a step knows what became of each"
        );
        world.NothingEnded();

        world.LimitJobs(100);
        world.Pass(60);
        Assert.HasCount(40, world.Jobs);
    }

    [TestMethod]
    public void One_shape_that_is_refused_does_not_hold_up_another()
    {
        using var world = new ClusterWorld();
        world.Fault(
            "sbatch",
            $"case $(cat \"$OLDPWD/submit.sh\") in *cpus-per-task=8*) echo 'sbatch: error: QOSMaxCpuPerUserLimit' >&2; "
                + $"echo \"{Policy}\" >&2; exit 1 ;; esac"
        );
        world.Submit(world.Order("large", with: t => t with { Cores = 8 }), world.Order("small"));

        Assert.HasCount(1, world.Jobs);
        world.NothingEnded();
    }

    [TestMethod]
    [DataRow("sbatch: error: Batch job submission failed: Required partition not available (inactive or drain)")]
    [DataRow("sbatch: error: Batch job submission failed: I/O error writing script/environment to file")]
    [DataRow("sbatch: error: Batch job submission failed: System submissions disabled")]
    public void What_passes_is_tried_again_as_a_whole(string words)
    {
        using var world = new ClusterWorld();
        world.Fault("sbatch", $"echo '{words}' >&2; exit 1");
        var requests = Orders(world, 8);
        world.Submit(requests);
        Assert.AreEqual(1, world.Calls("sbatch"), "fewer would not be taken either");
        world.NothingEnded();
        StringAssert.Contains(world.Last<Observation.StatusNote>(requests[0])!.Text, words);

        world.Pass(24 * 3600);
        world.NothingEnded();
        world.Fault("sbatch", "");
        world.Pass(700);
        Assert.HasCount(8, world.Jobs);
    }

    [TestMethod]
    public void Words_that_nobody_knows_are_tried_again_for_an_hour_and_then_fail_with_the_text()
    {
        using var world = new ClusterWorld();
        world.Fault(
            "sbatch",
            "echo 'sbatch: error: Ask the help desk for a voucher' >&2; echo 'sbatch: error: Batch job submission failed: "
                + "Unspecified error' >&2; exit 1"
        );
        var request = world.Order();
        world.Submit(request);
        world.Pass(3000);
        world.NothingEnded();
        world.Pass(1500);

        StringAssert.Contains(world.Last<Observation.NotStarted>(request)!.Reason, "MATTER4021");
        StringAssert.Contains(world.Last<Observation.NotStarted>(request)!.Reason, "voucher");
    }

    [TestMethod]
    public void The_hour_continues_in_the_next_command()
    {
        using var world = new ClusterWorld();
        world.Fault("sbatch", "echo 'sbatch: error: Ask the help desk for a voucher' >&2; exit 1");
        var request = world.Order();
        world.Submit(request);
        var since = world.Last<Observation.Refused>(request)!.At;
        world.Start();
        request = request with { RefusedSince = since - TimeSpan.FromMinutes(61) };
        world.Submit(request);

        StringAssert.Contains(world.Last<Observation.NotStarted>(request)!.Reason, "voucher");
    }

    [TestMethod]
    public void Words_that_may_be_a_limit_are_waited_for_as_long_as_jobs_of_ours_can_free_capacity()
    {
        using var world = new ClusterWorld();
        world.LimitJobs(2, "sbatch: error: " + "You have too many jobs, please come back later");
        var requests = Orders(world, 4);
        world.Submit(requests);
        Assert.AreEqual(2, world.Waiting());
        world.Pass(4 * 3600);
        world.NothingEnded();

        world.Run(world.Jobs[0]);
        world.Run(world.Jobs[1]);
        world.Pass(30);
        Assert.HasCount(4, world.Jobs);
    }

    [TestMethod]
    public void Another_programs_text_is_no_answer_and_what_it_submitted_is_found()
    {
        using var world = new ClusterWorld();
        world.Program(
            "sbatch",
            $"#!/bin/sh\n{world.In("twin/bin/real")} \"$@\" >/dev/null\necho 'wrapper: the billing service is out' >&2\nexit 3\n"
        );
        world.Program(
            "real",
            File.ReadAllText(Path.Combine(Repository.Folder, "tests/MatterStack.Engine.Tests/Operators/Hpc/scheduler-twin.sh"))
                .Replace("me=${0##*/}", "me=sbatch", StringComparison.Ordinal)
        );
        var request = world.Order();
        world.Submit(request);
        world.NothingEnded();
        world.Pass(120);

        Assert.HasCount(1, world.Jobs);
        Assert.AreEqual("1", world.Last<Observation.Submitted>(request)!.ExternalId);
    }

    [TestMethod]
    public void A_queue_that_sbatch_would_wait_for_by_itself_is_left_at_once_and_its_array_is_halved()
    {
        using var world = new ClusterWorld();
        world.Program(
            "sbatch",
            $$"""
            #!/bin/sh
            live=$(grep -l PENDING {{world.In("twin/jobs")}}/* 2>/dev/null | wc -l); more=1
            for word; do case $word in --array=*-*) more=${word##*-}; more=$((more + 1)) ;; esac; done
            [ $((live + more)) -le 4 ] || { echo 'sbatch: error: Slurm temporarily unable to accept job, sleeping and retrying' >&2; exec sleep 600; }
            exec {{world.In("twin/bin/real")}} "$@"
            """
        );
        world.Program(
            "real",
            File.ReadAllText(Path.Combine(Repository.Folder, "tests/MatterStack.Engine.Tests/Operators/Hpc/scheduler-twin.sh"))
                .Replace("me=${0##*/}", "me=sbatch", StringComparison.Ordinal)
        );
        var requests = Orders(world, 16);
        world.Submit(requests);

        Assert.AreEqual(4, world.Waiting());
        world.NothingEnded();
        StringAssert.Contains(world.Last<Observation.StatusNote>(requests[15])!.Text, "temporarily unable to accept");
    }

    [TestMethod]
    public void What_waits_for_capacity_is_cancelled_at_once()
    {
        using var world = new ClusterWorld();
        world.LimitJobs(0);
        var requests = Orders(world, 3);
        world.Submit(requests);
        world.Operator.Cancel(requests[1], "enough");

        Assert.AreEqual("enough", world.Ended(requests[1]).EndedBy);
        world.LimitJobs(10);
        world.Pass(700);
        Assert.HasCount(2, world.Jobs);
    }

    [TestMethod]
    public void A_cancel_that_comes_while_it_is_refused_is_kept()
    {
        using var world = new ClusterWorld();
        world.LimitJobs(0);
        var request = world.Order();
        world.Shell.Next = call =>
        {
            if (call.Script.Contains("sbatch", StringComparison.Ordinal))
            {
                world.Operator.Cancel(request, "enough");
            }

            return null;
        };
        world.Submit(request);

        Assert.AreEqual("enough", world.Ended(request).EndedBy);
    }

    [TestMethod]
    public void A_paused_run_submits_nothing_of_what_waits()
    {
        using var world = new ClusterWorld();
        world.LimitJobs(0);
        world.Submit(world.Order());
        world.Operator.Hold();
        world.LimitJobs(10);
        world.Pass(700);
        Assert.IsEmpty(world.Jobs);
        world.Operator.Release();
        world.Cluster.RunOnce();
        Assert.HasCount(1, world.Jobs);
    }

    [TestMethod]
    public void A_limit_that_is_met_after_a_lost_answer_is_waited_for_and_leaves_one_job_each()
    {
        using var world = new ClusterWorld();
        var requests = Orders(world, 8);
        world.Fault("sbatch", "echo 'sbatch: error: Batch job submission failed: Socket timed out on send/recv operation' >&2; exit 1");
        world.Submit(requests);
        world.LimitJobs(3);
        world.Pass(120);
        Assert.AreEqual(3, world.Waiting());

        // Killed: the store says that all of them may be outside.
        world.Start();
        world.Operator.Observe([.. requests.Select(o => o with { ExternalId = world.Last<Observation.Submitted>(o)!.ExternalId })]);
        world.LimitJobs(100);
        world.Pass(1200);
        Assert.HasCount(8, world.Jobs, "each once");
        world.NothingEnded();
    }

    [TestMethod]
    public void Steps_that_meet_the_sites_rate_leave_the_rest_to_the_next()
    {
        using var world = new ClusterWorld { SubmitRate = 1 };
        world.Start();
        var requests = new[] { world.Order("a"), world.Order("b", with: t => t with { Cores = 2 }) };
        world.Submit(requests);
        StringAssert.Contains(world.Last<Observation.StatusNote>(requests[1])!.Text, "submit_rate");
    }

    private static AttemptRequest[] Orders(ClusterWorld world, int count) =>
        [.. Enumerable.Range(0, count).Select(i => world.Order("t" + i))];
}
