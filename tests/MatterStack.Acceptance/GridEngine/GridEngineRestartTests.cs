using System.Globalization;
using MatterStack.Acceptance.Support;

namespace MatterStack.Acceptance.GridEngine;

/// <summary>Jobs of a real Grid Engine that reach their time limit are continued, after a signal that their own script has sent
/// them.</summary>
[TestClass]
public sealed class GridEngineRestartTests
{
    // Counts in steps of a second; at the signal it leaves the last one.
    private const string Count =
        "trap 'echo $i &gt; state.tmp; mv state.tmp state; exit 9' TERM; i=0; while [ $i -lt 1000 ]; do i=%24((i + 1)); sleep 1; done";

    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public void A_job_gets_its_signal_and_its_time_and_the_next_one_goes_on_from_there(bool ssh)
    {
        RealGridEngine.Need();
        // A limit of 15 s, a signal after 10.
        using var campaign = new Campaign(
            $"""
              <ItemGroup>
                <CampaignTask Include="a;b" OperatorKey="hpc.default" TimeLimitMinutes="0.25" StopSignal="TERM@5" MaxAttempts="2" RetryOn="TIMEOUT"
                  Outputs="state" Carry="state" Command="{Count}" RestartCommand="cp state before; echo 1000 &gt; state" />
              </ItemGroup>
            """
        );
        campaign.Write(
            "operators.yaml",
            $$"""operators: { hpc.default: { kind: hpc, backend: {{RealGridEngine.Backend(ssh: ssh ? RealGridEngine.NeedSsh() : null)}} } }"""
        );

        campaign.Build("Loop").Succeeded().Says("COMPLETED");

        var run = campaign.Run();
        foreach (var task in new[] { "a", "b" })
        {
            Assert.AreEqual("TIMEOUT", run.Attempt(task, "end_cause"));
            var reached = int.Parse(run.File(task, "work/before", 2), CultureInfo.InvariantCulture);
            Assert.IsLessThan(15, reached);
            Assert.AreEqual("1000\n", run.File(task, "work/state", 2));
            Assert.AreNotEqual("", run.Attempt(task, "node"));
        }
    }

    [TestMethod]
    public void A_monitor_runs_in_the_job_and_ends_its_command()
    {
        RealGridEngine.Need();
        using var campaign = new Campaign(
            """
              <ItemGroup>
                <CampaignTask Include="a;b" OperatorKey="hpc.default" AllowFailure="true" Command="echo $MATTERSTACK_TASK_ID &gt; name; sleep 1000"
                  Monitor="[ ! -e name ] || { echo $(cat name) is hopeless; false; }" MonitorEvery="00:00:01" />
              </ItemGroup>
            """.Replace("$(cat", "%24(cat", StringComparison.Ordinal)
        );
        campaign.Write("operators.yaml", $$"""operators: { hpc.default: { kind: hpc, backend: {{RealGridEngine.Backend()}} } }""");

        campaign.Build("Loop").Succeeded();

        Assert.AreEqual(
            "STOPPED stopped by its monitor: a is hopeless",
            $"{campaign.Run().Attempt("a", "end_cause")} {campaign.Run().Attempt("a", "reason")}"
        );
        Assert.AreEqual(
            "STOPPED stopped by its monitor: b is hopeless",
            $"{campaign.Run().Attempt("b", "end_cause")} {campaign.Run().Attempt("b", "reason")}"
        );
    }

    [TestMethod]
    public void A_program_that_does_not_know_the_signal_is_ended_by_the_time_limit_at_the_latest()
    {
        RealGridEngine.Need();
        using var campaign = new Campaign(
            """
              <ItemGroup>
                <CampaignTask Include="deaf" OperatorKey="hpc.default" TimeLimitMinutes="0.2" StopSignal="USR1@6" AllowFailure="true" Command="trap '' USR1; sleep 100" />
              </ItemGroup>
            """
        );
        campaign.Write("operators.yaml", $$"""operators: { hpc.default: { kind: hpc, backend: {{RealGridEngine.Backend()}} } }""");
        campaign.Build("Loop").Succeeded();
        Assert.AreEqual("TIMEOUT", campaign.Run().Attempt("deaf", "end_cause"));
    }
}
