using MatterStack.Acceptance.Containers;
using MatterStack.Acceptance.Support;

namespace MatterStack.Acceptance;

/// <summary>Calculations that are cut and go on from their checkpoints, on this machine.</summary>
[TestClass]
public sealed class RestartTests
{
    // Counts to four, saves its number at the signal, and would never end by itself before.
    private const string Program = """
        #!/bin/sh
        n=$(($1 + 1))
        echo "$MATTERSTACK_ATTEMPT_INDEX from $1, carried $MATTERSTACK_CARRIED, after ${MATTERSTACK_PREVIOUS_CAUSE-nothing}" >> trajectory
        [ $n = 4 ] && { echo whole > done; exit 0; }
        trap 'echo $n > state.new && mv state.new state; exit 1' TERM
        touch ready
        while [ -d "$PWD" ]; do sleep 0.05; done
        """;

    [TestMethod]
    [DataRow("")]
    [DataRow("image")]
    public void A_program_that_is_cut_three_times_goes_on_from_its_checkpoints_to_its_end(string image)
    {
        // A container takes its time to start.
        using var campaign = new Campaign(image.Length == 0 ? Declare("", 117) : Declare($"""Image="{RealPodman.Image}" """, 110));
        campaign.Write("md", Program);
        if (image.Length > 0)
        {
            campaign.Write(
                "operators.yaml",
                $$"""operators: { local.default: { kind: local, backend: { type: local, container: { engine: podman, executable: '{{RealPodman.Need()}}' } } } }"""
            );
        }

        campaign.Build("Loop").Succeeded();

        var run = campaign.Run();
        Assert.AreEqual("TIMEOUT,TIMEOUT,TIMEOUT,", Causes(run));
        Assert.AreEqual(
            "1 from 0, carried false, after nothing\n2 from 1, carried true, after TIMEOUT\n3 from 2, carried true, after TIMEOUT\n"
                + "4 from 3, carried true, after TIMEOUT\n",
            run.File("md", "work/trajectory", 4)
        );
        var explained = campaign.Build("Explain", "-p:TaskId=md").Succeeded();
        explained.Says("ATTEMPT_CARRIES", "of attempt 3: ", "state (2 bytes)");
    }

    [TestMethod]
    public void A_loop_that_is_killed_between_an_end_and_the_next_start_loses_no_checkpoint()
    {
        using var campaign = new Campaign(Declare("", 117));
        campaign.Write("md", Program);
        using (var loop = campaign.Start("Loop"))
        {
            Wait.Until(
                () =>
                    loop.HasEnded
                    || (
                        Directory.Exists(campaign.Runs)
                        && Directory.GetFiles(campaign.Runs, "ready", SearchOption.AllDirectories).Length > 0
                    ),
                "the program"
            );
            Assert.IsFalse(loop.HasEnded, loop.Said);
            loop.Signal("KILL");
            loop.Wait();
        }

        // Nobody is there when the signal comes.
        var run = campaign.Run();
        Wait.Until(
            () => File.Exists(run.PathOf("md", "exit_code")) && run.File("md", "exit_code").EndsWith('\n'),
            "the end of the attempt"
        );
        Assert.AreEqual("limit\n", run.File("md", "stop_signal"));
        Assert.AreEqual("1\n", run.File("md", "work/state"));

        campaign.Build("Loop").Succeeded();

        Assert.AreEqual("TIMEOUT,TIMEOUT,TIMEOUT,", Causes(run));
        StringAssert.Contains(run.File("md", "work/trajectory", 4), "4 from 3");
    }

    [TestMethod]
    public void Torn_and_vanished_checkpoints_are_said_and_a_program_without_progress_stops()
    {
        using var campaign = new Campaign(
            """
              <ItemGroup>
                <CampaignTask Include="torn" Carry="state" CarryIf="grep -q whole state" MaxAttempts="2" Outputs="out"
                  Command="echo half &gt; state; echo $MATTERSTACK_CARRIED &gt; out; [ $MATTERSTACK_ATTEMPT_INDEX = 2 ]" RestartCommand="exit 9" />
                <CampaignTask Include="stuck" Carry="state" MaxAttempts="9" AllowFailure="true" Command="echo 1 &gt; state; exit 3" RestartCommand="exit 3" />
                <CampaignTask Include="old" Carry="energy" MaxAttempts="2" AllowFailure="true" Outputs="energy" Command="echo 1 &gt; energy; exit 3" RestartCommand="true" />
                <CampaignTask Include="killed" Carry="state" MaxAttempts="2" Outputs="out" Command="echo 7 &gt; state; kill -9 $$" RestartCommand="cp state out" />
              </ItemGroup>
            """
        );

        campaign.Build("Loop").Succeeded();

        var run = campaign.Run();
        Assert.AreEqual("false\n", run.File("torn", "work/out", 2));
        Assert.AreEqual("CarryIf ended with exit code 1", run.Attempt("torn", "not_carried", 2));
        campaign.Build("Explain", "-p:TaskId=torn").Succeeded().Says("ATTEMPT_NOT_CARRIED", "CarryIf ended with exit code 1");
        Assert.AreEqual("NO_PROGRESS", run.Attempt("stuck", "end_cause", 2));
        Assert.AreEqual("2", run.Task("stuck", "attempts"));
        Assert.AreNotEqual("COMPLETED", run.Task("old"));
        Assert.AreEqual("7\n", run.File("killed", "work/out", 2));
    }

    [TestMethod]
    public void A_checkpoint_in_deps_and_a_restart_without_files_are_errors_of_the_build()
    {
        using var campaign = new Campaign(
            """
              <ItemGroup>
                <CampaignTask Include="a" Command="true" Carry="state=>deps/b/state" />
                <CampaignTask Include="c" Command="true" RestartCommand="true" />
              </ItemGroup>
            """
        );

        var outcome = campaign.Build("Build");

        Assert.AreNotEqual(0, outcome.ExitCode);
        outcome.Says("deps/", "RestartCommand is set and Carry is empty", "probe.proj(");

        campaign.Declare(
            """<ItemGroup><CampaignTask Include="d" Command="true" Carry="s" RestartCommand="{code:nowhere}" /></ItemGroup>"""
        );
        campaign.Build("Build").Failed("its RestartCommand has {code:nowhere}", "probe.proj(");
    }

    private static string Declare(string more, int seconds) =>
        $"""
              <ItemGroup>
                <CampaignTask Include="md" {more}Files="md" Command="sh md 0" RestartCommand="sh md %24(cat state)" Carry="state;trajectory"
                  StopSignal="TERM@{seconds}" TimeLimitMinutes="2" MaxAttempts="9" Outputs="done" />
              </ItemGroup>
            """;

    private static string Causes(Run run) =>
        string.Join(
            ',',
            run.Rows("SELECT coalesce(end_cause, '') FROM attempts WHERE task_id = 'md' ORDER BY attempt_index").Select(row => row[0])
        );
}
