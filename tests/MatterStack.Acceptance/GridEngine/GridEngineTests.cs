using MatterStack.Acceptance.Support;

namespace MatterStack.Acceptance.GridEngine;

/// <summary>Campaigns on a real Grid Engine, here and through a real sshd.</summary>
[TestClass]
public sealed class GridEngineTests
{
    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public void A_campaign_goes_to_the_cluster_by_changing_wiring_alone(bool ssh)
    {
        RealGridEngine.Need();
        using var campaign = new Campaign(
            """
              <ItemGroup>
                <CampaignTask Include="a;b;c" OperatorKey="hpc.default" Files="in.txt" Outputs="out.txt" Command="cat in.txt > out.txt; echo $JOB_ID $SGE_TASK_ID" />
                <CampaignTask Include="sum" OperatorKey="hpc.other" DependsOn="a;b" Cores="2" Outputs="sum.txt" Command="cat deps/*/out.txt > sum.txt; echo $NSLOTS; test -d &quot;$TMPDIR&quot;" />
                <CampaignTask Include="bad" OperatorKey="hpc.default" AllowFailure="true" Command="echo wrong >&amp;2; exit 42" />
              </ItemGroup>
            """
        );
        campaign.Write("in.txt", "input\n");
        campaign.Write(
            "cluster.yaml",
            $$"""
            profiles:
              cluster: {{RealGridEngine.Backend("queue: all.q, parallel_environment: smp", ssh: ssh ? RealGridEngine.NeedSsh() : null)}}
            operators:
              hpc.default: { kind: hpc, backend: { type: profile, name: cluster } }
              hpc.other: { kind: hpc, backend: { type: profile, name: cluster } }
            """
        );

        campaign.Build("Init", "-p:OperatorsConfig=cluster.yaml").Succeeded();
        campaign.Build("Loop").Succeeded().Says("COMPLETED");

        var run = campaign.Run();
        Assert.AreEqual("input\ninput\n", run.File("sum", "work/sum.txt"));
        Assert.AreEqual("2\n", run.File("sum", "stdout.log"));
        Assert.AreEqual("42", run.Attempt("bad", "exit_code"));
        Assert.AreEqual("exit code 42", run.Attempt("bad", "reason"));
        Assert.AreEqual("wrong\n", run.File("bad", "stderr.log"));
        // One array for tasks of one shape.
        var ids = new[] { "a", "b", "c", "bad" }.Select(t => run.Attempt(t, "external_id").Split('.')).ToList();
        Assert.HasCount(1, ids.Select(id => id[0]).Distinct());
        CollectionAssert.AreEquivalent(new[] { "1", "2", "3", "4" }, ids.Select(id => id[1]).ToList());
        Assert.AreEqual(string.Join(' ', run.Attempt("a", "external_id").Split('.')) + "\n", run.File("a", "stdout.log"));
        Assert.StartsWith("0\n", run.File("a", "exit_code"));
    }

