using MatterStack.Engine.Lifecycle.Model;
using MatterStack.Engine.Operators.Hpc;
using MatterStack.Engine.Operators.Hpc.GridEngine;
using MatterStack.Engine.Operators.Hpc.Slurm;
using MatterStack.Engine.Transports.Shell;

namespace MatterStack.Engine.Tests.Operators.Hpc;

/// <summary>A site whose wrappers, or start-up files of shells, say what they like around each answer of the scheduler: the answers are
/// found between.</summary>
[TestClass]
public sealed class TalkativeSiteTests
{
    private static readonly string[] Commands = ["sbatch", "squeue", "sacct", "scancel", "scontrol"];

    // Before and behind the answer, on both streams, with numbers, bars and words of errors among it; the first line has no end.
    private const string Talk = """
        for to in 1 2; do printf '\nNews of 2026: slurmdbd moves on Tuesday | error 404 | see the wiki\n\n 12 nodes | down\nSU left: ' >&$to; done
        trap 'for to in 1 2; do printf "\n-- \nYour balance is\n 2000 SU, 3 jobs failed\nUnable to show more\n" >&$to; done' EXIT

        """;

    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public void Jobs_are_submitted_followed_held_and_ended_on_a_site_that_talks(bool staged)
    {
        using var world = Talkative(staged);
        var requests = Enumerable.Range(0, 3).Select(i => world.Order("t" + i)).ToArray();
        world.Submit(requests);
        CollectionAssert.AreEqual(
            (string[])["1_0", "1_1", "1_2"],
            requests.Select(request => world.Last<Observation.Submitted>(request)?.ExternalId).ToList()
        );
        world.Operator.Hold();
        Assert.AreEqual("waits as job 1_1: JobHeldUser, since the run is paused", world.Last<Observation.Submitted>(requests[1])!.Reason);
        world.Operator.Release();

        world.Run("1_0");
        world.Set("1_1", "RUNNING");
        world.Operator.Cancel(requests[1], "enough");
        world.Cluster.RunOnce();
        world.Pass(20);
        Assert.AreEqual(0, world.Ended(requests[0]).ExitCode);
        Assert.IsTrue(world.Ended(requests[1]).IsCancelled);

        // The queue forgets it, and only the accounting tells of its end.
        world.Set("1_2", "TIMEOUT", code: "0:15");
        world.Forget("1_2");
        world.Pass(40);
        Assert.AreEqual("TIMEOUT", world.Ended(requests[2]).EndedBy);
        Assert.AreEqual(1, world.Calls("sbatch"));
    }

    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public void A_lost_submission_is_found_in_queue_or_accounting_of_a_site_that_talks(bool forgotten)
    {
        using var world = Talkative(staged: false);
        var request = world.Order();
        world.Fault("sbatch", Talk + "lie=1\n");
        world.Submit(request);
        if (forgotten)
        {
            world.Set("1", "COMPLETED");
            world.Forget("1");
        }

        // What was looked for in vain once is looked for again before it is submitted, under the lock of its folder.
        var name = JobScript.ReadStored(Path.Combine(request.Folder, JobScript.FileName))!.Name;
        var script = SubmitScript.BuildScript(
            new SlurmScheduler(new SlurmOptions(), text => text),
            new Submission(name, null, null, SearchFirst: true, [], TimeSpan.FromSeconds(100))
        );
        var ended = (ShellResult.Ended)
            world.Shell.Run(
                new ShellCall($"cd {ShellText.Quote(request.Folder)}\n{script}", TimeSpan.FromSeconds(60)),
                CancellationToken.None
            );
        Assert.AreEqual("job 1", ended.Output.Trim());
        Assert.AreEqual(1, world.Calls("sbatch"));
    }

    [TestMethod]
    [DataRow("Submitted batch job 7 estimates 2 SUs from allocation a. Estimated remaining SUs: 2306129", "7")]
    [DataRow("7;alpha", "7")]
    [DataRow("7\nJOBID NAME PARTITION\n7 x main", "7")]
    public void An_id_is_found_in_what_a_wrapper_makes_of_it(string answer, string id)
    {
        using var world = new ClusterWorld();
        world.Fault("sbatch", $"cat > /dev/null; printf '%s\\n' '{answer}'; exit 0\n");
        var request = world.Order();
        world.Submit(request);
        Assert.AreEqual(id, world.Last<Observation.Submitted>(request)?.ExternalId);
    }

    [TestMethod]
    [DataRow("printf '400\\n'")]
    [DataRow("trap 'exec >&-' EXIT")]
    public void Where_more_than_one_number_or_none_may_be_the_id_the_job_is_looked_for_by_its_name(string talk)
    {
        using var world = new ClusterWorld();
        world.Fault("sbatch", talk.StartsWith("trap", StringComparison.Ordinal) ? "exec >/dev/null\n" : talk + "\n");
        var request = world.Order();
        world.Submit(request);
        Assert.AreEqual("1", world.Last<Observation.Submitted>(request)?.ExternalId);
        Assert.AreEqual(1, world.Calls("sbatch"));
    }

