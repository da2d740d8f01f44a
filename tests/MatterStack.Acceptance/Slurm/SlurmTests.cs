using MatterStack.Acceptance.Support;

namespace MatterStack.Acceptance.Slurm;

/// <summary>Campaigns on a real Slurm, here and through a real sshd.</summary>
[TestClass]
public sealed class SlurmTests
{
    private const string Tasks = """
          <ItemGroup>
            <CampaignTask Include="a;b;c" OperatorKey="hpc.default" Files="in.txt" Outputs="out.txt" Command="cat in.txt > out.txt; echo $SLURM_JOB_ID $SLURM_ARRAY_TASK_ID" />
            <CampaignTask Include="sum" OperatorKey="hpc.other" DependsOn="a;b" Cores="2" Outputs="sum.txt" Command="cat deps/*/out.txt > sum.txt; echo $SLURM_CPUS_PER_TASK; test -d &quot;$TMPDIR&quot;" />
            <CampaignTask Include="bad" OperatorKey="hpc.default" AllowFailure="true" Command="echo wrong >&amp;2; exit 42" />
          </ItemGroup>
        """;

    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public void A_campaign_goes_to_the_cluster_by_changing_wiring_alone(bool ssh)
    {
        RealSlurm.Need();
        using var campaign = new Campaign(Tasks);
        campaign.Write("in.txt", "input\n");
        campaign.Write("cluster.yaml", RealSlurm.Wiring(ssh: ssh));

        campaign.Build("Init", "-p:OperatorsConfig=cluster.yaml").Succeeded();
        campaign.Build("Loop").Succeeded().Says("COMPLETED");

        var run = campaign.Run();
        Assert.AreEqual("input\ninput\n", run.File("sum", "work/sum.txt"));
        Assert.AreEqual("2\n", run.File("sum", "stdout.log"));
        Assert.AreEqual("42", run.Attempt("bad", "exit_code"));
        Assert.AreEqual("exit code 42", run.Attempt("bad", "reason"));
        Assert.AreEqual("wrong\n", run.File("bad", "stderr.log"));
        // One array for tasks of one shape.
        var ids = new[] { "a", "b", "c", "bad" }.Select(t => run.Attempt(t, "external_id").Split('_')).ToList();
        Assert.HasCount(1, ids.Select(id => id[0]).Distinct());
        Assert.HasCount(4, ids.Select(id => id[1]).Distinct());
        Assert.StartsWith("0\n", run.File("a", "exit_code"));
        StringAssert.Contains(run.File("a", "submit.sh"), "# task     a");

        // What is known goes to no cluster a second time.
        campaign.Build("Init", "-p:OperatorsConfig=cluster.yaml").Succeeded();
        campaign.Build("Loop").Succeeded().Says("COMPLETED");
        var again = campaign.Run();
        Assert.AreEqual("bad", again.Text("SELECT group_concat(task_id) FROM attempts WHERE submitted_at_utc IS NOT NULL"));
        Assert.AreEqual("4", again.Text("SELECT count(cached_from) FROM attempts"));
        Assert.AreEqual("input\ninput\n", again.File("sum", "work/sum.txt"));
    }

    [TestMethod]
    public void A_site_that_talks_around_each_answer_and_a_workspace_with_a_percent_sign_change_nothing()
    {
        RealSlurm.Need();
        using var campaign = new Campaign(Tasks, name: "Fe-10%Al 100% $HOME");
        campaign.Write("in.txt", "input\n");
        campaign.Write("operators.yaml", RealSlurm.Wiring());
        foreach (var command in new[] { "sbatch", "squeue", "sacct", "scancel" })
        {
            var wrapper = campaign.Write(
                "bin/" + command,
                $"#!/bin/sh\nprintf 'News of 2026: slurmdbd moves | error\\n 12 nodes | down\\nSU left: '\n"
                    + $"{RealSlurm.Command("command -v " + command)} \"$@\"; code=$?\nprintf '\\nYour balance\\n 400 SU\\n'; "
                    + $"echo 'timed out? write to us' >&2\nexit $code\n"
            );
            RealSlurm.Command($"chmod +x '{wrapper}'");
        }

        campaign.Environment["PATH"] = Path.Combine(campaign.Folder, "bin") + ":" + Environment.GetEnvironmentVariable("PATH");
        campaign.Build("Loop").Succeeded().Says("COMPLETED");
        var run = campaign.Run();
        Assert.AreEqual("input\ninput\n", run.File("sum", "work/sum.txt"));
        Assert.AreEqual("2\n", run.File("sum", "stdout.log"), "a single job has its logs");
        Assert.AreEqual("wrong\n", run.File("bad", "stderr.log"));
        Assert.AreEqual("exit code 42", run.Attempt("bad", "reason"));
    }