    [TestMethod]
    public void A_Loop_that_is_killed_again_and_again_runs_each_task_once()
    {
        RealGridEngine.Need();
        using var campaign = new Campaign(
            $"""
              <Target Name="Declare" BeforeTargets="CollectCampaignTasks">
                <ItemGroup><N Include="1;2;3;4;5;6" /><CampaignTask Include="a%(N.Identity)" Cores="%(N.Identity)" OperatorKey="hpc.default" Command="{Campaign.LogStart}" /></ItemGroup>
                <ItemGroup><CampaignTask Include="b%(N.Identity)" DependsOn="a%(N.Identity)" OperatorKey="hpc.default" Command="{Campaign.LogStart}" /></ItemGroup>
              </Target>
            """
        );
        campaign.Write(
            "operators.yaml",
            $"operators:\n  hpc.default: {{ kind: hpc, backend: {RealGridEngine.Backend("parallel_environment: smp")} }}\n"
        );
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
                () => campaign.Started().Length > 4,
            }
        )
        {
            using var loop = campaign.Start("Loop");
            Wait.Until(() => loop.HasEnded || sign(), "the loop to have begun");
            loop.Signal("KILL");
        }

        campaign.Build("Loop").Succeeded().Says("COMPLETED");
        Assert.HasCount(12, campaign.Started());
        Assert.HasCount(12, campaign.Started().Distinct());
        Assert.AreEqual("12", run.Text("SELECT count(*) FROM attempts"));
    }

    [TestMethod]
    public void A_submission_that_was_taken_although_its_answer_says_otherwise_is_found_by_its_name()
    {
        RealGridEngine.Need();
        using var campaign = new Campaign(
            $"""<ItemGroup><CampaignTask Include="a;b" OperatorKey="hpc.default" Command="{Campaign.LogStart}" /></ItemGroup>"""
        );
        campaign.Write(
            "bin/qsub",
            $"""
            #!/bin/sh
            PATH=$REAL "qsub" "$@" >> '{campaign.Sign("said")}'
            echo 'Unable to run job: unable to send message to qmaster using port 6444 on host "master": got send error' >&2
            exit 1
            """
        );
        RealGridEngine.Command($"chmod +x '{campaign.Folder}/bin/qsub'");
        var settings = campaign.Write(
            "settings.sh",
            $". '{RealGridEngine.Settings}'; REAL=$PATH; PATH='{campaign.Folder}/bin':$PATH; export REAL\n"
        );
        campaign.Write(
            "operators.yaml",
            $"operators:\n  hpc.default: {{ kind: hpc, backend: {RealGridEngine.Backend(settings: settings)} }}\n"
        );

        campaign.Build("Loop").Succeeded().Says("COMPLETED");

        Assert.HasCount(1, File.ReadAllLines(campaign.Sign("said")));
        CollectionAssert.AreEquivalent(new[] { "a", "b" }, campaign.Started());
        var run = campaign.Run();
        StringAssert.StartsWith(File.ReadAllText(campaign.Sign("said")), run.Attempt("a", "external_id").Split('.')[0] + ".");
    }

    [TestMethod]
    public void Every_end_that_a_cluster_has_in_store_is_recorded_as_it_is()
    {
        RealGridEngine.Need();
        const string wait = "while [ -d &quot;$OUT&quot; ]; do sleep 0.1; done";
        const string hog = "for i in 1 2 3 4; do (head -c 90000000 /dev/zero; sleep 60) | tail -c 90000000 &gt; /dev/null &amp; done; wait";
        using var campaign = new Campaign(
            $"""
              <ItemGroup>
                <CampaignTask Include="completed" OperatorKey="hpc.default" Command="true" />
                <CampaignTask Include="again" OperatorKey="hpc.default" AllowFailure="true" Command="{Campaign.LogStart}; exit 99" />
                <CampaignTask Include="cancelled" OperatorKey="hpc.default" AllowFailure="true" Command="{wait}" />
                <CampaignTask Include="timeout" OperatorKey="hpc.short" AllowFailure="true" Command="{wait}" />
                <CampaignTask Include="hog" OperatorKey="hpc.default" AllowFailure="true" MemoryGb="0.25" Command="{hog}" />
                <CampaignTask Include="deleted" OperatorKey="hpc.held" AllowFailure="true" Command="true" />
              </ItemGroup>
            """
        );
        campaign.Write(
            "operators.yaml",
            $$"""
            operators:
              hpc.default: { kind: hpc, backend: {{RealGridEngine.Backend()}} }
              hpc.short: { kind: hpc, backend: {{RealGridEngine.Backend("time: \"00:00:05\"")}} }
              hpc.held: { kind: hpc, backend: {{RealGridEngine.Backend("options: [-h]")}} }
            """
        );
        using var loop = campaign.Start("Loop");
        Wait.Until(
            () => loop.HasEnded || (Directory.Exists(campaign.Runs) && Directory.GetDirectories(campaign.Runs, "2*").Length > 0),
            "a run"
        );
        var run = campaign.Run();
        Wait.Until(
            () =>
                loop.HasEnded
                || (run.Attempt("cancelled") == "RUNNING" && run.Task("deleted", "reason").Contains("hqw", StringComparison.Ordinal)),
            "all to be in the queue"
        );
        Assert.IsFalse(loop.HasEnded, loop.Said);

        RealGridEngine.Command($"qdel {run.Attempt("cancelled", "external_id")} {run.Attempt("deleted", "external_id")}");
        loop.Wait().Succeeded();

        Assert.AreEqual("COMPLETED", run.Attempt("completed"));
        Assert.AreEqual("99", run.Attempt("again", "exit_code"));
        Assert.HasCount(1, campaign.Started());
        foreach (var task in new[] { "cancelled", "deleted" })
        {
            Assert.AreEqual("CANCELLED", run.Attempt(task), task);
            StringAssert.Contains(run.Attempt(task, "reason"), "by somebody else");
        }

        foreach (var (task, word) in new[] { ("timeout", "TIMEOUT"), ("hog", "OUT_OF_MEMORY") })
        {
            Assert.AreEqual("FAILED", run.Attempt(task), task);
            StringAssert.StartsWith(run.Attempt(task, "reason"), word);
        }
    }

    [TestMethod]
    public void What_waits_is_explained_with_the_queues_own_reason_and_cancelled_in_the_queue()
    {
        RealGridEngine.Need();
        using var campaign = new Campaign(
            $"""
              <ItemGroup>
                <CampaignTask Include="broken" OperatorKey="hpc.broken" AllowFailure="true" Command="true" />
                <CampaignTask Include="wide" OperatorKey="hpc.default" AllowFailure="true" Cores="65" Command="true" />
                <CampaignTask Include="a" OperatorKey="hpc.default" Command="{Campaign.WaitFor("go")}" />
              </ItemGroup>
            """
        );
        campaign.Write(
            "operators.yaml",
            $$"""
            operators:
              hpc.default: { kind: hpc, backend: {{RealGridEngine.Backend("parallel_environment: smp")}} }
              hpc.broken: { kind: hpc, backend: {{RealGridEngine.Backend("options: [\"-i /nowhere/at/all\"]")}} }
            """
        );
        campaign.Build("Step").Succeeded();
        var run = campaign.Run();
        Wait.Until(
            () =>
            {
                campaign.Build("Step").Succeeded();
                return run.Task("broken", "reason").Contains("Eqw", StringComparison.Ordinal)
                    && run.Task("wide", "reason").Contains("smp", StringComparison.Ordinal)
                    && run.Attempt("a") == "RUNNING";
            },
            "the reasons"
        );
        string Job(string task) => run.Attempt(task, "external_id");

        campaign
            .Build("Explain")
            .Succeeded()
            .Says(
                $"broken RUNNING: waits as job {Job("broken")}: Eqw, the job is in error: can't open /nowhere/at/all",
                $"qmod -cj {Job("broken")}"
            )
            .Says($"wide RUNNING: waits as job {Job("wide")}: qw: cannot run in PE \"smp\"");
        string State(string task) => RealGridEngine.Command($"qstat -u '*' | awk '$1 == {Job(task)} {{ print $5 }}'");
        // A job whose start failed was perhaps seen while it started; then its attempt counts as under way, though it is held like the
        // other.
        var under = new[] { "broken", "wide", "a" }.Count(task => run.Attempt(task) == "RUNNING");
        campaign.Build("Pause").Succeeded().Says($"{3 - under} queued attempts are held", $"{under} running attempts continue");
        Assert.AreEqual("PAUSED", run.State);
        Assert.AreEqual("hqw", State("wide"));
        Assert.AreEqual("r", State("a"));
        campaign.Build("Resume").Succeeded();
        Assert.AreEqual("qw", State("wide"));
        Assert.AreEqual("Eqw", State("broken"));
        foreach (var task in new[] { "broken", "wide" })
        {
            campaign.Build("CancelAttempt", "-p:AttemptId=" + run.Attempt(task, "attempt_id"), "-p:Reason=enough").Succeeded();
            Assert.AreEqual("CANCELLED", run.Attempt(task));
            Assert.AreEqual("enough", run.Attempt(task, "reason"));
        }

        var last = Job("a");
        campaign.Build("Cancel").Succeeded();
        Assert.AreEqual("CANCELLED", run.State);
        Assert.AreEqual("", RealGridEngine.Command($"qstat -u '*' -s prs | awk '$1 ~ /^({Job("broken")}|{Job("wide")}|{last})$/'"));
    }

    [TestMethod]
    public void What_the_cluster_or_the_wiring_cannot_do_is_refused_with_a_message()
    {
        RealGridEngine.Need();
        using var campaign = new Campaign(
            """<ItemGroup><CampaignTask Include="a" OperatorKey="hpc.default" Command="true" /></ItemGroup>"""
        );
        campaign.Write(
            "operators.yaml",
            $"operators:\n  hpc.default: {{ kind: hpc, backend: {RealGridEngine.Backend("queue: nowhere.q")} }}\n"
        );
        campaign.Build("Loop").Failed("MATTER4021", "nowhere.q");

        campaign.Declare("""<ItemGroup><CampaignTask Include="a" OperatorKey="hpc.default" Cores="2" Command="true" /></ItemGroup>""");
        campaign.Write("operators.yaml", $"operators:\n  hpc.default: {{ kind: hpc, backend: {RealGridEngine.Backend()} }}\n");
        campaign.Build("Loop", "-p:NewRun=true").Failed("MATTER", "parallel environment");

        campaign.Write(
            "operators.yaml",
            $"operators:\n  hpc.default: {{ kind: hpc, backend: "
                + $"{RealGridEngine.Backend("parallel_environment: smp, env: { LICENCE: \"${env:HOME}\" }")} }}\n"
        );
        campaign.Build("Loop", "-p:NewRun=true").Failed("MATTER", "LICENCE");
    }
}
