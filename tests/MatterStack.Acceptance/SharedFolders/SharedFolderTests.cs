using MatterStack.Acceptance.Support;

namespace MatterStack.Acceptance.SharedFolders;

/// <summary>A run on a file system that two machines share.</summary>
[TestClass]
public sealed partial class SharedFolderTests
{
    private const string Waiting =
        $"""{Campaign.LogStart}; until [ -e &quot;$OUT/go-$MATTERSTACK_TASK_ID&quot; ] || [ ! -d &quot;$OUT&quot; ]; do sleep 0.05; done; echo done &gt; out.txt""";
    private static readonly Lazy<RealGluster> Started = new(RealGluster.Start);

    private static RealGluster Gluster => Started.Value;

    [ClassCleanup]
    public static void Stop()
    {
        if (Started.IsValueCreated)
        {
            Started.Value.Dispose();
        }
    }

    [TestMethod]
    public void Every_target_of_the_second_node_sees_and_reaches_a_run_that_the_first_one_moves()
    {
        using var campaign = Gluster.Campaign(
            $"""
            <ItemGroup>
              <CampaignTask Include="a;b;c" Command="{Waiting}" Outputs="out.txt" Cache="false" />
              <CampaignTask Include="ask" OperatorKey="human.default" Command="look at it" />
            </ItemGroup>
            """
        );
        using var loop = campaign.Start("Loop");
        Wait.Until(() => loop.HasEnded || campaign.Started().Length >= 2, "two tasks to run");

        for (var i = 0; i < 2; i++)
        {
            Sane(Gluster.BuildThere(campaign, "Status;Explain;Attempts;ListRuns;Report;ExportEvidence;WiringDiff"))
                .Says("is RUNNING", "a@1");
        }

        Sane(Gluster.BuildThere(campaign, "VerifyEvidence"));
        foreach (var target in new[] { "Step", "CheckRun" })
        {
            Gluster.BuildThere(campaign, target).Failed("MATTER3003", "is locked by process", Environment.MachineName, "since");
        }

        Sane(Gluster.BuildThere(campaign, "Respond", "-p:TaskId=ask", "-p:Decision=approve"));
        Wait.Until(() => loop.HasEnded || campaign.Run().Task("ask") == "COMPLETED", "the answer to be taken");
        Sane(Gluster.BuildThere(campaign, "CancelAttempt", $"-p:AttemptId={campaign.Run().Attempt("a", "attempt_id")}"));
        Assert.AreEqual("CANCELLED", campaign.Run().Attempt("a"));
        Assert.IsFalse(loop.HasEnded, loop.Said);
        // A loop leaves a run that is paused.
        Sane(Gluster.BuildThere(campaign, "Pause")).Says("is paused");
        loop.Wait();
        Sane(Gluster.BuildThere(campaign, "Status")).Says("PAUSED");
        Sane(Gluster.BuildThere(campaign, "Resume")).Says("the run continues");
        foreach (var task in new[] { "a", "b", "c" })
        {
            File.WriteAllText(Gluster.There(campaign.Sign("go-" + task)), "");
        }

        Gluster.BuildThere(campaign, "Rerun", "-p:TaskId=a").Succeeded();
        Gluster.BuildThere(campaign, "Loop").Succeeded();
        Sane(Gluster.BuildThere(campaign, "Status;CheckRun;ExportEvidence;VerifyEvidence")).Says("COMPLETED", "is sound");
        Sane(campaign.Build("Status;CheckRun")).Says("COMPLETED", "is sound");
        Assert.IsFalse(File.Exists(Path.Combine(campaign.Run().Folder, "state.sqlite-wal")));
    }

    [TestMethod]
    public void Of_two_nodes_that_begin_at_once_one_makes_and_moves_the_run()
    {
        using var campaign = Gluster.Campaign(
            $"""<ItemGroup><CampaignTask Include="a;b;c;d" Command="{Campaign.LogStart}; sleep 0.2" Cache="false" /></ItemGroup>"""
        );
        using (var here = campaign.Start("Loop"))
        using (var there = Gluster.StartThere(campaign, "Loop"))
        {
            var outcomes = new[] { here.Wait(), there.Wait() };

            // The other one is refused, or comes when nothing is left to do.
            Assert.IsTrue(outcomes.Any(o => o.ExitCode == 0), string.Join('\n', outcomes.Select(o => o.Said)));
            foreach (var outcome in outcomes.Where(o => o.ExitCode != 0))
            {
                outcome.Failed("MATTER3003", "is locked by");
            }
        }

        Assert.HasCount(1, Directory.GetDirectories(campaign.Runs));
        Assert.AreSequenceEqual(["a", "b", "c", "d"], campaign.Started().Order());
        // Asked of the product: SQLite itself shows the node that did not write an old state for a while.
        Sane(campaign.Build("Status;CheckRun")).Says("is COMPLETED", "is sound");
        Sane(Gluster.BuildThere(campaign, "Status;CheckRun")).Says("is COMPLETED", "is sound");
    }

    [TestMethod]
    public void A_killed_loop_is_followed_by_one_of_the_other_node_and_nothing_starts_twice()
    {
        using var campaign = Gluster.Campaign(
            $"""<ItemGroup><CampaignTask Include="a;b;c" Command="{Waiting}" Outputs="out.txt" Cache="false" /></ItemGroup>"""
        );
        using (var loop = campaign.Start("Loop"))
        {
            Wait.Until(() => campaign.Started().Length >= 2, "two tasks to run");
            Shell.Run($"kill -9 $(grep -o '\"pid\": *[0-9]*' '{Path.Combine(campaign.Run().Folder, "run.lock")}' | grep -o '[0-9]*')");
            loop.Wait();
        }

        foreach (var task in new[] { "a", "b", "c" })
        {
            campaign.Give("go-" + task);
        }

        Sane(Gluster.BuildThere(campaign, "Status")).Says("RUNNING");
        Gluster.BuildThere(campaign, "Loop").Succeeded();

        Assert.AreSequenceEqual(["a", "b", "c"], campaign.Started().Order());
        Sane(campaign.Build("CheckRun")).Says("is sound");
    }