    [TestMethod]
    public void A_Loop_that_is_killed_again_and_again_runs_each_task_once()
    {
        RealSlurm.Need();
        using var campaign = new Campaign(
            $"""
              <Target Name="Declare" BeforeTargets="CollectCampaignTasks">
                <ItemGroup><N Include="1;2;3;4;5;6;7;8" /><CampaignTask Include="a%(N.Identity)" Cores="%(N.Identity)" OperatorKey="hpc.default" Command="{Campaign.LogStart}" /></ItemGroup>
                <ItemGroup><CampaignTask Include="b%(N.Identity)" DependsOn="a%(N.Identity)" OperatorKey="hpc.default" Command="{Campaign.LogStart}" /></ItemGroup>
              </Target>
            """
        );
        campaign.Write("operators.yaml", RealSlurm.Wiring());
        campaign.Build("Init").Succeeded();
        var run = campaign.Run();

        // After the first file of a submission, after the first job, and after some time.
        foreach (
            var sign in new Func<bool>[]
            {
                () =>
                    Directory.Exists(Path.Combine(run.Folder, "tasks"))
                    && Directory.GetFiles(Path.Combine(run.Folder, "tasks"), "submit.sh", SearchOption.AllDirectories).Length > 0,
                () => run.Text("SELECT count(*) FROM attempts WHERE external_id IS NOT NULL") != "0",
                () => campaign.Started().Length > 6,
            }
        )
        {
            using var loop = campaign.Start("Loop");
            Wait.Until(() => loop.HasEnded || sign(), "the loop to have begun");
            loop.Signal("KILL");
        }

        campaign.Build("Loop").Succeeded().Says("COMPLETED");
        Assert.HasCount(16, campaign.Started());
        Assert.HasCount(16, campaign.Started().Distinct());
        Assert.AreEqual("16", run.Text("SELECT count(*) FROM attempts"));
    }

    [TestMethod]
    public void Every_end_that_a_cluster_has_in_store_is_recorded_as_it_is()
    {
        RealSlurm.Need();
        const string wait = "while [ -d &quot;$OUT&quot; ]; do sleep 0.1; done";
        using var campaign = new Campaign(
            $"""
              <ItemGroup>
                <CampaignTask Include="timeout;cancelled;suspended" OperatorKey="hpc.default" AllowFailure="true" Command="{wait}" />
                <CampaignTask Include="completed" OperatorKey="hpc.default" Command="true" />
                <CampaignTask Include="node" OperatorKey="hpc.node" AllowFailure="true" Command="{wait}" />
                <CampaignTask Include="low" OperatorKey="hpc.low" AllowFailure="true" Cores="64" Command="{wait}" />
                <CampaignTask Include="deadline" OperatorKey="hpc.deadline" AllowFailure="true" TimeLimitMinutes="10" Command="true" />
              </ItemGroup>
            """
        );
        campaign.Write(
            "operators.yaml",
            """
            operators:
              hpc.default: { kind: hpc, backend: { type: slurm, slurm: { partition: main, options: ["--exclude=n1,n2"], poll_interval: "00:00:01" } } }
              hpc.node: { kind: hpc, backend: { type: slurm, slurm: { partition: main, options: ["--nodelist=n2"], poll_interval: "00:00:01" } } }
              hpc.low: { kind: hpc, backend: { type: slurm, slurm: { partition: low, poll_interval: "00:00:01" } } }
              hpc.deadline: { kind: hpc, backend: { type: slurm, slurm: { options: [--hold, "--deadline=now+1hour"], poll_interval: "00:00:01" } } }
            """
        );
        using var loop = campaign.Start("Loop", "-p:MatterStackInfrastructureRetries=0");
        Wait.Until(
            () => loop.HasEnded || (Directory.Exists(campaign.Runs) && Directory.GetDirectories(campaign.Runs, "2*").Length > 0),
            "a run"
        );
        var run = campaign.Run();
        Wait.Until(
            () =>
                loop.HasEnded
                || new[] { "timeout", "cancelled", "suspended", "node", "low" }.All(t =>
                    run.Attempt(t) == "RUNNING"
                    && run.Attempt("deadline", "external_id").Length > 0
                    && !run.Attempt("deadline", "external_id").StartsWith('m')
                ),
            "all to run"
        );
        Assert.IsFalse(loop.HasEnded, loop.Said);
        string Job(string task) => run.Attempt(task, "external_id");

        RealSlurm.Command($"scontrol suspend {Job("suspended")}");
        Wait.Until(() => run.Task("suspended", "reason").Contains("SUSPENDED", StringComparison.Ordinal), "the suspension to be told");
        RealSlurm.Command($"scontrol resume {Job("suspended")}");
        RealSlurm.Command($"scancel {Job("suspended")} {Job("cancelled")}");
        RealSlurm.Command($"scontrol update JobId={Job("timeout")} EndTime=now+2");
        RealSlurm.Command($"scontrol update JobId={Job("deadline")} Deadline=now+30 && scontrol release {Job("deadline")}");
        RealSlurm.Command("sbatch --parsable -p high -n 64 --mem=100 -o /dev/null --wrap true");
        using (RealSlurm.PowerCut("n2"))
        {
            loop.Wait().Succeeded();
        }

        Assert.AreEqual("COMPLETED", run.Attempt("completed"));
        Assert.AreEqual("CANCELLED", run.Attempt("cancelled"));
        StringAssert.Contains(run.Attempt("cancelled", "reason"), "by somebody else");
        foreach (
            var (task, word) in new[] { ("timeout", "TIMEOUT"), ("node", "NODE_FAIL"), ("low", "PREEMPTED"), ("deadline", "DEADLINE") }
        )
        {
            Assert.AreEqual("FAILED", run.Attempt(task), task);
            StringAssert.StartsWith(run.Attempt(task, "reason"), word);
        }
    }

