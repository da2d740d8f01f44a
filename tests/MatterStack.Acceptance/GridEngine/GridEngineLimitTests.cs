using MatterStack.Acceptance.Support;

namespace MatterStack.Acceptance.GridEngine;

/// <summary>What a real Grid Engine with limits refuses for now waits.</summary>
[TestClass]
public sealed class GridEngineLimitTests
{
    // It changes the cluster for everybody.
    [TestMethod]
    [DoNotParallelize]
    public void More_jobs_than_a_user_may_have_go_one_after_the_other_and_use_up_no_attempt()
    {
        RealGridEngine.Need();
        using var campaign = new Campaign(
            """<ItemGroup><CampaignTask Include="a" OperatorKey="hpc.default" Command="true" /><CampaignTask Include="b" OperatorKey="hpc.default" TimeLimitMinutes="5" Command="true" /></ItemGroup>"""
        );
        campaign.Write(
            "operators.yaml",
            $$"""operators: { hpc.default: { kind: hpc, backend: {{RealGridEngine.Backend("queue: all.q")}} } }"""
        );
        Set(campaign, 1);
        try
        {
            campaign.Build("Step").Succeeded();
            Assert.AreEqual("1", campaign.Run().Text("SELECT count(*) FROM attempts WHERE submitted_at_utc IS NOT NULL"));
            campaign.Build("Explain").Succeeded().Says("1 jobs are allowed per user");
            campaign.Build("Loop").Succeeded().Says("COMPLETED");
            Assert.AreEqual("2", campaign.Run().Text("SELECT count(*) FROM attempts"));
        }
        finally
        {
            Set(campaign, 0);
        }
    }

    private static void Set(Campaign campaign, int jobs)
    {
        // An editor that writes what is wanted; a file that is not younger would be taken for unchanged.
        var editor = campaign.Write("edit.sh", $"#!/bin/sh\nsleep 1\nsed -i 's/^max_u_jobs .*/max_u_jobs {jobs}/' \"$1\"\n");
        RealGridEngine.Command($"chmod +x '{editor}'; EDITOR='{editor}' qconf -mconf global");
    }
}