    [TestMethod]
    public void A_node_that_loses_the_file_system_says_so_and_the_other_one_continues()
    {
        using var gluster = RealGluster.Start();
        using var campaign = new Campaign("", below: Path.GetTempPath());
        var shared = gluster.Campaign(
            $"""<ItemGroup><CampaignTask Include="a;b;c" Command="sleep 0.5" MaxAttempts="3" Cache="false" /></ItemGroup>"""
        );
        using (var loop = shared.Start("Loop"))
        {
            Wait.Until(() => loop.Said.Contains("started", StringComparison.Ordinal), "a task to run");
            gluster.LoseHere();

            loop.Wait().Failed("MATTER3004", "Transport endpoint is not connected").SaysNot("MATTER3032");
        }

        campaign.Declare($"""<PropertyGroup><MatterStackRunsDirectory>{shared.Runs}</MatterStackRunsDirectory></PropertyGroup>""");
        campaign.Build("Status").Failed("MATTER3004", "does not answer").SaysNot("no run");
        gluster.BuildThere(shared, "Loop").Succeeded();
        gluster.BuildThere(shared, "CheckRun").Succeeded().Says("is sound");
    }

    [TestMethod]
    public void A_node_that_was_suspended_and_lost_its_lock_leaves_the_run_to_the_one_that_has_it()
    {
        using var gluster = RealGluster.Start();
        using var local = new Campaign("", below: Path.GetTempPath());
        using var campaign = gluster.Campaign(
            $"""
            <ItemGroup>
              <CampaignTask Include="a" Command="cd '{local.Signs}' &amp;&amp; until [ -e go ]; do sleep 0.05; done; cd - &gt; /dev/null" Cache="false" />
              <CampaignTask Include="b;c" DependsOn="a" Command="echo $MATTERSTACK_TASK_ID &gt;&gt; '{local.Signs}/log'" Cache="false" />
            </ItemGroup>
            """
        );
        using var suspended = campaign.Start("Loop");
        Wait.Until(() => suspended.HasEnded || suspended.Said.Contains("a started", StringComparison.Ordinal), "the task to run");
        suspended.Signal("STOP");
        try
        {
            gluster.RestartServer();
            Wait.Until(() => gluster.IsThere, "the server to be back");
            using var other = gluster.StartThere(campaign, "Loop");
            var card = gluster.There(Path.Combine(campaign.Run().Folder, "run.lock"));
            Wait.Until(
                () => other.HasEnded || Shell.Run($"grep '\"pid\"' '{card}' | grep -v ' {suspended.Id},'").Code == 0,
                "the other loop to have the run"
            );
            suspended.Signal("CONT");
            local.Give("go");

            suspended.Wait().Failed("MATTER3023", "is now driven by process").SaysNot("MATTER4011");
            other.Wait().Succeeded();
        }
        finally
        {
            suspended.Signal("CONT");
        }

        Assert.AreSequenceEqual(["b", "c"], File.ReadAllLines(local.Sign("log")).Order());
        Sane(gluster.BuildThere(campaign, "CheckRun")).Says("is sound");
    }

    [TestMethod]
    public void A_run_that_is_moved_to_the_share_and_back_continues_with_all_that_it_had()
    {
        using var local = new Campaign(
            $"""<ItemGroup><CampaignTask Include="a" Command="{Campaign.LogStart}; {Campaign.WaitFor("go")}" Cache="false" /></ItemGroup>"""
        );
        using (var loop = local.Start("Loop"))
        {
            Wait.Until(() => local.Started().Length == 1, "the task to run");
            Shell.Run($"kill -9 $(grep -o '\"pid\": *[0-9]*' '{Path.Combine(local.Run().Folder, "run.lock")}' | grep -o '[0-9]*')");
            loop.Wait();
        }

        Assert.IsTrue(
            new FileInfo(Path.Combine(local.Run().Folder, "state.sqlite-wal")) is { Exists: true, Length: > 0 },
            "there is no log to move"
        );
        local.Give("go");
        Wait.Until(
            () => File.Exists(local.Run().PathOf("a", "exit_code")) && local.Run().File("a", "exit_code").EndsWith('\n'),
            "the task to end"
        );
        using var shared = Gluster.Campaign(
            $"""<ItemGroup><CampaignTask Include="a" Command="{Campaign.LogStart}; {Campaign.WaitFor("go")}" Cache="false" /></ItemGroup>"""
        );
        Shell.Run($"cp -a '{local.Runs}' '{shared.Folder}/'");

        Sane(Gluster.BuildThere(shared, "Status")).Says("RUNNING");
        Gluster.BuildThere(shared, "Loop").Succeeded();
        Assert.IsFalse(File.Exists(Path.Combine(shared.Run().Folder, "state.sqlite-wal")));
        Assert.AreEqual("COMPLETED", shared.Run().State);

        Shell.Run($"rm -rf '{local.Runs}'; cp -a '{shared.Runs}' '{local.Folder}/'");
        local.Build("Rerun", "-p:TaskId=a").Succeeded();
        local.Build("Loop").Succeeded();
        Assert.IsFalse(File.Exists(Path.Combine(local.Run().Folder, "state.sqlite-journal")));
        local.Build("CheckRun").Succeeded().Says("is sound");
    }

    private static BuildOutcome Sane(BuildOutcome outcome) => outcome.Succeeded().SaysNot("damaged").SaysNot("input/output");
}
