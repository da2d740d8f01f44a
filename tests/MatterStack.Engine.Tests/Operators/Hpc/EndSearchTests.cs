using MatterStack.Engine.Lifecycle.Model;
using MatterStack.Engine.Lifecycle.Planning;
using MatterStack.Engine.Tests.Transports;

namespace MatterStack.Engine.Tests.Operators.Hpc;

/// <summary>An exit code alone ends no attempt as long as the accounting may say more; where it never does, the attempt says what was not
/// known.</summary>
[TestClass]
[Slow]
public sealed class EndSearchTests
{
    private const string Down = "echo 'sacct: error: Problem talking to the database: Connection refused' >&2; exit 1";

    /// <summary>What the accounting may do other than tell how job 1 of name NAME ended.</summary>
    public static IEnumerable<string[]> Troubles =>
        new[]
        {
            Down,
            "echo 'sacct: error: slurmdbd: Unable to contact: Connection reset by peer' >&2; exit 0",
            "exit 0",
            "exit 3",
            "echo Segmentation fault >&2; exit 139",
            "echo '1|NAME|RUNNING|0:0|2026-01-01T00:00:00'; exit 0",
            "echo '1|NAME|PENDING|0:0|Unknown'; exit 0",
            "echo '1|NAME|COMPLETING|0:0|2026-01-01T00:00:00'; exit 0",
            "echo '1|NAME|WHATEVER|0:0|2026-01-01T00:00:00'; exit 0",
            "echo '1|stranger|COMPLETED|0:0|2026-01-01T00:00:00'; exit 0",
            "echo '1|stranger|FAILED|9:0|2026-01-01T00:00:00'; exit 0",
            "echo '1|allocation|COMPLETED|0:0|2026-01-01T00:00:00'; exit 0",
            "echo '1_0|NAME|COMPLETED|0:0|2026-01-01T00:00:00'; exit 0",
            "echo '1.batch|batch|COMPLETED|0:0|2026-01-01T00:00:00'; echo '1.extern|extern|COMPLETED|0:0|2026-01-01T00:00:00'; exit 0",
            "printf '1|NAME|COMPL'; exit 0",
            "printf '1|NAME|'; exit 0",
            "echo 'Welcome to the accounting!'; exit 0",
            "echo 'JobID|JobName|State|ExitCode|Submit|NodeList'; exit 0",
        }.Select(text => (string[])[text]);

    [TestMethod]
    [DynamicData(nameof(Troubles))]
    public void An_accounting_that_does_not_say_how_a_job_ended_is_asked_until_it_does(string trouble)
    {
        using var world = new ClusterWorld();
        var request = Ended(world, trouble);

        world.Pass(200);
        world.NothingEnded();
        StringAssert.StartsWith(
            world.Last<Observation.StatusNote>(request)!.Text,
            "has left exit code 0; the accounting does not say yet how job 1 ended"
        );

        world.Fault("sacct", "");
        world.Set("1", "OUT_OF_MEMORY", "None", "0:125");
        world.Pass(80);
        StringAssert.StartsWith(world.Ended(request).EndedBy, "OUT_OF_MEMORY");
        Assert.IsNull(world.Ended(request).UnknownFacts);
    }

    [TestMethod]
    [DynamicData(nameof(Troubles))]
    public void Where_it_never_says_the_exit_code_decides_after_some_minutes_and_the_attempt_says_what_is_not_known(string trouble)
    {
        using var world = new ClusterWorld();
        var request = Ended(world, trouble);

        world.Pass(500);

        var ending = world.Ended(request);
        Assert.AreEqual(0, ending.ExitCode);
        StringAssert.StartsWith(ending.UnknownFacts, "ended by its exit code 0; the accounting did not say how job 1 ended");
        Assert.IsLessThanOrEqualTo(20, world.Calls("sacct"), "with growing pauses");
    }

    [TestMethod]
    public void The_accountings_own_text_is_in_the_attempt()
    {
        using var world = new ClusterWorld();
        var request = Ended(world, Down);
        world.Pass(30);
        StringAssert.Contains(
            world.Last<Observation.StatusNote>(request)!.Text,
            "(sacct: error: Problem talking to the database: Connection refused)"
        );
        world.Pass(500);
        StringAssert.EndsWith(
            world.Ended(request).UnknownFacts,
            "ended (sacct: error: Problem talking to the database: Connection refused)"
        );
    }

    [TestMethod]
    public void An_accounting_that_hangs_holds_up_nothing_for_long_and_is_given_a_rest()
    {
        using var world = new ClusterWorld();
        var request = Ended(world, "");
        var asked = 0;
        var askedForUsage = 0;
        world.Shell.Next = call =>
        {
            if (!call.Script.Contains("sacct", StringComparison.Ordinal))
            {
                return null;
            }

            if (call.Script.Contains("TotalCPU", StringComparison.Ordinal))
            {
                askedForUsage++;
            }
            else
            {
                asked++;
            }

            world.Clock.Advance(call.TimeLimit);
            return new Fault.Refused();
        };
        world.Pass(600);
        Assert.AreEqual(0, world.Ended(request).ExitCode);
        StringAssert.Contains(world.Ended(request).UnknownFacts, "did not say how job 1 ended");
        Assert.IsInRange(2, 6, asked);
        Assert.IsInRange(1, 5, askedForUsage);
    }

