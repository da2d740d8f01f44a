using MatterStack.Engine.Lifecycle.Model;
using MatterStack.Engine.Tests.Transports;

namespace MatterStack.Engine.Tests.Operators.Hpc;

/// <summary>Only what a scheduler says of a job by its name, or the job's own exit code, ends an attempt.</summary>
[TestClass]
public sealed class PollingTests
{
    [TestMethod]
    [DataRow(0, "")]
    [DataRow(1, "")]
    [DataRow(0, "JOBID|STATE|SUBMIT|REASON|NAME\n")]
    [DataRow(0, "Welcome to the cluster!\n\nMaintenance on Friday | please log out |\n")]
    [DataRow(0, "\u0001\u0002 %$ garbage\n")]
    [DataRow(1, "slurm_load_jobs error: Unable to contact slurm controller")]
    public void Empty_failing_and_strange_answers_end_nothing(int code, string text)
    {
        using var world = new ClusterWorld();
        var request = world.Order();
        world.Submit(request);
        world.Shell.Next = call =>
            call.Script.Contains("squeue", StringComparison.Ordinal) || call.Script.Contains("sacct", StringComparison.Ordinal)
                ? new Fault.Garbage(code, text)
                : null;
        world.Pass(600);
        world.NothingEnded();

        world.Shell.Next = _ => null;
        world.Run("1");
        world.Pass(1300);
        Assert.AreEqual(0, world.Ended(request).ExitCode);
    }

    [TestMethod]
    public void A_line_that_hangs_or_breaks_ends_nothing_and_is_reported()
    {
        using var world = new ClusterWorld();
        var request = world.Order();
        world.Submit(request);
        world.Shell.Next = _ => new Fault.Refused();
        world.Pass(60);
        world.NothingEnded();
        StringAssert.Contains(world.Last<Observation.StatusNote>(request)!.Text, "Connection refused");
    }

    [TestMethod]
    public void A_machine_that_cannot_be_reached_at_all_stops_the_command_and_uses_up_no_attempt()
    {
        using var world = new ClusterWorld(staged: true);
        var request = world.Order();
        world.Shell.Next = _ => new Fault.Refused();
        world.Submit(request);
        Assert.AreEqual("MATTER4020", world.Last<Observation.Blocked>(request)!.Problem.Code.ToString());
        Assert.IsFalse(File.Exists(Path.Combine(request.Folder, "submit.sh")), "the next command starts it");
    }

    [TestMethod]
    public void A_job_that_the_queue_has_forgotten_is_looked_up_in_the_accounting()
    {
        using var world = new ClusterWorld();
        var request = world.Order();
        world.Submit(request);
        world.Set("1", "OUT_OF_MEMORY", "None", "0:125");
        world.Forget("1");
        world.Pass(30);
        StringAssert.StartsWith(world.Ended(request).EndedBy, "OUT_OF_MEMORY");
    }

    [TestMethod]
    public void Without_accounting_the_exit_code_that_the_job_left_decides()
    {
        using var world = new ClusterWorld(staged: true);
        var (good, bad) = (world.Order("good"), world.Order("bad", command: "exit 3"));
        world.AccountingOff();
        world.Submit(good, bad);
        world.Run("1_0", endInQueue: false);
        world.Run("1_1", endInQueue: false);
        world.Forget("1_0");
        world.Forget("1_1");
        world.Pass(30);
        Assert.AreEqual(0, world.Ended(good).ExitCode);
        Assert.AreEqual(3, world.Ended(bad).ExitCode);
    }

    [TestMethod]
    [Slow]
    public void Where_neither_queue_nor_accounting_nor_an_exit_code_says_anything_a_person_is_asked_and_nothing_is_guessed()
    {
        using var world = new ClusterWorld();
        var request = world.Order();
        world.Submit(request);
        world.Forget("1");
        world.Unaccounted("1");
        world.Pass(900);
        world.NothingEnded();
        StringAssert.Contains(world.Last<Observation.Unreachable>(request)!.Reason, "CleanupOrphans");

        // It had only been late.
        world.Run("1", endInQueue: false);
        world.Pass(900);
        Assert.AreEqual(0, world.Ended(request).ExitCode);
    }

    [TestMethod]
    [DataRow("FAILED", "1:0", "", 1)]
    [DataRow("FAILED", "0:11", "", 139)]
    [DataRow("TIMEOUT", "0:0", "TIMEOUT", null)]
    [DataRow("NODE_FAIL", "0:0", "NODE_FAIL", null)]
    [DataRow("PREEMPTED", "0:0", "PREEMPTED", null)]
    [DataRow("BOOT_FAIL", "0:0", "BOOT_FAIL", null)]
    [DataRow("DEADLINE", "0:0", "DEADLINE", null)]
    public void Every_bad_end_keeps_the_schedulers_text(string state, string code, string endedBy, int? exitCode)
    {
        using var world = new ClusterWorld();
        var request = world.Order();
        world.Submit(request);
        world.Set("1", state, "None", code);
        world.Forget("1");
        world.Pass(30);
        var ending = world.Ended(request);
        Assert.AreEqual(endedBy, ending.EndedBy ?? "");
        Assert.IsFalse(ending.IsCancelled);
        if (exitCode is not null)
        {
            Assert.AreEqual(exitCode, ending.ExitCode);
        }
    }

