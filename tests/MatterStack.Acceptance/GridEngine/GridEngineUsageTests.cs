using System.Globalization;
using MatterStack.Acceptance.Support;

namespace MatterStack.Acceptance.GridEngine;

/// <summary>What jobs used on a real Grid Engine, against what is known.</summary>
[TestClass]
public sealed class GridEngineUsageTests
{
    [TestMethod]
    public void Jobs_have_the_time_and_the_memory_that_they_are_known_to_have_used()
    {
        RealGridEngine.Need();
        using var campaign = new Campaign(
            """
              <ItemGroup>
                <CampaignTask Include="spin" OperatorKey="hpc.default" Command="(ulimit -t 2; while :; do :; done); true" />
                <CampaignTask Include="big" OperatorKey="hpc.default" Command="sh -c 'dd if=/dev/zero of=/dev/null bs=300M count=1'; true" />
              </ItemGroup>
            """
        );
        campaign.Write("operators.yaml", $"operators:\n  hpc.default: {{ kind: hpc, backend: {RealGridEngine.Backend()} }}\n");

        campaign.Build("Loop").Succeeded().Says("COMPLETED");

        var run = campaign.Run();
        Assert.IsInRange(1.5, 3, Number("cpu_seconds", "spin"));
        Assert.IsInRange(300 << 20, 330 << 20, Number("peak_memory_bytes", "big"));
        Assert.IsInRange(1, 30, Number("wall_seconds", "spin"));
        Assert.IsGreaterThanOrEqualTo(0, Number("queue_seconds", "spin"));
        Assert.AreEqual("qacct", run.Attempt("big", "usage_source"), run.Attempt("big", "usage_note"));
        Assert.AreEqual("localhost", run.Attempt("big", "node"));
        // The clock of the cluster has whole seconds.
        Assert.AreEqual(
            "1",
            run.Text(
                "SELECT julianday(started_at_utc) BETWEEN julianday(created_at_utc) - 2 / 86400.0 AND julianday(ended_at_utc) "
                    + "FROM attempts WHERE task_id = 'spin'"
            )
        );

        double Number(string column, string task) => double.Parse(run.Attempt(task, column), CultureInfo.InvariantCulture);
    }
}
