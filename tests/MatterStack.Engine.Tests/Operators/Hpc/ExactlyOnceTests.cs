using MatterStack.Engine.Lifecycle.Model;
using MatterStack.Engine.Tests.Transports;

namespace MatterStack.Engine.Tests.Operators.Hpc;

/// <summary>Each attempt is one job, whatever breaks while it is submitted.</summary>
[TestClass]
[Slow]
public sealed class ExactlyOnceTests
{
    [TestMethod]
    public void A_submission_that_times_out_and_was_accepted_is_adopted()
    {
        using var world = new ClusterWorld();
        var request = world.Order();
        world.Fault("sbatch", "lie=1");
        world.Submit(request);
        Assert.IsNull(world.Last<Observation.NotStarted>(request));

        world.Pass(60);

        Assert.AreEqual("1", world.Last<Observation.Submitted>(request)!.ExternalId);
        Assert.AreEqual(1, world.Calls("sbatch"));
    }

    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public void A_job_that_was_over_before_it_was_found_is_known_by_its_id(bool forgotten)
    {
        using var world = new ClusterWorld();
        var request = world.Order();
        world.Fault("sbatch", "lie=1");
        world.Submit(request);
        world.Run("1");
        if (forgotten)
        {
            world.Forget("1");
        }

        world.Pass(60);

        Assert.AreEqual("1", world.Last<Observation.Submitted>(request)!.ExternalId);
        Assert.AreEqual(0, world.Ended(request).ExitCode);
    }

    [TestMethod]
    public void A_job_whose_end_only_its_exit_code_tells_is_known_by_its_id()
    {
        using var world = new ClusterWorld();
        var request = world.Order();
        world.Fault("sbatch", "lie=1");
        world.Submit(request);
        world.Run("1", endInQueue: false);
        // The accounting lags behind.
        world.Set("1", "RUNNING");
        world.Forget("1");

        world.Pass(60);

        Assert.AreEqual("1", world.Last<Observation.Submitted>(request)!.ExternalId);
        world.NothingEnded();
        world.Pass(600);
        Assert.AreEqual(0, world.Ended(request).ExitCode);
    }

    [TestMethod]
    public void A_submission_that_times_out_and_was_not_accepted_is_made_once_more_after_queue_and_accounting_have_denied_it()
    {
        using var world = new ClusterWorld();
        var request = world.Order();
        world.Fault(
            "sbatch",
            "echo 'sbatch: error: Batch job submission failed: Unable to contact slurm controller (connect failure)' >&2; exit 1"
        );
        world.Submit(request);
        world.Fault("sbatch", "");

        world.Pass(25);
        Assert.AreEqual(1, world.Calls("sbatch"), "the controller may still be at it");
        world.Pass(60);

        Assert.AreEqual(2, world.Calls("sbatch"));
        CollectionAssert.AreEqual((string[])["1"], world.Jobs);
        Assert.AreEqual("1", world.Last<Observation.Submitted>(request)!.ExternalId);
    }

    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public void A_lost_answer_to_a_submission_leaves_one_job(bool staged)
    {
        using var world = new ClusterWorld(staged);
        var request = world.Order();
        world.Shell.Next = call => call.Script.Contains("sbatch", StringComparison.Ordinal) ? new Fault.AnswerLost() : null;
        world.Submit(request);
        world.Shell.Next = _ => null;

        world.Pass(120);

        CollectionAssert.AreEqual((string[])["1"], world.Jobs);
        Assert.AreEqual("1", world.Last<Observation.Submitted>(request)!.ExternalId);
    }

    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public void A_client_that_is_killed_before_or_after_sbatch_leaves_one_job_per_attempt(bool staged)
    {
        foreach (var fault in new Fault[] { new Fault.Refused(), new Fault.AnswerLost() })
        {
            using var world = new ClusterWorld(staged);
            var requests = new[] { world.Order("a"), world.Order("b"), world.Order("c") };
            // It was first reached for something else.
            world.Submit(world.Order("first"));
            world.Shell.Next = call => call.Script.Contains("sbatch", StringComparison.Ordinal) ? fault : null;
            world.Submit(requests);

            // Killed: the store still says CREATED.
            world.Start();
            world.Operator.Observe(requests);
            world.Pass(120);

            CollectionAssert.AreEqual((string[])["1", "2_0", "2_1", "2_2"], world.Jobs, fault.ToString());
            Assert.AreEqual("2_1", world.Last<Observation.Submitted>(requests[1])!.ExternalId);
        }
    }

