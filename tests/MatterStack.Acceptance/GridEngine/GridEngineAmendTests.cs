using MatterStack.Acceptance.Support;

namespace MatterStack.Acceptance.GridEngine;

/// <summary>Jobs of a real Grid Engine whose tasks are amended: what waits is replaced, what runs goes on.</summary>
[TestClass]
public sealed class GridEngineAmendTests
{
    [TestMethod]
    public void Jobs_that_wait_are_replaced_and_a_job_that_runs_goes_on()
    {
        RealGridEngine.Need();
        using var campaign = new Campaign(
            """
              <ItemGroup>
                <CampaignTask Include="held" OperatorKey="hpc.held" TimeLimitMinutes="5" Command="true" />
                <CampaignTask Include="running" OperatorKey="hpc.default" TimeLimitMinutes="5" Command="until [ -e go ]; do sleep 0.2; done" />
              </ItemGroup>
            """
        );
        campaign.Write(
            "operators.yaml",
            $$"""
            operators:
              hpc.default: { kind: hpc, backend: {{RealGridEngine.Backend()}} }
              hpc.held: { kind: hpc, backend: {{RealGridEngine.Backend("options: [\"-h\"]")}} }
            """
        );
        using var loop = campaign.Start("Loop");
        Wait.Until(() => loop.HasEnded || RealGridEngine.Command("qstat -s r").Length > 0, "the job to run");
        var run = campaign.Run();
        Wait.Until(() => run.Attempt("running") == "RUNNING", "the recorded start");
        Wait.Until(
            () => run.Attempt("held") == "SUBMITTED" && run.Attempt("held", "external_id").All(char.IsAsciiDigit),
            "the other to wait"
        );

        campaign.Build("Amend", "-p:Select=*", "-p:TimeLimitMinutes=7", "-p:OperatorKey=hpc.default", "-p:Confirm=true").Succeeded();
        Wait.Until(() => run.Attempt("held", "end_cause") == "AMENDED", "the end");
        Assert.AreEqual("RUNNING", run.Attempt("running"));
        File.WriteAllText(run.PathOf("running", "work/go"), "");
        loop.Wait().Succeeded().Says("COMPLETED");

        Assert.AreEqual("2", run.Task("held", "attempts"));
        Assert.AreEqual("1", run.Task("running", "attempts"));
        StringAssert.Contains(run.File("held", "submit.sh", 2), "h_rt=420");
        campaign.Build("CheckRun").Succeeded();
    }
}