    [TestMethod]
    public void A_job_that_is_preempted_and_put_back_ends_once_and_well()
    {
        RealSlurm.Need();
        using var campaign = new Campaign(
            $"""<ItemGroup><CampaignTask Include="a" OperatorKey="hpc.default" Cores="64" Command="{Campaign.LogStart}; {Campaign.WaitFor("go")}" /></ItemGroup>"""
        );
        campaign.Write("operators.yaml", RealSlurm.Wiring("again", more: ", options: [\"--requeue\"]"));
        campaign.Build("Step").Succeeded();
        var run = campaign.Run();
        Wait.Until(() => campaign.Started().Length == 1, "the job to run");
        var id = run.Attempt("a", "external_id");

        RealSlurm.Command("sbatch --parsable -p high -n 64 --mem=100 -o /dev/null --wrap true");
        Wait.Until(
            () => Shell.Run($"squeue -h -j {id} -o %T").Said.Contains("PENDING", StringComparison.Ordinal),
            "the job to be put back"
        );
        campaign.Build("Step").Succeeded();
        Assert.AreEqual("", run.Attempt("a", "ended_at_utc"));
        // It waits two minutes otherwise. Slurm revokes credentials by the second: one that is made in the second in which the job was put
        // back is no good.
        RealSlurm.Command($"scontrol update JobId={id} StartTime=now+2");
        campaign.Give("go");
        campaign.Build("Loop").Succeeded();

        Assert.AreEqual("COMPLETED", run.Attempt("a"));
        Assert.AreEqual(id, run.Attempt("a", "external_id"));
        Assert.AreEqual("1", run.Text("SELECT count(*) FROM attempts"));
    }

    [TestMethod]
    public void What_waits_is_explained_with_the_queues_own_reason_and_cancelled_in_the_queue()
    {
        RealSlurm.Need();
        using var campaign = new Campaign(
            $"""
              <ItemGroup>
                <CampaignTask Include="later" OperatorKey="hpc.default" AllowFailure="true" Command="true" />
                <CampaignTask Include="a" OperatorKey="hpc.other" Command="{Campaign.WaitFor("go")}" />
              </ItemGroup>
            """
        );
        campaign.Write(
            "operators.yaml",
            """
            operators:
              hpc.default: { kind: hpc, backend: { type: slurm, slurm: { partition: main, options: ["--begin=now+1hour"], poll_interval: "00:00:01" } } }
              hpc.other: { kind: hpc, backend: { type: slurm, slurm: { partition: main, poll_interval: "00:00:01" } } }
            """
        );
        campaign.Build("Step").Succeeded();
        var run = campaign.Run();
        campaign.Build("Step").Succeeded();
        var id = run.Attempt("later", "external_id");

        campaign.Build("Explain").Succeeded().Says($"later RUNNING: waits as job {id}: BeginTime");
        campaign.Build("CancelAttempt", "-p:AttemptId=" + run.Attempt("later", "attempt_id"), "-p:Reason=enough").Succeeded();
        Assert.AreEqual("CANCELLED", run.Attempt("later"));
        Assert.AreEqual("enough", run.Attempt("later", "reason"));
        Assert.AreEqual("CANCELLED", RealSlurm.Command($"squeue -h -t all -j {id} -o %T"));

        campaign.Build("Cancel").Succeeded();
        Assert.AreEqual("CANCELLED", run.State);
        // It ran: its node may still be tidying up.
        Wait.Until(
            () => RealSlurm.Command($"squeue -h -t all -j {run.Attempt("a", "external_id")} -o %T") != "COMPLETING",
            "the job to be over"
        );
        Assert.AreEqual("CANCELLED", RealSlurm.Command($"squeue -h -t all -j {run.Attempt("a", "external_id")} -o %T"));
    }

