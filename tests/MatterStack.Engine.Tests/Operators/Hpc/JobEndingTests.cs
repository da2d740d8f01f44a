using System.Diagnostics;
using MatterStack.Engine.Lifecycle.Model;
using MatterStack.Engine.Operators;
using MatterStack.Engine.Operators.Hpc;
using MatterStack.Engine.Tests.Transports;
using MatterStack.Engine.Transports.Shell;

namespace MatterStack.Engine.Tests.Operators.Hpc;

/// <summary>A job that is to end is over when the scheduler says so, and never because nobody could be asked.</summary>
[TestClass]
[OSCondition(ConditionMode.Exclude, OperatingSystems.Windows)]
public sealed class JobEndingTests
{
    private const string Down = "echo 'scancel: error: slurm_kill_job2: Unable to contact slurm controller (connect failure)' >&2; exit 1";

    [TestMethod]
    [DataRow(Down, "Unable to contact slurm controller")]
    [DataRow("echo 'scancel: error: Kill job error on job id 1: Access/permission denied' >&2; exit 1", "Access/permission denied")]
    [DataRow("exit 7", "ended with exit code 7 and no message")]
    public void What_a_scheduler_does_not_take_is_reported_in_its_text_and_tried_again(string fault, string words)
    {
        using var world = new ClusterWorld();
        var request = Running(world);
        world.Fault("scancel", fault);

        world.Operator.Cancel(request, "wrong input");
        world.Cluster.RunOnce();

        world.NothingEnded();
        StringAssert.Contains(world.Last<Observation.EndRequestFailed>(request)!.Reason, words);
        Assert.IsNull(world.Last<Observation.EndRequestSent>(request));
        world.Fault("scancel", "");
        world.Pass(30);
        Assert.IsNotNull(world.Last<Observation.EndRequestSent>(request));
        Assert.IsTrue(world.Ended(request) is { IsCancelled: true, EndedBy: "wrong input" });
    }

    [TestMethod]
    public void One_that_may_not_be_ended_keeps_none_of_the_others_from_it()
    {
        using var world = new ClusterWorld();
        var requests = new[] { world.Order("a"), world.Order("b"), world.Order("c") };
        world.Submit(requests);
        world.Fault(
            "scancel",
            "echo 'scancel: error: Kill job error on job id 1_1: Access/permission denied' >&2; "
                + "sed -i 's/|PENDING|/|CANCELLED|/' jobs/1_0 jobs/1_2; exit 1"
        );

        foreach (var request in requests)
        {
            world.Operator.Cancel(request, "enough");
        }

        world.Cluster.RunOnce();
        world.Pass(10);

        Assert.IsTrue(world.Ended(requests[0]).IsCancelled && world.Ended(requests[2]).IsCancelled);
        Assert.IsNull(world.Last<Observation.Exited>(requests[1]));
        StringAssert.Contains(world.Last<Observation.EndRequestFailed>(requests[1])!.Reason, "Access/permission denied");
    }

    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public void A_cluster_out_of_reach_ends_nothing_and_the_next_command_that_reaches_it_does(bool staged)
    {
        using var world = new ClusterWorld(staged);
        var request = Running(world);

        for (var command = 0; command < 2; command++)
        {
            world.Start();
            world.Shell.Next = _ => new Fault.Refused();
            world.Operator.Observe([request with { ExternalId = "1" }]);
            world.Operator.Cancel(request, "wrong input");
            world.Cluster.RunOnce();
            Assert.IsNull(world.Last<Observation.Exited>(request));
            StringAssert.Contains(world.Last<Observation.EndRequestFailed>(request)!.Reason, "Connection refused");
        }

        world.Shell.Next = _ => null;
        world.Pass(60);
        Assert.IsTrue(world.Ended(request).IsCancelled, "a loop that goes on does it, too");
    }

    [TestMethod]
    public void A_job_that_continues_is_reported_again_and_that_is_said()
    {
        using var world = new ClusterWorld();
        var request = Running(world);
        world.Fault("scancel", "exit 0");

        world.Operator.Cancel(request, "enough");
        world.Cluster.RunOnce();
        Assert.IsNull(world.Last<Observation.EndRequestSent>(request)!.PendingReason);
        world.Pass(50);
        Assert.AreEqual(1, world.Calls("scancel"));
        world.Pass(20);
        Assert.AreEqual(2, world.Calls("scancel"));
        StringAssert.Contains(world.Last<Observation.EndRequestSent>(request)!.PendingReason!, "asked 2 times to cancel job 1");
        world.NothingEnded();

        world.Fault("scancel", "");
        world.Pass(130);
        Assert.IsTrue(world.Ended(request).IsCancelled);
    }

    [TestMethod]
    public void One_that_completes_before_it_is_reported_has_completed()
    {
        using var world = new ClusterWorld();
        var request = Running(world);
        world.Fault("scancel", Down);
        world.Operator.Cancel(request, "enough");
        world.Cluster.RunOnce();

        world.Run("1");
        world.Pass(30);

        Assert.IsTrue(world.Ended(request) is { IsCancelled: false, ExitCode: 0 });
    }

