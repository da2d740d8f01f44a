using MatterStack.Acceptance.Support;

namespace MatterStack.Acceptance;

/// <summary>Attempts that follow failed ones, with real processes.</summary>
[TestClass]
public sealed class RetryTests
{
    // The first limit is too short by far, the last one long by far.
    private const string Growing = """
          <ItemGroup>
            <CampaignTask Include="long" Command="echo $MATTERSTACK_TIME_LIMIT_SECONDS &gt; limit; sleep 2" Outputs="limit"
              TimeLimitMinutes="0.02" RetryTimeFactor="50" MaxAttempts="3" />
          </ItemGroup>
        """;

    [TestMethod]
    public void A_time_limit_grows_after_a_time_out_and_the_command_is_told()
    {
        using var campaign = new Campaign(Growing);

        campaign.Build("Loop").Succeeded().Says("attempt 2 of 3 follows");

        var run = campaign.Run();
        StringAssert.Contains(run.Text("SELECT details FROM events WHERE kind = 'TASK_READY'"), "time limit grows from 0.02 min to 1 min");
        Assert.AreEqual("TIMEOUT", run.Text("SELECT end_cause FROM attempts WHERE attempt_index = 1"));
        Assert.AreEqual("COMPLETED", run.Attempt("long", index: 2));
        Assert.AreEqual("60\n", run.File("long", "work/limit", 2));
        campaign.Build("Explain", "-p:TaskId=long").Succeeded().Says("time limit 1 min, grown from 0.02 min after TIMEOUT");
        campaign.Build("CheckRun").Succeeded();
    }

    [TestMethod]
    public void A_ceiling_of_the_site_cuts_requests_and_ends_their_growth()
    {
        using var campaign = new Campaign(
            """
              <ItemGroup>
                <CampaignTask Include="cut" Command="echo $MATTERSTACK_TIME_LIMIT_SECONDS $MATTERSTACK_MEMORY_GB &gt; limit" Outputs="limit"
                  TimeLimitMinutes="600" MemoryGb="0.5" />
                <CampaignTask Include="long" Command="sleep 60" TimeLimitMinutes="0.01" RetryTimeFactor="4" MaxAttempts="9" />
              </ItemGroup>
            """
        );
        campaign.Write(
            "operators.yaml",
            """
            operators:
              local.default:
                kind: local
                backend: { type: local, limits: { time: "00:00:02", memory_gb: 0.25 } }

            """
        );

        campaign.Build("Loop").Failed("is the longest that its operator allows");

        var run = campaign.Run();
        Assert.AreEqual("2 0.25\n", run.File("cut", "work/limit"));
        campaign.Build("Explain", "-p:TaskId=cut").Succeeded().Says("cut from 600 min");
        Assert.AreEqual("2", run.Text("SELECT count(*) FROM attempts WHERE task_id = 'long'"));
        StringAssert.Contains(run.Task("long", "reason"), "no other attempt follows");
    }

    [TestMethod]
    public void A_time_out_without_anything_new_is_not_repeated_unless_the_task_names_it()
    {
        using var campaign = new Campaign(
            """
              <ItemGroup>
                <CampaignTask Include="useless" Command="sleep 60" TimeLimitMinutes="0.01" MaxAttempts="3" />
                <CampaignTask Include="named" Command="sleep 60" TimeLimitMinutes="0.01" MaxAttempts="2" RetryOn="TIMEOUT" />
                <CampaignTask Include="other" Command="exit 3" MaxAttempts="5" RetryOn="EXIT:4-9;TIMEOUT" />
                <CampaignTask Include="codes" Command="exit %24((2 + MATTERSTACK_ATTEMPT_INDEX))" MaxAttempts="9" RetryOn="EXIT:3-4" />
              </ItemGroup>
            """
        );

        campaign.Build("Loop").Failed("name TIMEOUT in RetryOn", "RetryOn does not name EXIT");

        var run = campaign.Run();
        foreach (var (task, count) in new[] { ("useless", "1"), ("named", "2"), ("other", "1"), ("codes", "3") })
        {
            Assert.AreEqual(count, run.Text($"SELECT count(*) FROM attempts WHERE task_id = '{task}'"), task);
        }
    }

    [TestMethod]
    public void The_number_of_attempts_after_ends_from_outside_is_checked()
    {
        using var campaign = new Campaign("""  <ItemGroup><CampaignTask Include="a" Command="true" /></ItemGroup>""");

        campaign.Build("Loop", "-p:MatterStackInfrastructureRetries=many").Failed("MATTER2014", "must be a number from 0 to 1000");
        campaign.Build("Loop", "-p:MatterStackInfrastructureRetries=0").Succeeded();
    }
}
