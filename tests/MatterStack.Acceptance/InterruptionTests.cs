using MatterStack.Acceptance.Support;

namespace MatterStack.Acceptance;

/// <summary>Loops that are interrupted by a person, a scheduler or a crash.</summary>
[TestClass]
public sealed class InterruptionTests
{
    [TestMethod]
    public void Control_C_stops_the_Loop_and_leaves_started_work_to_the_next_one()
    {
        Require.Component("interrupts");
        using var campaign = Waiting();
        using var loop = campaign.Start("Loop");
        var run = UntilStarted(campaign);

        loop.Signal("INT");
        var outcome = loop.Wait();

        Assert.AreEqual(1, outcome.ExitCode, outcome.Said);
        outcome.Says("stopped; work that was started continues");
        Assert.AreEqual("RUNNING", run.State);
        Assert.IsTrue(Shell.IsAlive(run.ProcessOf("a")), "started work goes on");
        CollectedByTheNextLoop(campaign);
    }

    [TestMethod]
    public void Control_C_stops_a_Loop_that_waits_for_an_ssh_that_hangs()
    {
        Require.Component("interrupts");
        using var campaign = new Campaign(
            """<ItemGroup><CampaignTask Include="a" OperatorKey="hpc.default" Command="true" /></ItemGroup>"""
        );
        // It answers, at first: as the log-in node itself; then it is mute, and says that it was asked.
        var ssh = campaign.Write(
            "bin/ssh",
            $"""
            #!/bin/sh
            case " $* " in *" -O check "*) exit 255 ;; esac
            if [ -e '{campaign.Sign("mute")}' ]; then echo >> '{campaign.Sign("asked")}'; exec sleep 100000; fi
            for command; do :; done
            PATH='{campaign.Folder}/bin':$PATH exec /bin/sh -c "$command"
            """
        );
        campaign.Write("bin/sbatch", "#!/bin/sh\ncat > /dev/null; echo 7\n");
        campaign.Write(
            "bin/squeue",
            $"""
            #!/bin/sh
            echo "7|PENDING|2026-01-01T00:00:00|Resources|$(sed -n 's/^# job  *//p' '{campaign.Runs}'/*/tasks/a@1/submit.sh)"
            """
        );
        Shell.Run("chmod +x " + Path.GetDirectoryName(ssh) + "/*");
        campaign.Environment["PATH"] = $"{Path.GetDirectoryName(ssh)}:{Environment.GetEnvironmentVariable("PATH")}";
        campaign.Write(
            "operators.yaml",
            $$"""
            operators: { hpc.default: { kind: hpc, backend: { type: slurm, workspace_root: {{campaign.Folder}}/far, ssh: { host: cluster }, slurm: { poll_interval: "00:00:01" } } } }
            """
        );
        campaign.Build("Step").Succeeded();
        var run = campaign.Run();
        Assert.AreEqual("7", run.Attempt("a", "external_id"));

        campaign.Give("mute");
        using var loop = campaign.Start("Loop");
        Wait.ForFile(campaign.Sign("asked"));
        loop.Signal("INT");
        loop.Wait().Says("stopped; work that was started continues");

        // Had it waited for its own patience to run out, it would have said so, and asked again.
        Assert.AreEqual("RUNNING", run.State);
        Assert.DoesNotContain("no answer within", run.Task("a", "reason"));
        Assert.HasCount(1, File.ReadAllLines(campaign.Sign("asked")));
    }

    [TestMethod]
    public void A_Loop_that_is_told_to_terminate_says_so_in_its_exit_code_and_leaves_started_work_to_the_next_one()
    {
        using var campaign = Waiting();
        using var loop = campaign.Start("Loop");
        var run = UntilStarted(campaign);

        loop.Signal("TERM");
        var outcome = loop.Wait();

        Assert.AreEqual(143, outcome.ExitCode, outcome.Said);
        Assert.AreEqual("RUNNING", run.State);
        Assert.IsTrue(Shell.IsAlive(run.ProcessOf("a")), "started work goes on");
        CollectedByTheNextLoop(campaign);
    }