    [TestMethod]
    [DataRow(true, true, true)]
    [DataRow(true, false, true)]
    [DataRow(true, true, false)]
    [DataRow(true, false, false)]
    [DataRow(false, true, false)]
    [DataRow(false, false, false)]
    public void One_that_was_never_taken_and_whose_folder_is_gone_is_prepared_again_with_all_it_needs(bool staged, bool killed, bool all)
    {
        using var world = new ClusterWorld(staged);
        var request = world.Order(inputs: [world.Input("in", "given")]) with { Dependencies = [world.HandOver("a", "out", "left")] };
        world.Fault(
            "sbatch",
            "echo 'sbatch: error: Batch job submission failed: Unable to contact slurm controller (connect failure)' >&2; exit 1"
        );
        world.Submit(request);
        world.Fault("sbatch", "");
        Directory.Delete(
            !staged ? request.Folder
                : all ? world.In("far")
                : Path.Combine(world.In("far"), request.Run.Value, request.RelativeFolder),
            recursive: true
        );

        if (killed)
        {
            world.Start();
            world.Operator.Observe([
                request with
                {
                    ExternalId = world.Last<Observation.Submitted>(request)!.ExternalId,
                    SubmittedAt = world.Clock.GetUtcNow(),
                },
            ]);
        }

        world.Pass(300);

        CollectionAssert.AreEqual((string[])["1"], world.Jobs);
        var work = Path.Combine(
            staged ? Directory.GetDirectories(world.In("far")).Single() : world.In("run"),
            request.RelativeFolder,
            "work"
        );
        Assert.AreEqual("given", File.ReadAllText(Path.Combine(work, "in")));
        Assert.AreEqual("left", File.ReadAllText(Path.Combine(work, "deps/a/out")));
        world.Run("1");
        world.Pass(30);
        Assert.AreEqual(0, world.Ended(request).ExitCode);
    }

    [TestMethod]
    [DataRow(true)]
    [DataRow(false)]
    public void One_whose_folder_is_gone_and_whose_job_came_late_is_found_and_not_submitted_again(bool staged)
    {
        using var world = new ClusterWorld(staged);
        var request = world.Order();
        world.Fault(
            "sbatch",
            "echo 'sbatch: error: Batch job submission failed: Unable to contact slurm controller (connect failure)' >&2; exit 1"
        );
        world.Submit(request);
        world.Fault("sbatch", "");
        Directory.Delete(staged ? world.In("far") : request.Folder, recursive: true);
        // As late as can be: when it is about to be submitted once more.
        world.Shell.Next = call =>
        {
            if (
                call.Script.Contains("sbatch", StringComparison.Ordinal)
                && Directory.Exists(request.WorkFolder)
                && (!staged || Directory.Exists(Path.Combine(world.In("far"), request.Run.Value, request.RelativeFolder)))
            )
            {
                File.WriteAllText(world.In("twin/jobs/9"), $"ms-{request.Attempt}|PENDING|Priority|2026-01-01T00:00:09|0:0\n");
            }

            return null;
        };

        world.Pass(300);

        CollectionAssert.AreEqual((string[])["9"], world.Jobs);
        Assert.AreEqual("9", world.Last<Observation.Submitted>(request)!.ExternalId);
        Assert.AreEqual(1, world.Calls("sbatch"));
    }

    [TestMethod]
    public void A_client_that_is_killed_while_preparing_has_submitted_nothing_and_says_nothing()
    {
        using var world = new ClusterWorld();
        var request = world.Order();
        Directory.CreateDirectory(Path.Combine(request.Folder, "work"));

        world.Operator.Observe([request]);
        Assert.IsEmpty(world.Facts);
        world.Submit(request);

        CollectionAssert.AreEqual((string[])["1"], world.Jobs);
    }

    [TestMethod]
    public void An_id_that_the_controller_has_given_twice_is_identified_by_the_name()
    {
        using var world = new ClusterWorld();
        var request = world.Order();
        world.Submit(request);
        // Lost with the controller's memory; its number goes to a stranger, who fails.
        File.WriteAllText(world.In("twin/jobs/1"), "stranger|FAILED|NonZeroExitCode|2026-01-02T00:00:00|1:0\n");
        world.Pass(30);
        world.NothingEnded();

        File.WriteAllText(Path.Combine(request.Folder, "exit_code"), "0\n");
        world.Pass(900);
        Assert.AreEqual(0, world.Ended(request).ExitCode);
        Assert.IsNull(world.Ended(request).EndedBy);
    }

    [TestMethod]
    public void Two_clients_that_submit_the_same_attempt_again_at_once_make_one_job()
    {
        using var world = new ClusterWorld();
        var request = world.Order();
        world.Shell.Next = call => call.Script.Contains("sbatch", StringComparison.Ordinal) ? new Fault.Refused() : null;
        world.Submit(world.Order("first"));
        world.Submit(request);
        var again = world.Order("other");
        world.Shell.Next = _ => null;
        world.Start();
        world.Operator.Observe([request]);
        // Before the second look, the other client's submission arrives.
        world.Shell.Next = call =>
        {
            if (call.Script.Contains("sbatch", StringComparison.Ordinal))
            {
                world.Shell.Next = _ => null;
                world.Shell.Run(call, CancellationToken.None);
            }

            return null;
        };
        world.Pass(120);

        CollectionAssert.AreEqual((string[])["1"], world.Jobs);
        Assert.AreNotEqual(again.Attempt, request.Attempt);
    }

    [TestMethod]
    public void A_plain_refusal_fails_the_attempt_with_the_schedulers_text()
    {
        using var world = new ClusterWorld();
        var request = world.Order();
        world.Fault(
            "sbatch",
            "echo 'sbatch: error: Batch job submission failed: Invalid account or account/partition combination specified' >&2; exit 1"
        );
        world.Submit(request);
        StringAssert.Contains(world.Last<Observation.NotStarted>(request)!.Reason, "MATTER4021");
        StringAssert.Contains(world.Last<Observation.NotStarted>(request)!.Reason, "Invalid account");
    }
}
