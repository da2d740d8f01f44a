using MatterStack.Acceptance.Support;

namespace MatterStack.Acceptance.GridEngine;

/// <summary>Shapes and temporary folders on a real Grid Engine.</summary>
[TestClass]
public sealed class GridEngineShapeTests
{
    [TestMethod]
    public void Ranks_times_cores_are_slots_and_the_temporary_folder_is_in_that_of_the_job()
    {
        RealGridEngine.Need();
        using var campaign = new Campaign(
            """
              <ItemGroup>
                <CampaignTask Include="ranks" OperatorKey="hpc.default" Ranks="2" Cores="2" TimeLimitMinutes="3"
                              Command="echo $NSLOTS $MATTERSTACK_RANKS $MATTERSTACK_CORES $OMP_NUM_THREADS $MATTERSTACK_TIME_LIMIT_SECONDS; touch &quot;$TMPDIR/x&quot;; echo &quot;$TMPDIR&quot;; {launch} true" />
                <CampaignTask Include="code" OperatorKey="hpc.default" Ranks="2" Outputs="out" Command="{code:solver} 'echo $RANKS $A $B $NSLOTS' > out" />
                <CampaignTask Include="single" OperatorKey="hpc.default" AllowFailure="true" Command="echo $OMP_NUM_THREADS; exit 3" />
              </ItemGroup>
            """
        );
        campaign.Write(
            "operators.yaml",
            """
            launchers: { mpi: "env RANKS={ranks}" }
            codes: { solver: { command: sh -c, launcher: mpi, env: { A: code }, setup: ["export B=$A-setup"], version: "echo Solver 2.1" } }
            operators: { hpc.default: { kind: hpc, backend: 
            """
                + RealGridEngine
                    .Backend("queue: all.q, parallel_environment: smp")
                    .Replace("type: sge,", "type: sge, tmpdir: $TMP,", StringComparison.Ordinal)
                + " } }"
        );

        campaign.Build("Loop").Succeeded().Says("COMPLETED");

        var run = campaign.Run();
        var lines = run.File("ranks", "stdout.log").Split('\n');
        Assert.AreEqual("4 2 2 2 180", lines[0]);
        StringAssert.EndsWith(lines[1], "/ms-" + run.Attempt("ranks", "attempt_id"));
        Assert.IsFalse(Directory.Exists(lines[1]));
        Assert.AreEqual("1\n", run.File("single", "stdout.log"));
        Assert.AreEqual("3", run.Attempt("single", "exit_code"));
        Assert.AreEqual("2 code code-setup 2\n", run.File("code", "work/out"));
        Assert.AreEqual("Solver 2.1", run.Text("SELECT version FROM attempt_codes"));
    }

    [TestMethod]
    public void Several_nodes_are_refused_where_the_wiring_does_not_say_how_many_slots_each_gives()
    {
        RealGridEngine.Need();
        using var campaign = new Campaign(
            """<ItemGroup><CampaignTask Include="wide" OperatorKey="hpc.default" Nodes="2" Ranks="4" Command="{launch} true" /></ItemGroup>"""
        );
        campaign.Write(
            "operators.yaml",
            "launchers: { mpi: env }\n"
                + $$"""operators: { hpc.default: { kind: hpc, backend: {{RealGridEngine.Backend("parallel_environment: smp")}} } }"""
        );
        campaign.Build("Build").Failed("MATTER2013").Says("slots_per_node");
    }
}