    [TestMethod]
    public void Pause_holds_what_waits_in_the_queue_and_Resume_lets_it_go()
    {
        RealSlurm.Need();
        using var campaign = new Campaign(
            $"""
              <ItemGroup>
                <CampaignTask Include="runs" OperatorKey="hpc.default" Command="{Campaign.WaitFor("go")}" />
                <CampaignTask Include="waits;waits_too" OperatorKey="hpc.later" Command="{Campaign.LogStart}" />
                <CampaignTask Include="theirs" OperatorKey="hpc.held" AllowFailure="true" Command="{Campaign.LogStart}" />
              </ItemGroup>
            """
        );
        campaign.Write(
            "operators.yaml",
            """
            operators:
              hpc.default: { kind: hpc, backend: { type: slurm, slurm: { poll_interval: "00:00:01" } } }
              hpc.later: { kind: hpc, backend: { type: slurm, slurm: { options: ["--begin=now+1hour"], poll_interval: "00:00:01" } } }
              hpc.held: { kind: hpc, backend: { type: slurm, slurm: { options: [--hold], poll_interval: "00:00:01" } } }
            """
        );
        campaign.Build("Step").Succeeded();
        var run = campaign.Run();
        string Job(string task) => run.Attempt(task, "external_id");
        string Queue(string task) => RealSlurm.Command($"squeue -h -r -t all -j {Job(task)} -o '%T %r'");
        Wait.Until(() => Queue("runs").StartsWith("RUNNING", StringComparison.Ordinal), "the job to run");

        campaign.Build("Pause").Succeeded().Says("the run is paused", "queued attempts are held");

        StringAssert.StartsWith(Queue("waits"), "PENDING JobHeld");
        StringAssert.StartsWith(Queue("waits_too"), "PENDING JobHeld");
        StringAssert.StartsWith(Queue("runs"), "RUNNING");
        campaign.Build("Explain").Succeeded().Says($"waits as job {Job("waits")}: JobHeld", "since the run is paused");
        // Even if their time comes.
        RealSlurm.Command($"scontrol update JobId={Job("waits").Split('_')[0]} StartTime=now");
        campaign.Give("go");
        Wait.Until(() => Queue("runs").StartsWith("COMPLETED", StringComparison.Ordinal), "the job to end");
        StringAssert.StartsWith(Queue("waits"), "PENDING JobHeld");

        campaign.Build("Resume").Succeeded();
        StringAssert.StartsWith(Queue("theirs"), "PENDING JobHeld");
        campaign.Build("CancelAttempt", "-p:AttemptId=" + run.Attempt("theirs", "attempt_id")).Succeeded();
        campaign.Build("Loop").Succeeded().Says("COMPLETED");
        CollectionAssert.AreEquivalent(new[] { "waits", "waits_too" }, campaign.Started());
    }

    [TestMethod]
    public void A_refused_job_fails_with_the_clusters_text_and_a_cluster_out_of_reach_uses_up_no_attempt()
    {
        RealSlurm.Need();
        using var campaign = new Campaign(
            """<ItemGroup><CampaignTask Include="a" OperatorKey="hpc.default" Command="true" /></ItemGroup>"""
        );
        campaign.Write("operators.yaml", RealSlurm.Wiring("nowhere"));
        campaign.Build("Loop").Failed("MATTER4021", "partition");

        campaign.Write(
            "unknown.yaml",
            $$"""
            operators:
              hpc.default: { kind: hpc, backend: { type: slurm, ssh: { host: cluster-unknown, config: {{RealSlurm.SshConfig}} } } }
            """
        );
        campaign.Build("Loop", "-p:NewRun=true", "-p:OperatorsConfig=unknown.yaml").Failed("MATTER4020", "Host key verification failed");
        Assert.AreEqual("CREATED", campaign.Run().Attempt("a"));
    }
}