    [TestMethod]
    public void A_Loop_that_runs_out_of_time_fails_with_a_reason_and_leaves_started_work_to_the_next_one()
    {
        using var campaign = Waiting();

        campaign.Build("Loop", "-p:LoopTimeout=00:00:01").Failed("MATTER3014", "00:00:01");

        Assert.AreEqual("RUNNING", campaign.Run().State);
        CollectedByTheNextLoop(campaign);
    }

    [TestMethod]
    public void A_Loop_that_was_killed_under_way_is_finished_by_a_second_one_with_each_task_started_once()
    {
        using var campaign = new Campaign(
            $"""
              <ItemGroup><Tens Include="0;1;2;3;4" /><Ones Include="0;1;2;3;4;5;6;7;8;9" /></ItemGroup>
              <Target Name="Declare" BeforeTargets="CollectCampaignTasks">
                <ItemGroup>
                  <Cell Include="@(Ones)" Ten="%(Tens.Identity)" />
                  <CampaignTask Include="t%(Cell.Ten)%(Cell.Identity)" Command="{Campaign.LogStart}; sleep 0.02" />
                  <CampaignTask Include="sum" DependsOn="@(Cell->'t%(Ten)%(Identity)')" Command="{Campaign.LogStart}" />
                </ItemGroup>
              </Target>
            """
        );
        using (var first = campaign.Start("Loop"))
        {
            Wait.Until(() => campaign.Started().Length >= 10, "ten tasks to be started");
            first.Signal("KILL");
            Assert.AreEqual(137, first.Wait().ExitCode);
        }

        Assert.AreNotEqual("COMPLETED", campaign.Run().State, "killed too late");
        campaign.Build("Loop").Succeeded();

        var run = campaign.Run();
        Assert.AreEqual("COMPLETED", run.State);
        Assert.HasCount(1, Directory.GetDirectories(campaign.Runs));
        CollectionAssert.AllItemsAreUnique(campaign.Started());
        Assert.HasCount(51, campaign.Started());
        Assert.AreEqual("51", run.Text("SELECT count(*) FROM attempts WHERE state = 'COMPLETED'"));
        Assert.AreEqual("51", run.Text("SELECT count(*) FROM attempts"));
    }

    [TestMethod]
    public void A_second_Loop_on_a_run_that_is_being_moved_is_told_who_drives_it()
    {
        using var campaign = Waiting();
        using var loop = campaign.Start("Loop");
        UntilStarted(campaign);

        campaign.Build("Loop").Failed("MATTER3003", $"process {loop.Id}");
        campaign.Build("Status").Succeeded().Says("RUNNING", "a RUNNING on local.default");

        campaign.Give("go");
        loop.Wait().Succeeded();
    }

    private static Campaign Waiting() =>
        new(
            $"""
              <ItemGroup>
                <CampaignTask Include="a" Command="{Campaign.LogStart}; {Campaign.WaitFor("go")}; echo done" />
                <CampaignTask Include="b" DependsOn="a" Command="{Campaign.LogStart}" />
              </ItemGroup>
            """
        );

    private static Run UntilStarted(Campaign campaign)
    {
        Wait.Until(() => campaign.Started().Length > 0, "the first task to be started");
        var run = campaign.Run();
        Wait.Until(() => run.Attempt("a") == "RUNNING", "the start to be recorded");
        return run;
    }

    private static void CollectedByTheNextLoop(Campaign campaign)
    {
        campaign.Give("go");
        campaign.Build("Loop").Succeeded().Says("COMPLETED");
        CollectionAssert.AreEqual((string[])["a", "b"], campaign.Started());
        Assert.AreEqual("done\n", campaign.Run().File("a", "stdout.log"));
    }
}