    [TestMethod]
    public void A_job_known_by_name_only_is_not_over_as_long_as_its_submission_may_arrive()
    {
        using var world = new ClusterWorld();
        var request = world.Order();
        world.Shell.Next = call => call.Script.Contains("sbatch", StringComparison.Ordinal) ? new Fault.Refused() : null;
        world.Submit(request);
        world.Shell.Next = _ => null;
        // The other end holds the lock that submissions take.
        using var submission = Process.Start(
            new ProcessStartInfo("/bin/sh", ["-c", "exec 8<>submit.sh && flock 8 && echo locked && read line"])
            {
                WorkingDirectory = request.Folder,
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
            }
        )!;
        Assert.AreEqual("locked", submission.StandardOutput.ReadLine());

        world.Operator.Cancel(request, "enough");
        world.Cluster.RunOnce();
        world.Pass(300);
        world.NothingEnded();
        StringAssert.Contains(world.Last<Observation.EndRequestFailed>(request)!.Reason, "not known yet");
        Assert.AreEqual(0, world.Calls("scancel"), "what finds nothing counts for nothing");

        submission.StandardInput.Close();
        submission.WaitForExit();
        world.Pass(300);
        Assert.IsTrue(world.Ended(request).IsCancelled);
        Assert.IsEmpty(world.Jobs);
    }

    [TestMethod]
    public void A_submission_that_arrives_after_the_cancellation_is_ended_by_its_id()
    {
        using var world = new ClusterWorld();
        var request = world.Order();
        ShellCall? sent = null;
        world.Shell.Next = call =>
        {
            sent = call.Script.Contains("sbatch", StringComparison.Ordinal) ? call : sent;
            return call.Script.Contains("sbatch", StringComparison.Ordinal) ? new Fault.Refused() : null;
        };
        world.Submit(request);
        world.Shell.Next = _ => null;
        world.Operator.Cancel(request, "enough");
        world.Cluster.RunOnce();

        world.Shell.Run(sent!, CancellationToken.None);
        world.Pass(30);

        Assert.IsTrue(world.Ended(request).IsCancelled);
        CollectionAssert.AreEqual((string[])["1"], world.Jobs);
        StringAssert.Contains(File.ReadAllText(world.In("twin/jobs/1")), "CANCELLED");
    }

    [TestMethod]
    public void A_member_of_an_array_known_by_name_only_takes_no_other_along()
    {
        using var world = new ClusterWorld();
        var requests = new[] { world.Order("a"), world.Order("b") };
        world.Fault("sbatch", "lie=1");
        world.Submit(requests);

        world.Operator.Cancel(requests[1], "enough");
        world.Cluster.RunOnce();
        world.Pass(30);

        Assert.IsTrue(world.Ended(requests[1]).IsCancelled);
        Assert.IsNull(world.Last<Observation.Exited>(requests[0]));
        StringAssert.Contains(File.ReadAllText(world.In("twin/jobs/1_0")), "PENDING");
    }

    [TestMethod]
    public void One_whose_submission_was_only_tried_in_vain_is_not_submitted_any_more()
    {
        using var world = new ClusterWorld();
        world.Submit(world.Order("before"));
        var request = world.Order("late");
        world.Shell.Next = call => call.Input is null ? new Fault.Refused() : null;
        world.Submit(request);

        world.Operator.Cancel(request, "enough");
        world.Shell.Next = _ => null;
        world.Pass(120);

        Assert.IsTrue(world.Ended(request).IsCancelled);
    }

    [TestMethod]
    public void One_that_was_postponed_here_after_it_was_submitted_is_looked_for_before_it_is_called_over()
    {
        using var world = new ClusterWorld();
        var request = Running(world);
        // This process does not know it.
        world.Start();
        world.Fault("scancel", Down);

        world.Operator.Cancel(request with { ExternalId = "1" }, "enough");
        world.Cluster.RunOnce();

        Assert.IsNull(world.Last<Observation.Exited>(request));
        world.Fault("scancel", "");
        world.Pass(30);
        Assert.IsTrue(world.Ended(request).IsCancelled);
    }

    [TestMethod]
    [DataRow("root - you do not have the necessary privileges to delete the job \"12\"", "12 12.2")]
    [DataRow("denied: job \"13\" is not yours\ndenied: job \"12.2\" is not yours", "12.2 13")]
    [DataRow("scancel: error: Kill job error on job id 14_3: Access/permission denied", "14_3")]
    [DataRow("scancel: error: Kill job error on job id 14: Access/permission denied", "14_3")]
    [DataRow("error: commlib error: got select error (Connection refused)", "12 12.2 13 14_3")]
    [DataRow("error: unable to send message to qmaster using port 6444 on host \"h\": got send error", "12 12.2 13 14_3")]
    [DataRow("", "12 12.2 13 14_3")]
    public void Words_name_the_jobs_that_were_not_ended_or_none_was(string error, string refused)
    {
        var read = CancelRefusals.ParseRefusals(new ShellResult.Ended(1, "", error), ["12", "12.2", "13", "14_3"]);

        Assert.AreEqual(refused, string.Join(' ', read.Keys.Order(StringComparer.Ordinal)));
    }

    private static AttemptRequest Running(ClusterWorld world)
    {
        var request = world.Order();
        world.Submit(request);
        world.Set("1", "RUNNING");
        world.Pass(20);
        Assert.IsNotNull(world.Last<Observation.Started>(request));
        return request;
    }
}
