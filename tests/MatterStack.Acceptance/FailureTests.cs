using System.Globalization;
using MatterStack.Acceptance.Support;

namespace MatterStack.Acceptance;

/// <summary>Tasks that fail, and what becomes of the rest.</summary>
[TestClass]
public sealed class FailureTests
{
    [TestMethod]
    public void A_failing_task_ends_the_run_FAILED_with_its_dependants_SKIPPED_and_a_reason_each()
    {
        using var campaign = new Campaign(
            """
              <ItemGroup>
                <CampaignTask Include="bad" Command="echo 'no such potential' >&amp;2; exit 3" />
                <CampaignTask Include="after" DependsOn="bad" Command="true" />
                <CampaignTask Include="last" DependsOn="after" Command="true" />
                <CampaignTask Include="other" Command="true" />
              </ItemGroup>
            """
        );

        var outcome = campaign.Build("Loop");

        var run = campaign.Run();
        outcome.Failed("MATTER3008", "'bad'", "exit code 3", "no such potential", run.PathOf("bad", "stderr.log"), "MATTER3007");
        Assert.AreEqual("FAILED", run.State);
        StringAssert.Contains(run.Text("SELECT reason FROM runs"), "bad");
        Assert.AreEqual("FAILED", run.Task("bad"));
        StringAssert.Contains(run.Task("bad", "reason"), "exit code 3");
        Assert.AreEqual("SKIPPED", run.Task("after"));
        StringAssert.Contains(run.Task("after", "reason"), "bad failed");
        Assert.AreEqual("SKIPPED", run.Task("last"));
        StringAssert.Contains(run.Task("last", "reason"), "after was skipped");
        Assert.AreEqual("COMPLETED", run.Task("other"));
    }

    [TestMethod]
    public void Failures_can_be_allowed_survived_and_tried_again()
    {
        using var campaign = new Campaign(
            """
              <ItemGroup>
                <CampaignTask Include="optional" Command="exit 1" AllowFailure="true" />
                <CampaignTask Include="needs" DependsOn="optional" Command="true" />
                <CampaignTask Include="survives" DependsOn="optional" Command="ls deps 2>&amp;1 | wc -l" AllowDependencyFailure="true" />
                <CampaignTask Include="flaky" Command="echo $MATTERSTACK_ATTEMPT_INDEX; [ $MATTERSTACK_ATTEMPT_INDEX = 3 ]" MaxAttempts="5" />
                <CampaignTask Include="stubborn" Command="exit 2" MaxAttempts="2" AllowFailure="true" />
              </ItemGroup>
            """
        );

        campaign.Build("Loop").Succeeded();

        var run = campaign.Run();
        Assert.AreEqual("COMPLETED", run.State);
        Assert.AreEqual("FAILED", run.Task("optional"));
        Assert.AreEqual("SKIPPED", run.Task("needs"));
        Assert.AreEqual("COMPLETED", run.Task("survives"));
        Assert.AreEqual("COMPLETED", run.Task("flaky"));
        Assert.AreEqual("3", run.Text("SELECT count(*) FROM attempts WHERE task_id = 'flaky'"));
        Assert.AreEqual("1\n", run.File("flaky", "stdout.log", 1), "an attempt is never overwritten");
        Assert.AreEqual("3\n", run.File("flaky", "stdout.log", 3));
        Assert.AreEqual("FAILED", run.Attempt("flaky", index: 2));
        Assert.AreEqual("2", run.Text("SELECT count(*) FROM attempts WHERE task_id = 'stubborn'"));
    }

    [TestMethod]
    public void Every_way_to_fail_has_a_reason_of_its_own()
    {
        using var campaign = new Campaign(
            """
              <ItemGroup>
                <CampaignTask Include="missing" Command="true" Outputs="energy.json;*.dat" />
                <CampaignTask Include="unknown" Command="no-such-program-anywhere --energy" />
                <CampaignTask Include="plain" Command="./data" Files="data" />
                <CampaignTask Include="killed" Command="kill -9 $$" />
                <CampaignTask Include="child" Command="sh -c 'kill -SEGV $$'" />
                <CampaignTask Include="array" Command="echo '[1]' > results.json" />
                <CampaignTask Include="broken" Command="echo '{' > results.json" />
                <CampaignTask Include="syntax" Command="if then" />
              </ItemGroup>
            """
        );
        campaign.Write("data", "not a program");

        campaign.Build("Loop").Failed("MATTER3008");

        var run = campaign.Run();
        Assert.AreEqual("8", run.Text("SELECT count(*) FROM attempts WHERE state = 'FAILED' AND reason <> '' AND ended_at_utc <> ''"));
        Reason("missing", "energy.json", "*.dat", "not produced");
        Reason("unknown", "127", "command not found");
        Reason("plain", "126", "not executable");
        Reason("killed", "signal 9");
        Reason("child", "signal 11");
        Reason("array", "not a JSON object");
        Reason("broken", "not valid JSON");
        Reason("syntax", "exit code 2");

        void Reason(string task, params ReadOnlySpan<string> parts)
        {
            foreach (var part in parts)
            {
                StringAssert.Contains(run.Task(task, "reason"), part);
            }
        }
    }

    [TestMethod]
    public void A_time_limit_ends_the_command_with_all_that_it_has_started()
    {
        using var campaign = new Campaign(
            """
              <ItemGroup>
                <CampaignTask Include="slow" TimeLimitMinutes="0.02" Command="sh -c 'trap &quot;&quot; TERM; echo $$ > &quot;$OUT/child&quot;; while [ -d &quot;$OUT&quot; ]; do sleep 0.1; done' &amp; wait" />
                <CampaignTask Include="deaf" TimeLimitMinutes="0.02" Command="trap '' TERM; echo $$ > &quot;$OUT/deaf&quot;; while [ -d &quot;$OUT&quot; ]; do sleep 0.1; done" />
              </ItemGroup>
            """
        );

        campaign.Build("Loop").Failed("TIMEOUT", "'slow'", "'deaf'");

        var run = campaign.Run();
        Assert.AreEqual("FAILED", run.Task("slow"));
        StringAssert.Contains(run.Attempt("slow", "reason"), "TIMEOUT");
        foreach (var sign in (string[])["child", "deaf"])
        {
            var process = int.Parse(File.ReadAllText(campaign.Sign(sign)), CultureInfo.InvariantCulture);
            Wait.Until(() => !Shell.IsAlive(process), $"process {process} ({sign}) to be gone");
        }
    }

    [TestMethod]
    public void A_time_limit_holds_also_for_an_attempt_that_an_earlier_Step_has_started()
    {
        using var campaign = new Campaign(
            """
              <ItemGroup><CampaignTask Include="slow" TimeLimitMinutes="0.02" Command="while [ -d &quot;$OUT&quot; ]; do sleep 0.1; done" /></ItemGroup>
            """
        );
        campaign.Build("Step").Succeeded();

        campaign.Build("Loop").Failed("TIMEOUT");

        Assert.AreEqual("1", campaign.Run().Text("SELECT count(*) FROM attempts"));
    }

    [TestMethod]
    public void A_task_that_asks_for_more_cores_than_there_are_fails_instead_of_waiting_for_ever()
    {
        using var campaign = new Campaign("""<ItemGroup><CampaignTask Include="huge" Cores="100000" Command="true" /></ItemGroup>""");

        campaign.Build("Loop").Failed("MATTER3008", "'huge'", "100000 cores");
    }
}
