using MatterStack.Acceptance.Support;

namespace MatterStack.Acceptance.Containers;

/// <summary>Tasks with an image, in real containers of this machine.</summary>
[TestClass]
public sealed class ContainerTests
{
    // The first process of a container ignores what would end others.
    private const string Stays =
        "echo here &gt; &quot;$TMPDIR/here&quot;; while [ ! -e &quot;$TMPDIR/go&quot; ] &amp;&amp; [ -e &quot;$TMPDIR/run.sh&quot; ]; "
        + "do sleep 0.1; done; echo done &gt; out";

    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public void A_task_with_an_image_runs_inside_it_with_its_files_its_variables_and_its_exit_code(bool elsewhere)
    {
        var podman = RealPodman.Need();
        using var campaign = new Campaign(
            $"""
              <ItemGroup>
                <CampaignTask Include="outside" Command="ls / &gt; out" Outputs="out" />
                <CampaignTask Include="inside" Image="{RealPodman.Image}" Cores="2" Env="COLOUR=light red" Files="in put.txt"
                  Command="ls / &gt; out; cat 'in put.txt' &gt;&gt; out; echo &quot;$MATTERSTACK_TASK_ID has $MATTERSTACK_CORES, it's $COLOUR&quot;; echo trouble &gt;&amp;2" Outputs="out" />
                <CampaignTask Include="after" Image="{RealPodman.Image}" DependsOn="inside" Command="cat deps/inside/out; echo '{"{"}&quot;n&quot;: 1{"}"}' &gt; results.json" />
                <CampaignTask Include="fails" Image="{RealPodman.Image}" AllowFailure="true" Command="exit 5" />
                <CampaignTask Include="absent" Image="localhost/absent:1" AllowFailure="true" Command="true" />
              </ItemGroup>
            """
        );
        campaign.Write("in put.txt", "from the campaign\n");
        Wire(campaign, podman, elsewhere ? $"workspace_root: '{campaign.Signs}/disk', " : "");

        campaign.Build("Loop").Succeeded().Says("COMPLETED");

        var run = campaign.Run();
        Assert.AreEqual("bin\ndev\n", run.File("inside", "work/out")[..8], run.File("inside", "work/out"));
        StringAssert.EndsWith(run.File("inside", "work/out"), "from the campaign\n");
        StringAssert.Contains(run.File("outside", "work/out"), "home\n");
        Assert.AreEqual("inside has 2, it's light red\n", run.File("inside", "stdout.log"));
        Assert.AreEqual("trouble\n", run.File("inside", "stderr.log"));
        Assert.AreEqual(run.File("inside", "work/out"), run.File("after", "stdout.log"));
        Assert.AreEqual("5", run.Attempt("fails", "exit_code"));
        Assert.AreEqual("125", run.Attempt("absent", "exit_code"));
        StringAssert.Contains(run.File("absent", "stderr.log"), "localhost/absent");
        Assert.AreEqual("", Containers(run));
    }

    [TestMethod]
    public void A_container_does_not_outlive_its_attempt_however_that_ends()
    {
        var podman = RealPodman.Need();
        using var campaign = new Campaign(
            $"""
              <ItemGroup>
                <CampaignTask Include="slow;cancelled;shot" Image="{RealPodman.Image}" AllowFailure="true" Command="{Stays}" />
                <CampaignTask Update="slow" TimeLimitMinutes="0.02" />
              </ItemGroup>
            """
        );
        Wire(campaign, podman);
        using var loop = campaign.Start("Loop", "-p:MatterStackCores=4");
        Wait.Until(
            () =>
                loop.HasEnded
                || (Directory.Exists(campaign.Runs) && Directory.GetFiles(campaign.Runs, "here", SearchOption.AllDirectories).Length == 3),
            "all containers"
        );
        Assert.IsFalse(loop.HasEnded, loop.Said);
        var run = campaign.Run();

        campaign.Build("CancelAttempt", "-p:AttemptId=" + run.Attempt("cancelled", "attempt_id")).Succeeded();
        Shell.Run($"kill -s KILL -- -{run.ProcessOf("shot")}");
        loop.Wait().Succeeded();

        StringAssert.Contains(run.Attempt("slow", "reason"), "TIMEOUT");
        Assert.AreEqual("CANCELLED", run.Attempt("cancelled"));
        Assert.AreEqual("FAILED", run.Attempt("shot"));
        Assert.AreEqual("", Containers(run), "an attempt has ended when its container is gone");
    }

    [TestMethod]
    public void A_Loop_that_is_killed_finds_its_container_again()
    {
        var podman = RealPodman.Need();
        using var campaign = new Campaign(
            $"""<ItemGroup><CampaignTask Include="t" Image="{RealPodman.Image}" Command="{Campaign.LogStart}; {Stays}" Outputs="out" /></ItemGroup>"""
        );
        Wire(campaign, podman, container: $", options: [--volume, '{campaign.Signs}:{campaign.Signs}']");
        using (var loop = campaign.Start("Loop"))
        {
            Wait.Until(
                () =>
                    loop.HasEnded
                    || (
                        Directory.Exists(campaign.Runs)
                        && Directory.GetFiles(campaign.Runs, "here", SearchOption.AllDirectories).Length == 1
                    ),
                "the container"
            );
            loop.Signal("KILL");
        }

        using var next = campaign.Start("Loop");
        File.WriteAllText(campaign.Run().PathOf("t", "go"), "");
        next.Wait().Succeeded().Says("COMPLETED");

        Assert.HasCount(1, campaign.Started());
        Assert.AreEqual("1", campaign.Run().Text("SELECT count(*) FROM attempts"));
        Assert.AreEqual("", Containers(campaign.Run()));
    }

    [TestMethod]
    public void An_image_is_refused_before_the_run_exists_where_no_engine_is_named()
    {
        using var campaign = new Campaign(
            $"""<ItemGroup><CampaignTask Include="t" Image="{RealPodman.Image}" Command="true" /></ItemGroup>"""
        );

        campaign.Build("Loop").Failed().Says("MATTER2013").Says("names no container engine");

        Assert.IsFalse(Directory.Exists(campaign.Runs) && Directory.GetDirectories(campaign.Runs, "2*").Length > 0);
    }

    // Other tests have theirs.
    private static string Containers(Run run) =>
        string.Join(
            ' ',
            RealPodman
                .Containers()
                .Split('\n')
                .Where(line =>
                    run.Rows("SELECT attempt_id FROM attempts").Any(row => line.StartsWith("ms-" + row[0] + " ", StringComparison.Ordinal))
                )
        );

    private static void Wire(Campaign campaign, string podman, string backend = "", string container = "") =>
        campaign.Write(
            "operators.yaml",
            $"operators:\n  local.default: {{ kind: local, backend: {{ type: local, {backend}container: {{ engine: podman, executable: "
                + $"'{podman}'{container} }} }} }}\n"
        );
}
