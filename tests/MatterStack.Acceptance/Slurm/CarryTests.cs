using MatterStack.Acceptance.Support;

namespace MatterStack.Acceptance.Slurm;

/// <summary>A job that its time limit, a signal or a person ends is continued by the next one, on a file system in common and over
/// ssh.</summary>
[TestClass]
public sealed class CarryTests
{
    // Counts in steps of a second, and remembers the last one.
    private const string Count = """
        trap 'echo $i &gt; state.tmp; mv state.tmp state; exit 9' TERM; i=%24(cat state 2&gt;/dev/null || echo 0); while [ $i -lt 1000 ]; do i=%24((i + 1)); sleep 1; done
        """;

    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public void A_checkpoint_stays_on_the_cluster_and_the_next_attempt_begins_with_it(bool ssh)
    {
        RealSlurm.Need();
        using var campaign = new Campaign(
            """
              <ItemGroup>
                <CampaignTask Include="a;b" OperatorKey="hpc.default" MaxAttempts="3" Outputs="result" Carry="restart.*"
                  Command="seq 1 1000 &gt; restart.big; echo $MATTERSTACK_TASK_ID &gt; restart.id; exit 3"
                  RestartCommand="cat restart.id &gt; result; wc -l restart.big &gt;&gt; result; echo $MATTERSTACK_PREVIOUS_CAUSE $MATTERSTACK_CARRIED &gt;&gt; result" />
              </ItemGroup>
            """
        );
        campaign.Write("operators.yaml", RealSlurm.Wiring(ssh: ssh));

        campaign.Build("Loop").Succeeded().Says("COMPLETED");

        var run = campaign.Run();
        foreach (var task in new[] { "a", "b" })
        {
            Assert.AreEqual("COMPLETED", run.Attempt(task, index: 2));
            Assert.AreEqual($"{task}\n1000 restart.big\nEXIT true\n", run.File(task, "work/result", 2));
            // Over ssh it has never been here.
            Assert.AreEqual(!ssh, File.Exists(run.PathOf(task, "work/restart.big")));
            Assert.AreEqual(
                "2",
                run.Text(
                    "SELECT count(*) FROM carried_files c JOIN attempts a ON a.attempt_id = c.attempt_id WHERE a.attempt_index = 2 AND "
                        + $"task_id = '{task}' AND place {(ssh ? "LIKE '%:~/far'" : "= ''")}"
                )
            );
        }

        campaign.Build("Explain", "-p:TaskId=a").Succeeded().Says("restart.big");
        campaign.Build("CheckRun").Succeeded();
    }

    [TestMethod]
    [DataRow("echo torn >> {0}/work/restart.1", "restart.1 has changed since it was recorded")]
    [DataRow("rm -r {0}", "restart.1 is gone from its place")]
    public void A_checkpoint_that_is_torn_or_purged_on_the_cluster_is_said_and_the_attempt_begins_afresh(string fault, string reason)
    {
        RealSlurm.Need();
        using var campaign = new Campaign(
            """
              <ItemGroup>
                <CampaignTask Include="a" OperatorKey="hpc.default" Outputs="result" Carry="restart.*"
                  Command="if [ $MATTERSTACK_ATTEMPT_INDEX = 1 ]; then echo one &gt; restart.1; pwd &gt; &quot;$OUT/folder&quot;; exit 3; fi; ls &gt; result; echo $MATTERSTACK_CARRIED &gt;&gt; result" />
              </ItemGroup>
            """
        );
        campaign.Write("operators.yaml", RealSlurm.Wiring(ssh: true));
        campaign.Build("Loop").Failed("MATTER3008");
        var folder = Path.GetDirectoryName(File.ReadAllText(campaign.Sign("folder")).Trim())!;
        RealSlurm.Command(fault.Replace("{0}", folder, StringComparison.Ordinal));

        campaign.Build("Rerun", "-p:TaskId=a").Succeeded();
        campaign.Build("Loop").Succeeded().Says("COMPLETED");

        var run = campaign.Run();
        Assert.AreEqual("COMPLETED", run.Attempt("a", index: 2));
        Assert.AreEqual("result\nfalse\n", run.File("a", "work/result", 2));
        Assert.AreEqual(reason, run.Attempt("a", "not_carried", 2));
        campaign.Build("Explain", "-p:TaskId=a").Succeeded().Says(reason);
    }

    [TestMethod]
    public void The_members_of_an_array_get_their_stop_signal_before_the_time_limit_and_go_on_from_there()
    {
        RealSlurm.Need();
        using var campaign = new Campaign(
            $"""
              <ItemGroup>
                <CampaignTask Include="a;b" OperatorKey="hpc.default" MaxAttempts="4" TimeLimitMinutes="1" StopSignal="TERM@20" RetryOn="TIMEOUT" Outputs="state"
                  Carry="state" Command="{Count}" RestartCommand="cp state before; echo 1000 &gt; state" />
              </ItemGroup>
            """
        );
        campaign.Write("operators.yaml", RealSlurm.Wiring());

        campaign.Build("Loop").Succeeded().Says("COMPLETED");

        var run = campaign.Run();
        foreach (var task in new[] { "a", "b" })
        {
            StringAssert.Contains(run.File(task, "submit.sh"), "#SBATCH --signal=B:USR1@20\n");
            StringAssert.Contains(run.Attempt(task, "external_id"), "_");
            Assert.AreEqual("TIMEOUT", run.Attempt(task, "end_cause"));
            var reached = int.Parse(run.File(task, "work/before", 2), System.Globalization.CultureInfo.InvariantCulture);
            Assert.IsLessThan(60, reached);
            Assert.AreEqual(run.File(task, "work/state"), run.File(task, "work/before", 2));
        }
    }

    [TestMethod]
    public void Programs_behind_srun_get_the_signal_and_their_time_although_srun_itself_would_end_them()
    {
        RealSlurm.Need();
        using var campaign = new Campaign(
            """
              <ItemGroup>
                <CampaignTask Include="wide" OperatorKey="hpc.default" Ranks="2" MaxAttempts="4" TimeLimitMinutes="1" StopSignal="TERM@20" RetryOn="TIMEOUT"
                  Files="step.sh" Outputs="result" Carry="state.*" Command="{launch} sh step.sh" RestartCommand="{launch} true; sort state.* &gt; result" />
              </ItemGroup>
            """
        );
        // It needs a second after the signal.
        campaign.Write(
            "step.sh",
            "trap 'sleep 1; echo $SLURM_PROCID > state.$SLURM_PROCID; exit 9' TERM\nwhile [ -d . ]; do sleep 1; done\n"
        );
        campaign.Write("operators.yaml", "launchers: { srun: \"srun -n {ranks}\" }\n" + RealSlurm.Wiring());

        campaign.Build("Loop").Succeeded().Says("COMPLETED");

        var run = campaign.Run();
        Assert.AreEqual("TIMEOUT", run.Attempt("wide", "end_cause"));
        Assert.AreEqual("0\n1\n", run.File("wide", "work/result", 2));
    }
}
