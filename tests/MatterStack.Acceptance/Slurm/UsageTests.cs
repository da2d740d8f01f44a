using System.Globalization;
using MatterStack.Acceptance.Support;

namespace MatterStack.Acceptance.Slurm;

/// <summary>What jobs used on a real Slurm, against what is known: seconds of processor time, memory, time in the queue.</summary>
[TestClass]
public sealed class UsageTests
{
    [TestMethod]
    public void Jobs_have_the_time_the_memory_and_the_wait_that_they_are_known_to_have_used()
    {
        RealSlurm.Need();
        // The node ends the inner shell of 'spin' after two seconds of processor time. 'big' holds a block that nobody reads.
        using var campaign = new Campaign(
            """
              <ItemGroup>
                <CampaignTask Include="spin" OperatorKey="hpc.default" Command="(ulimit -t 2; while :; do :; done); true" />
                <CampaignTask Include="big" OperatorKey="hpc.default" Command="dd if=/dev/zero bs=300M count=1 2>/dev/null | sleep 6" />
                <CampaignTask Include="late" OperatorKey="hpc.late" Command="true" />
              </ItemGroup>
            """
        );
        campaign.Write(
            "operators.yaml",
            RealSlurm.Wiring()
                + "\n  hpc.late: { kind: hpc, backend: { type: slurm, slurm: { partition: main, poll_interval: \"00:00:01\", options: "
                + "[\"--begin=now+10\"] } } }\n"
        );

        campaign.Build("Loop").Succeeded().Says("COMPLETED");
        // The accounting may not have had the last rows at the end of the loop.
        Wait.Until(
            () =>
                campaign.Run().Text("SELECT count(*) FROM attempts WHERE usage_source = 'pending'") == "0"
                || campaign.Build("Step").Succeeded() is null,
            "the accounting to answer"
        );

        var run = campaign.Run();
        Assert.IsInRange(1.5, 3, Number("cpu_seconds", "spin"));
        Assert.IsGreaterThanOrEqualTo(2, Number("wall_seconds", "spin"));
        Assert.IsInRange(300 << 20, 330 << 20, Number("peak_memory_bytes", "big"));
        Assert.IsInRange(5, 30, Number("wall_seconds", "big"));
        Assert.IsInRange(9, 120, Number("queue_seconds", "late"));
        foreach (var task in new[] { "spin", "big", "late" })
        {
            Assert.AreEqual("sacct", run.Attempt(task, "usage_source"), run.Attempt(task, "usage_note"));
            Assert.StartsWith("n", run.Attempt(task, "node"));
            // The clock of the cluster has whole seconds.
            Assert.AreEqual(
                "1",
                run.Text(
                    "SELECT julianday(started_at_utc) BETWEEN julianday(created_at_utc) - 2 / 86400.0 AND julianday(ended_at_utc) FROM "
                        + $"attempts WHERE task_id = '{task}'"
                )
            );
        }

        double Number(string column, string task) => double.Parse(run.Attempt(task, column), CultureInfo.InvariantCulture);
    }
}
