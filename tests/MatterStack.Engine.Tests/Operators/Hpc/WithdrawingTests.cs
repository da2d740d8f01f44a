using MatterStack.Engine.Lifecycle.Model;
using MatterStack.Engine.Operators;
using MatterStack.Engine.Operators.Hpc;
using MatterStack.Engine.Operators.Hpc.GridEngine;
using MatterStack.Engine.Tests.Transports;

namespace MatterStack.Engine.Tests.Operators.Hpc;

/// <summary>The job of an amended task is deleted while it waits, and goes on if it begins at that moment.</summary>
[TestClass]
public sealed class WithdrawingTests
{
    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public void Jobs_that_wait_are_deleted_and_those_that_run_go_on(bool staged)
    {
        using var world = new ClusterWorld(staged);
        var requests = Enumerable.Range(0, 4).Select(i => world.Order("t" + i)).ToArray();
        world.Submit(requests);
        world.Set("1_1", "RUNNING");

        Withdraw(world, requests[..3]);
        world.Pass(20);

        CollectionAssert.AreEqual((string[])["CANCELLED", "RUNNING", "CANCELLED", "PENDING"], world.Jobs.Select(world.State).ToList());
        foreach (var gone in new[] { requests[0], requests[2] })
        {
            Assert.IsTrue(world.Ended(gone).IsCancelled);
            Assert.IsNull(world.Last<Observation.NotWithdrawn>(gone));
        }

        Assert.Contains("job 1_1 has begun", world.Last<Observation.NotWithdrawn>(requests[1])!.Reason);
        Assert.IsNull(world.Last<Observation.Exited>(requests[1]));
        Assert.IsNull(world.Last<Observation.Exited>(requests[3]));
        Assert.AreEqual("Priority", world.Reason("1_3"), "the others of the array are left alone");
        world.Run("1_1");
        world.Pass(20);
        Assert.AreEqual(0, world.Ended(requests[1]).ExitCode);
    }

    [TestMethod]
    [DataRow("scontrol")]
    [DataRow("scancel")]
    public void A_job_that_begins_between_two_questions_is_never_ended(string moment)
    {
        using var world = new ClusterWorld();
        var request = world.Order();
        world.Submit(request);
        world.Fault(moment, "sed -i 's/PENDING|[A-Za-z]*/RUNNING|None/' jobs/1");

        Withdraw(world, request);
        world.Pass(30);

        Assert.AreEqual("RUNNING", world.State("1"));
        Assert.HasCount(1, world.Facts.OfType<Observation.NotWithdrawn>().ToList());
        world.NothingEnded();
        world.Run("1");
        world.Pass(20);
        Assert.AreEqual(0, world.Ended(request).ExitCode);
    }

    [TestMethod]
    [DataRow("squeue")]
    [DataRow("scancel")]
    [DataRow("scontrol")]
    public void A_command_that_fails_is_given_again_and_meanwhile_nothing_ends(string command)
    {
        using var world = new ClusterWorld();
        var request = world.Order();
        world.Submit(request);
        world.Fault(command, "echo 'Unable to contact slurm controller' >&2; exit 1");

        Withdraw(world, request);
        if (command != "scontrol")
        {
            // Without the hold the job is deleted all the same: only its state as it waits is asked for.
            Assert.AreEqual("PENDING", world.State("1"));
            world.NothingEnded();
            Assert.IsNull(world.Last<Observation.NotWithdrawn>(request));
            Assert.IsNotNull(world.Last<Observation.EndRequestFailed>(request));
        }

        world.Fault(command, "");
        world.Pass(60);

        Assert.AreEqual("CANCELLED", world.State("1"));
        Assert.IsTrue(world.Ended(request).IsCancelled);
    }

    [TestMethod]
    public void A_lost_connection_is_waited_for()
    {
        using var world = new ClusterWorld();
        var request = world.Order();
        world.Submit(request);
        world.Pass(5);
        world.Shell.Next = _ => new Fault.Refused();

        Withdraw(world, request);
        world.Pass(20);
        world.NothingEnded();
        world.Shell.Next = _ => null;
        world.Pass(700);

        Assert.IsTrue(world.Ended(request).IsCancelled);
        Assert.AreEqual("CANCELLED", world.State("1"));
    }

    [TestMethod]
    public void A_job_that_was_not_submitted_yet_ends_without_a_call()
    {
        using var world = new ClusterWorld();
        var request = world.Order();
        world.Operator.Start(request);

        Assert.IsTrue(world.Operator.TryWithdraw(request, "amended"));
        world.Cluster.RunOnce();

        Assert.IsTrue(world.Ended(request).IsCancelled);
        Assert.AreEqual(0, world.Calls("sbatch"));
    }

    [TestMethod]
    public void A_new_process_deletes_the_job_that_an_earlier_one_held()
    {
        using var world = new ClusterWorld();
        var request = world.Order();
        world.Submit(request);
        world.Fault("scancel", "exit 1");
        Withdraw(world, request);
        Assert.AreEqual("JobHeldUser", world.Reason("1"));
        world.Fault("scancel", "");

        var known = request with { ExternalId = "1" };
        world.Start();
        world.Operator.Observe([known]);
        Withdraw(world, known);
        world.Pass(20);

        Assert.AreEqual("CANCELLED", world.State("1"));
        Assert.IsTrue(world.Ended(request).IsCancelled);
    }