    [TestMethod]
    public void A_failure_by_exit_code_is_looked_up_as_well_since_memory_may_be_its_cause()
    {
        using var world = new ClusterWorld();
        var request = Ended(world, Down, "exit 137");
        world.Pass(100);
        world.NothingEnded();
        world.Fault("sacct", "");
        world.Set("1", "OUT_OF_MEMORY", "None", "0:125");
        world.Pass(80);
        StringAssert.StartsWith(world.Ended(request).EndedBy, "OUT_OF_MEMORY");
        Assert.AreEqual(137, world.Ended(request).ExitCode);
    }

    [TestMethod]
    public void Time_in_which_the_machine_does_not_answer_does_not_count()
    {
        using var world = new ClusterWorld();
        Ended(world, Down);
        world.Pass(60);
        world.Shell.Next = _ => new Fault.Refused();
        world.Pass(7200);
        world.Shell.Next = _ => null;
        var asked = world.Calls("sacct");
        while (world.Calls("sacct") < asked + 3)
        {
            world.Pass(5);
            world.NothingEnded();
        }
    }

    [TestMethod]
    public void Commands_that_only_look_once_wait_together()
    {
        using var world = new ClusterWorld();
        var request = Ended(world, Down);
        for (var minute = 0; minute < 5; minute++)
        {
            world.Start();
            world.Operator.Observe([request with { ExternalId = "1" }]);
            world.NothingEnded();
            world.Clock.Advance(TimeSpan.FromMinutes(1));
        }

        world.Clock.Advance(TimeSpan.FromSeconds(10));
        world.Start();
        world.Operator.Observe([request with { ExternalId = "1" }]);
        StringAssert.Contains(world.Ended(request).UnknownFacts, "did not say how job 1 ended");
    }

    [TestMethod]
    public void A_job_that_is_seen_in_the_queue_again_is_waited_for_again()
    {
        using var world = new ClusterWorld();
        var request = Ended(world, Down);
        world.Pass(100);
        Assert.IsTrue(File.Exists(Path.Combine(request.Folder, "end_unconfirmed")));
        File.Delete(world.In("twin/gone/1"));
        world.Set("1", "PENDING", "BeginTime");
        world.Pass(70);
        Assert.IsFalse(File.Exists(Path.Combine(request.Folder, "end_unconfirmed")));
        world.Forget("1");
        world.Pass(200);
        world.NothingEnded();
    }

    [TestMethod]
    public void Members_of_an_array_that_were_cancelled_before_they_began_are_one_row_without_an_index()
    {
        using var world = new ClusterWorld();
        var requests = new[] { world.Order("a"), world.Order("b"), world.Order("c") };
        world.Submit(requests);
        world.Run("1_0");
        var name = File.ReadAllText(world.In("twin/jobs/1_1")).Split('|')[0];
        foreach (var file in new[] { "1_1", "1_2" })
        {
            File.Delete(world.In("twin/jobs/" + file));
        }

        File.WriteAllText(world.In("twin/jobs/1"), $"{name}|CANCELLED|JobHeldUser|2026-01-01T00:00:01|0:0\n");
        world.Pass(120);
        Assert.AreEqual(0, world.Ended(requests[0]).ExitCode);
        Assert.IsTrue(world.Ended(requests[1]).IsCancelled);
        Assert.IsTrue(world.Ended(requests[2]).IsCancelled);
    }

    [TestMethod]
    public void A_job_that_is_gone_without_an_exit_code_while_the_accounting_is_down_becomes_a_persons_question()
    {
        using var world = new ClusterWorld();
        var request = world.Order();
        world.Submit(request);
        world.Pass(20);
        world.Fault("sacct", Down);
        world.Forget("1");
        world.Pass(120);
        Assert.IsNull(world.Last<Observation.Unreachable>(request));
        world.Pass(1300);
        world.NothingEnded();
        StringAssert.Contains(world.Last<Observation.Unreachable>(request)!.Reason, "Connection refused");
        StringAssert.Contains(world.Last<Observation.Unreachable>(request)!.Reason, "CleanupOrphans");
        Assert.AreEqual(1, world.Calls("sbatch"), "it is not submitted again");
    }

    [TestMethod]
    public void A_cancelled_job_that_the_queue_does_not_show_any_more_ends_although_the_accounting_is_down()
    {
        using var world = new ClusterWorld();
        var request = world.Order();
        world.Submit(request);
        world.Pass(40);
        world.Fault("sacct", Down);
        world.Operator.Cancel(request, "enough");
        world.Cluster.RunOnce();
        world.Forget("1");
        world.Pass(60);
        Assert.IsTrue(world.Ended(request).IsCancelled);
    }

