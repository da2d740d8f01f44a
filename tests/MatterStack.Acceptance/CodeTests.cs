using MatterStack.Acceptance.Slurm;
using MatterStack.Acceptance.Support;

namespace MatterStack.Acceptance;

/// <summary>Codes and launchers of a site, as users of <c>dotnet build</c> meet them.</summary>
[TestClass]
public sealed class CodeTests
{
    private const string Codes = """
        launchers: { mpi: "env RANKS={ranks}" }
        codes:
          solver: { command: sh -c, launcher: mpi, env: { A: code }, setup: ["export B=$A-setup"], version: "echo Solver 2.1; echo x" }

        """;

    [TestMethod]
    [DataRow(
        "{code:solve} x",
        "MATTER2050: Task 'a': its Command has {code:solve}, and 'local.default' has no code 'solve'. Did you mean 'solver'?"
    )]
    [DataRow("{launch:srun} x", "MATTER2050: Task 'a': its Command has {launch:srun}, and 'local.default' has no launcher 'srun'")]
    [DataRow("./x", "MATTER2052: Task 'a': it has Ranks=\"2\", and nothing in its Command starts so many")]
    [DataRow("'{code:solver}' x", "MATTER2051: Task 'a': its Command has {code:solver} in quotes of its own")]
    public void Plain_build_refuses_what_cannot_run_with_the_place_of_the_task(string command, string message)
    {
        using var campaign = new Campaign(
            $"""
              <ItemGroup>
                <CampaignTask Include="a" Ranks="2" Command="{command}" />
              </ItemGroup>
            """
        );
        campaign.Write("operators.yaml", Codes + "operators: { local.default: {} }\n");

        using var build = DotnetBuild.Start(campaign.Folder, []);

        build.Wait().Failed($"probe.proj(5,19): error {message}");
    }

    [TestMethod]
    [DataRow("Gpus=\"3\"", "MATTER2061: Task 'a' needs 3 GPUs, and 'local.default' has 2 (0, 1)")]
    [DataRow("MemoryGb=\"9\"", "MATTER2061: Task 'a' needs 9 GiB of memory, and 'local.default' has 8 GiB")]
    [DataRow("Ranks=\"2\" Cores=\"4\"", "MATTER2061: Task 'a' needs 8 cores, and 'local.default' has 4")]
    [DataRow("Nodes=\"2\" Ranks=\"2\"", "MATTER2013: Task 'a': it asks for 2 nodes, and 'local.default' has one machine")]
    [DataRow("Uses=\"licence*5\"", "MATTER2061: Task 'a' uses 5 of the resource 'licence', and there are 4")]
    [DataRow("Uses=\"license\"", "MATTER2060: Task 'a' uses the resource 'license', which neither 'local.default' nor 'defaults' defines")]
    [DataRow(
        "OperatorKey=\"hpc.default\" TimeLimitMinutes=\"90\"",
        "MATTER2013: Task 'a': it fits no partition of 'hpc.default': short (01:30:00 is more than max_time 01:00:00)"
    )]
    public void Plain_build_refuses_what_can_never_fit_with_the_place_of_the_task(string shape, string message)
    {
        using var campaign = new Campaign(
            $$"""
              <ItemGroup>
                <CampaignTask Include="a" {{shape}} Command="{launch} true" />
              </ItemGroup>
            """
        );
        campaign.Write(
            "operators.yaml",
            """
            defaults: { resources: { licence: 4 } }
            launchers: { mpi: env }
            operators:
              local.default: { backend: { type: local, cores: 4, memory_gb: 8, gpus: 2 } }
              hpc.default: { backend: { type: slurm, slurm: { partitions: [ { name: short, max_time: "01:00:00" } ] } } }

            """
        );

        using var build = DotnetBuild.Start(campaign.Folder, []);

        build.Wait().Failed($"probe.proj(5,19): error {message}");
    }

    [TestMethod]
    public void A_launcher_with_an_unknown_number_is_refused_at_its_place()
    {
        using var campaign = new Campaign("""  <ItemGroup><CampaignTask Include="a" Command="true" /></ItemGroup>""");
        campaign.Write("operators.yaml", "launchers:\n  mpi: \"mpirun -n {ntasks}\"\noperators: { local.default: {} }\n");

        using var build = DotnetBuild.Start(campaign.Folder, []);

        build.Wait().Failed("operators.yaml(2,19,2,27): error MATTER1025: The launcher 'mpi' has '{ntasks}'");
    }

    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public void The_same_campaign_runs_here_and_on_a_cluster_with_the_codes_of_each(bool ssh)
    {
        RealSlurm.Need();
        using var campaign = new Campaign(
            """
              <ItemGroup>
                <CampaignTask Include="a;b" OperatorKey="hpc.default" Ranks="2" Outputs="out" Command="{code:solver} 'echo $RANKS $A $B $SLURM_NTASKS' > out" />
              </ItemGroup>
            """
        );
        campaign.Write("here.yaml", Codes + "operators: { hpc.default: {} }\n");
        campaign.Write("cluster.yaml", Codes.Replace("A: code", "A: cluster", StringComparison.Ordinal) + RealSlurm.Wiring(ssh: ssh));

        campaign.Build("Loop", "-p:OperatorsConfig=here.yaml").Succeeded();
        Assert.AreEqual("2 code code-setup\n", campaign.Run().File("a", "work/out"));
        campaign.Build("Init", "-p:OperatorsConfig=cluster.yaml", "-p:NewRun=true").Succeeded();
        campaign.Build("Loop").Succeeded();

        var run = campaign.Run();
        Assert.AreEqual("2 cluster cluster-setup 2\n", run.File("b", "work/out"));
        Assert.AreEqual("Solver 2.1", run.Text("SELECT max(version) FROM attempt_codes"));
        campaign.Build("Attempts").Succeeded().Says("b@1 COMPLETED", "with solver (Solver 2.1)");
    }
}