    [TestMethod]
    public void Running_out_of_memory_with_exit_code_0_in_a_pipe_is_no_success()
    {
        using var world = new ClusterWorld();
        var request = world.Order();
        world.Submit(request);
        world.Run("1", endInQueue: false);
        world.Set("1", "OUT_OF_MEMORY", "OutOfMemory", "0:125");
        world.Pass(30);
        Assert.AreEqual("OUT_OF_MEMORY", world.Ended(request).EndedBy);
    }

    [TestMethod]
    public void A_preempted_job_that_is_put_back_into_the_queue_under_its_id_is_waited_for()
    {
        using var world = new ClusterWorld();
        var request = world.Order();
        world.Submit(request);
        world.Set("1", "RUNNING");
        world.Pass(20);
        Assert.AreEqual("1", world.Last<Observation.Started>(request)!.ExternalId);
        world.Set("1", "PENDING", "BeginTime");
        world.Pass(20);
        StringAssert.Contains(world.Last<Observation.StatusNote>(request)!.Text, "BeginTime");
        world.Set("1", "SUSPENDED");
        world.Pass(20);
        StringAssert.Contains(world.Last<Observation.StatusNote>(request)!.Text, "SUSPENDED");
        world.Run("1");
        world.Pass(20);
        Assert.AreEqual(0, world.Ended(request).ExitCode);
        Assert.AreEqual(1, world.Calls("sbatch"));
    }

    [TestMethod]
    public void The_queues_own_reason_is_reported_when_it_changes()
    {
        using var world = new ClusterWorld();
        var request = world.Order();
        world.Submit(request);
        foreach (var reason in new[] { "Resources", "QOSMaxJobsPerUserLimit", "QOSMaxJobsPerUserLimit" })
        {
            world.Set("1", "PENDING", reason);
            world.Pass(20);
            Assert.AreEqual($"waits as job 1: {reason}", world.Last<Observation.Submitted>(request)!.Reason);
        }

        Assert.HasCount(3, world.Facts.OfType<Observation.Submitted>(), "submitted, then one for each reason");
    }

    [TestMethod]
    public void A_thousand_jobs_are_one_submission_and_one_query_a_pause()
    {
        using var world = new ClusterWorld();
        var requests = Enumerable.Range(0, 1000).Select(i => world.Order("t" + i)).ToArray();
        world.Submit(requests);
        Assert.AreEqual(1, world.Calls("sbatch"));
        var (calls, polls) = (world.Shell.Calls, world.Calls("squeue"));

        world.Pass(60);

        Assert.AreEqual(4, world.Calls("squeue") - polls, "every 15 s");
        Assert.AreEqual(4, world.Shell.Calls - calls, "and nothing besides");
    }

    [TestMethod]
    public void Pauses_double_where_the_controller_does_not_answer_or_takes_long()
    {
        using var world = new ClusterWorld();
        world.Submit(world.Order());
        world.Shell.Next = _ => new Fault.Refused();
        var polls = world.Cluster.PollCount;
        world.Pass(1800);
        Assert.IsLessThanOrEqualTo(9, world.Cluster.PollCount - polls, "15, 30, 60, 120, 240, 480, then every 10 minutes");

        world.Shell.Next = _ => null;
        world.Pass(700);
        world.Shell.Next = call =>
        {
            world.Clock.Advance(TimeSpan.FromSeconds(6));
            return null;
        };
        polls = world.Cluster.PollCount;
        world.Pass(300);
        Assert.IsLessThanOrEqualTo(5, world.Cluster.PollCount - polls);
    }

    [TestMethod]
    public void A_job_that_somebody_renames_is_followed_by_its_number_and_the_time_of_its_submission()
    {
        using var world = new ClusterWorld();
        var request = world.Order();
        world.Submit(request);
        world.Set("1", "RUNNING");
        world.Pass(20);
        Rename(world, "mine|");
        world.Set("1", "SUSPENDED");
        world.Pass(20);
        StringAssert.Contains(world.Last<Observation.StatusNote>(request)!.Text, "SUSPENDED");
        world.Set("1", "TIMEOUT", "TimeLimit", "0:15");
        world.Forget("1");
        world.Pass(60);
        Assert.AreEqual("TIMEOUT", world.Ended(request).EndedBy);
    }

    [TestMethod]
    public void A_number_that_another_job_has_is_not_believed_and_reported()
    {
        using var world = new ClusterWorld();
        var request = world.Order();
        world.Submit(request);
        Rename(world, "mine|");
        world.Set("1", "COMPLETED");
        world.Pass(700);
        Assert.IsNull(world.Last<Observation.Exited>(request));
        StringAssert.Contains(world.Last<Observation.Unreachable>(request)!.Reason, "shows job 1 under the name 'mine'");
    }

    private static void Rename(ClusterWorld world, string name)
    {
        var file = world.In("twin/jobs/1");
        File.WriteAllText(file, name + File.ReadAllText(file).Split('|', 2)[1]);
    }
}
