using MatterStack.Acceptance.Support;

namespace MatterStack.Acceptance;

/// <summary>People and instruments, with the commands that they give.</summary>
[TestClass]
public sealed class PeopleTests
{
    private const string Gate = """
          <ItemGroup>
            <CampaignTask Include="propose" Command="echo Cu Ni > candidates.txt" Outputs="candidates.txt" />
            <CampaignTask Include="approve" Kind="Gate" DependsOn="propose" Message="Which may be made?" />
            <CampaignTask Include="make" DependsOn="approve" Command="cat deps/approve/results.json" />
          </ItemGroup>
        """;

    [TestMethod]
    public void A_Loop_returns_when_only_a_person_is_waited_for_and_continues_with_their_answer()
    {
        using var campaign = new Campaign(Gate);

        campaign.Build("Loop").Succeeded().Says("Which may be made?").Says("-t:Respond -p:TaskId=approve -p:Decision=approve");
        Assert.AreEqual("WAITING_EXTERNAL", campaign.Run().Task("approve"));
        campaign.Build("Loop").Succeeded();
        Assert.AreEqual("WAITING_EXTERNAL", campaign.Run().Task("approve"), "nothing was held, and nothing is done twice");

        campaign.Write("answer.json", """{"picks": ["Ni"]}""");
        campaign
            .Build("Respond", "-p:TaskId=approve", "-p:Decision=approve", "-p:Comment=nickel only", "-p:DataFile=answer.json")
            .Succeeded();
        campaign.Build("Respond", "-p:TaskId=approve", "-p:Decision=reject").Failed().Says("MATTER3016");
        campaign.Build("Loop").Succeeded().Says("COMPLETED");

        Assert.Contains("Ni", campaign.Run().File("make", "stdout.log"));
        Assert.HasCount(
            1,
            campaign.Run().Rows("SELECT actor FROM events WHERE kind = 'ATTEMPT_ANSWERED' AND details LIKE 'approve: nickel only%'")
        );
    }

    [TestMethod]
    public void A_Loop_that_waits_continues_when_somebody_responds_elsewhere()
    {
        using var campaign = new Campaign(Gate);
        using var loop = campaign.Start("Loop", "-p:Wait=true");
        Wait.Until(
            () =>
                Directory.Exists(campaign.Runs)
                && Directory.GetDirectories(campaign.Runs, "2*").Length > 0
                && campaign.Run().Task("approve") == "WAITING_EXTERNAL",
            "the question"
        );

        campaign.Build("Respond", "-p:TaskId=approve", "-p:Decision=approve").Succeeded();

        loop.Wait().Succeeded().Says("COMPLETED");
    }

    [TestMethod]
    public void A_Loop_waits_for_an_instrument()
    {
        using var campaign = new Campaign(
            """
              <ItemGroup>
                <CampaignTask Include="coat" Kind="Experiment" Parameters='{"power_w": 50}' />
                <CampaignTask Include="use" DependsOn="coat" Command="cat deps/coat/results.json" />
              </ItemGroup>
            """
        );
        using var loop = campaign.Start("Loop");
        Wait.Until(
            () =>
                Directory.Exists(campaign.Runs)
                && Directory.GetDirectories(campaign.Runs, "2*").Length > 0
                && File.Exists(campaign.Run().PathOf("coat", "experiment_request.json")),
            "the request"
        );

        File.WriteAllText(
            campaign.Run().PathOf("coat", "experiment_result.json"),
            """{"status": "COMPLETED", "data": {"thickness_nm": 31.5}}"""
        );

        loop.Wait().Succeeded().Says("COMPLETED");
        Assert.Contains("31.5", campaign.Run().File("use", "stdout.log"));
    }

    [TestMethod]
    public void A_rejected_gate_fails_the_run_with_the_persons_text()
    {
        using var campaign = new Campaign(Gate);
        campaign.Build("Loop").Succeeded();

        campaign.Build("Respond", "-p:TaskId=approve", "-p:Decision=reject", "-p:Comment=too expensive").Succeeded();

        campaign.Build("Loop").Failed().Says("too expensive");
        Assert.AreEqual("SKIPPED", campaign.Run().Task("make"));
    }
}