    [TestMethod]
    [DataRow(
        "slurmstepd: error: Detected 1 oom-kill event(s) in StepId=1.batch. Some of your processes may have been killed by the cgroup "
            + "out-of-memory handler.\n",
        true
    )]
    [DataRow(
        "Killed\nslurmstepd-n1: error: Detected 2 oom-kill event(s) in step 1.batch cgroup. "
            + "Some of your processes may have been killed by the cgroup out-of-memory handler.\n\n",
        true
    )]
    [DataRow("slurmstepd: error: Detected 1 oom_kill event in StepId=1.batch. Some of the step tasks have been OOM Killed.\n", true)]
    [DataRow("submit.sh: NAME: 3 processes of this job were killed for memory\n", true)]
    [DataRow("submit.sh: NAME: 3 processes of this job were killed for memory\nmore\n", true)]
    [DataRow("submit.sh: ms-another: 3 processes of this job were killed for memory\n", false)]
    [DataRow("slurmstepd: error: Detected 1 oom-kill event(s) in StepId=2.batch.\n", false)]
    [DataRow("slurmstepd: error: Detected 1 oom-kill event(s) in StepId=1.0.\n", false)]
    [DataRow("slurmstepd: error: Detected 1 oom-kill event(s) in StepId=1.batch.\nand the program went on\n", false)]
    [DataRow("I read: slurmstepd: error: Detected 1 oom-kill event(s) in StepId=1.batch.\n", false)]
    [DataRow("slurmstepd: error: Exceeded step memory limit at some point.\n", false)]
    [DataRow("", false)]
    public void Without_accounting_an_exit_code_of_0_is_believed_unless_the_node_says_that_it_killed_for_memory(string errors, bool killed)
    {
        using var world = new ClusterWorld();
        var request = Ended(world, "echo 'Slurm accounting storage is disabled' >&2; exit 1");
        File.WriteAllText(
            Path.Combine(request.Folder, "stderr.log"),
            errors.Replace("NAME", "ms-" + request.Attempt, StringComparison.Ordinal)
        );
        world.Pass(30);
        var ending = world.Ended(request);
        Assert.AreEqual(killed, ending.EndedBy?.StartsWith("OUT_OF_MEMORY: ", StringComparison.Ordinal) ?? false, ending.EndedBy);
        Assert.IsNull(ending.UnknownFacts);
        Assert.AreEqual(0, ending.ExitCode);
    }

    [TestMethod]
    [DataRow(
        "slurmstepd: error: Job 1 exceeded memory limit (113000 > 52000), being killed\nslurmstepd: error: Exceeded job memory limit\n",
        true
    )]
    [DataRow("slurmstepd: error: StepId=1.batch exceeded memory limit (113000 > 52000), being killed\n", true)]
    [DataRow("slurmstepd: error: Step 1.0 exceeded memory limit (113000 > 52000), being killed\nsrun: error: n1: task 0: Killed\n", true)]
    [DataRow(
        "slurmstepd: error: Detected 1 oom_kill event in StepId=1.0. Some of the step tasks have been OOM Killed.\nsrun: error: n1: "
            + "task 0: Out Of Memory\nTraceback\n",
        true
    )]
    [DataRow("slurmstepd: error: Exceeded job memory limit at some point.\n", false)]
    [DataRow("slurmstepd: error: *** JOB 1 ON n1 CANCELLED AT 2026-01-01T00:00:00 ***\n", false)]
    [DataRow("MemoryError\n", false)]
    public void A_job_that_Slurm_calls_FAILED_ran_out_of_memory_if_its_node_says_so(string errors, bool killed)
    {
        using var world = new ClusterWorld();
        var request = world.Order();
        world.Submit(request);
        File.WriteAllText(Path.Combine(request.Folder, "stderr.log"), errors);
        world.Set("1", "FAILED", "NonZeroExitCode", "0:9");
        world.Pass(20);
        Assert.AreEqual(killed, world.Ended(request).EndedBy?.StartsWith("OUT_OF_MEMORY: ", StringComparison.Ordinal) ?? false);
    }

    [TestMethod]
    public void What_is_not_known_stands_with_the_end_that_was_recorded()
    {
        Assert.AreEqual(
            new AttemptState.Ended(AttemptOutcome.Completed, "not known", 0),
            AttemptOutcomes.Classify(new AttemptEnd { ExitCode = 0, UnknownFacts = "not known" })
        );
        Assert.AreEqual(
            new AttemptState.Ended(AttemptOutcome.Failed, "exit code 3; not known", 3, EndCause.Exited),
            AttemptOutcomes.Classify(new AttemptEnd { ExitCode = 3, UnknownFacts = "not known" })
        );
        Assert.AreEqual(
            new AttemptState.Ended(AttemptOutcome.Completed, null, 0),
            AttemptOutcomes.Classify(new AttemptEnd { ExitCode = 0 })
        );
    }

    private static MatterStack.Engine.Operators.AttemptRequest Ended(ClusterWorld world, string trouble, string command = "true")
    {
        var request = world.Order(command: command);
        world.Submit(request);
        world.Run("1", endInQueue: false);
        world.Forget("1");
        world.Fault("sacct", trouble.Replace("NAME", "ms-" + request.Attempt, StringComparison.Ordinal));
        return request;
    }
}