    [TestMethod]
    public void A_queue_that_only_talks_has_said_nothing_of_the_jobs()
    {
        using var world = new ClusterWorld();
        var request = world.Order();
        world.Submit(request);
        world.AccountingOff();
        world.Fault("squeue", "echo 'The queue is under maintenance.'; exit 0\n");
        world.Operator.Cancel(request, "enough");
        world.Cluster.RunOnce();
        world.Pass(300);
        Assert.IsNull(world.Last<Observation.Exited>(request), "nobody has said that it is over");
        world.Fault("squeue", "");
        world.Pass(700);
        Assert.IsTrue(world.Ended(request).IsCancelled);
    }

    [TestMethod]
    public void Lines_that_end_as_on_Windows_are_rows_too()
    {
        var slurm = new SlurmScheduler(new SlurmOptions(), text => text);
        Assert.AreEqual(
            "ms-x",
            slurm.ParseQueue(new ShellResult.Ended(0, "1|RUNNING|2026-11-29T20:45:38|None|ms-x\r\n", ""))!.Single().Name
        );
    }

    [TestMethod]
    [DataRow("News\n12", "12")]
    [DataRow("12.1-3:1\nYou have 400 SU", "12")]
    [DataRow("Your job 12 (\"ms-x\") has been submitted", "12")]
    [DataRow("Your job-array 12.1-3:1 (\"ms-x\") has been submitted", "12")]
    public void The_id_of_a_Grid_Engine_job_is_found_in_what_a_wrapper_says(string answer, string id)
    {
        using var folder = new TempFolder(inMemory: true);
        folder.Write("submit.sh", "");
        folder.Write("qsub", $"#!/bin/sh\nprintf '%s\\n' '{answer}'\n");
        foreach (var name in new[] { "qstat", "qacct" })
        {
            folder.Write(name, "#!/bin/sh\nexit 0\n");
        }

        var scheduler = new GridEngineScheduler(new GridEngineOptions(), text => text);
        var script =
            $"cd {ShellText.Quote(folder.In(""))} && chmod +x q*; PATH=$PWD:$PATH\n"
            + SubmitScript.BuildScript(scheduler, new("ms-x", null, null, SearchFirst: false, [], TimeSpan.FromSeconds(10)));
        using var shell = new LocalShell(
            new Dictionary<string, string> { ["PATH"] = Environment.GetEnvironmentVariable("PATH")! },
            TimeProvider.System
        );
        var ended = (ShellResult.Ended)shell.Run(new ShellCall(script, TimeSpan.FromSeconds(60)), CancellationToken.None);
        Assert.AreEqual($"job {id}", ended.Output.Trim(), ended.Error);
    }

    [TestMethod]
    [DataRow(1)]
    [DataRow(9)]
    public void The_records_of_Grid_Engine_are_found_in_what_a_wrapper_says(int jobs)
    {
        using var folder = new TempFolder(inMemory: true);
        folder.Write("qstat", "#!/bin/sh\nexit 0\n");
        var records = string.Concat(
            Enumerable
                .Range(1, jobs)
                .Select(i =>
                    $"==========\njobname      ms-{i}\njobnumber    {i}\ntaskid       undefined\nfailed       0\nexit_status  3\n"
                    + $"maxvmem      1.0MB\n"
                )
        );
        folder.Write("records", records);
        folder.Write(
            "qacct",
            $"#!/bin/sh\nprintf 'SU left: '; {(jobs > 8 ? "cat" : "head -n 7")} {ShellText.Quote(folder.In("records"))}; "
                + $"printf 'failed logins: 3\\nexit_status of the news\\n'\n"
        );
        var scheduler = new GridEngineScheduler(new GridEngineOptions(), text => text);
        using var shell = new LocalShell(
            new Dictionary<string, string> { ["PATH"] = Environment.GetEnvironmentVariable("PATH")! },
            TimeProvider.System
        );
        var ids = Enumerable.Range(1, jobs).Select(i => i.ToString(System.Globalization.CultureInfo.InvariantCulture)).ToList();
        var ended = (ShellResult.Ended)
            shell.Run(
                new ShellCall(
                    $"cd {ShellText.Quote(folder.In(""))} && chmod +x q*; PATH=$PWD:$PATH\n" + scheduler.BuildAccountingScript(ids, [], 3),
                    TimeSpan.FromSeconds(60)
                ),
                CancellationToken.None
            );
        var rows = ((AccountingResult.Rows)scheduler.ParseAccounting(ended)).Jobs;
        CollectionAssert.AreEqual(ids, rows.Select(row => row.Id).ToList(), ended.Output + ended.Error);
        Assert.IsTrue(rows.All(row => row.State is JobState.Failed { ExitCode: 3 }));
    }

    private static ClusterWorld Talkative(bool staged)
    {
        var world = new ClusterWorld(staged);
        foreach (var command in Commands)
        {
            world.Fault(command, Talk);
        }

        return world;
    }
}