    [TestMethod]
    public void A_submission_without_an_answer_is_found_by_its_name_and_deleted()
    {
        using var world = new ClusterWorld();
        var request = world.Order();
        world.Fault("sbatch", "lie=1");
        world.Submit(request);

        Withdraw(world, request);
        world.Pass(60);

        Assert.AreEqual("CANCELLED", world.State("1"));
        Assert.IsTrue(world.Ended(request).IsCancelled);
        Assert.AreEqual(1, world.Calls("sbatch"));
    }

    [TestMethod]
    public void A_submission_that_never_arrived_ends_and_is_not_made_again()
    {
        using var world = new ClusterWorld();
        var request = world.Order();
        world.Fault(
            "sbatch",
            "echo 'sbatch: error: Batch job submission failed: Unable to contact slurm controller (connect failure)' >&2; exit 1"
        );
        world.Submit(request);
        world.Fault("sbatch", "");

        Withdraw(world, request);
        world.Pass(300);

        Assert.IsTrue(world.Ended(request).IsCancelled);
        Assert.AreEqual(1, world.Calls("sbatch"));
        Assert.IsEmpty(world.Jobs);
    }

    [TestMethod]
    public void A_cancellation_ends_also_what_has_begun()
    {
        using var world = new ClusterWorld();
        var request = world.Order();
        world.Submit(request);
        world.Set("1", "RUNNING");
        Withdraw(world, request);
        Assert.IsNotNull(world.Last<Observation.NotWithdrawn>(request));

        world.Operator.Cancel(request, "by hand");
        world.Pass(20);

        Assert.AreEqual("CANCELLED", world.State("1"));
        Assert.IsTrue(world.Ended(request).IsCancelled);
    }

    [TestMethod]
    public void A_thousand_jobs_take_few_calls()
    {
        using var world = new ClusterWorld();
        var requests = Enumerable.Range(0, 200).Select(i => world.Order("t" + i)).ToArray();
        world.Submit(requests);
        var before = (world.Calls("squeue"), world.Calls("scontrol"), world.Calls("scancel"));

        Withdraw(world, requests);

        Assert.AreEqual(before.Item2 + 1, world.Calls("scontrol"));
        Assert.AreEqual(before.Item3 + 1, world.Calls("scancel"));
        Assert.IsLessThanOrEqualTo(before.Item1 + 3, world.Calls("squeue"));
        world.Pass(20);
        Assert.IsTrue(requests.All(request => world.Ended(request).IsCancelled));
    }

    [TestMethod]
    public void Grid_Engine_deletes_held_jobs_that_wait_and_releases_those_that_run()
    {
        using var folder = new TempFolder(inMemory: true);
        var bin = folder.In("bin");
        foreach (
            var (name, text) in new[]
            {
                ("qhold", "echo hold \"$@\" >> ../calls"),
                ("qrls", "echo release \"$@\" >> ../calls"),
                ("qdel", "echo delete \"$@\" >> ../calls; touch ../deleted"),
                ("qstat", "[ -e ../deleted ] && cat ../after.xml || cat ../before.xml"),
            }
        )
        {
            MakeExecutable(folder.Write("bin/" + name, $"#!/bin/sh\ncd '{bin}'\n{text}\n"));
        }

        const string Waiting =
            "<job_list state=\"pending\"><JB_job_number>7</JB_job_number><state>hqw</state><tasks>2</tasks></job_list>\n";
        const string Running =
            "<job_list state=\"running\"><JB_job_number>7</JB_job_number><state>hr</state><tasks>1</tasks></job_list>\n"
            + "<job_list state=\"running\"><JB_job_number>9</JB_job_number><state>r</state></job_list>\n";
        const string Mine = "<job_list state=\"pending\"><JB_job_number>8</JB_job_number><state>hqw</state></job_list>\n";
        folder.Write("before.xml", Lines(Running + Waiting + Mine));
        folder.Write("after.xml", Lines(Running));
        var scheduler = new GridEngineScheduler(new GridEngineOptions(), static text => text);
        var start = new System.Diagnostics.ProcessStartInfo(
            "/bin/sh",
            ["-c", scheduler.BuildWithdrawScript(["7.1", "7.2", "8", "9", "10"])]
        )
        {
            RedirectStandardOutput = true,
        };
        start.Environment["PATH"] = bin + ":" + Environment.GetEnvironmentVariable("PATH");

        using var process = System.Diagnostics.Process.Start(start)!;
        var outcomes = WithdrawalOutcomes.Parse(process.StandardOutput.ReadToEnd());
        process.WaitForExit();

        Assert.AreEqual(0, process.ExitCode);
        CollectionAssert.AreEqual((string[])["7.2", "8"], outcomes.GoneIds.Order().ToList());
        CollectionAssert.AreEqual((string[])["7.1", "9"], outcomes.BegunIds.Order().ToList(), "nothing is known of job 10");
        var calls = File.ReadAllLines(folder.In("calls"));
        CollectionAssert.Contains(calls, "delete 7.2 8");
        CollectionAssert.Contains(calls, "release 7.1");
        CollectionAssert.DoesNotContain(calls, "release 8");
    }

    // As qstat prints them: one element a line.
    private static string Lines(string xml) => xml.Replace("><", ">\n<", StringComparison.Ordinal);

    private static void MakeExecutable(string path)
    {
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }

    private static void Withdraw(ClusterWorld world, params AttemptRequest[] requests)
    {
        foreach (var request in requests)
        {
            Assert.IsTrue(world.Operator.TryWithdraw(request, "amended"));
        }

        world.Cluster.RunOnce();
    }
}
