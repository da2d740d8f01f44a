using System.Globalization;
using System.Text.RegularExpressions;
using MatterStack.Acceptance.Support;

namespace MatterStack.Acceptance.Slurm;

/// <summary>The workspace <c>lammps_metals</c> with the real LAMMPS, on one and on several processors.</summary>
[TestClass]
public sealed partial class LammpsTests
{
    private const string MpiRun = "mpirun -n {ranks}";
    private const string Srun = "srun --mpi=pmix -n {ranks}";

    // Number of processes of some tasks, and what the task computes.
    private static readonly (string Task, int Ranks, string Input)[] Samples =
    [
        ("metal_Cu", 1, "metal.in -var el Cu -var style eam -var pot Cu_u3.eam -var a 3.6 -var m 63.546"),
        ("metal_Pd", 2, "metal.in -var el Pd -var style eam -var pot Pd_u3.eam -var a 3.9 -var m 106.42"),
        ("metal_Al", 4, "metal.in -var el Al -var style eam/fs -var pot Al_mm.eam.fs -var a 4.05 -var m 26.9815"),
        ("alloy_40", 2, "alloy.in -var percent 40"),
        ("alloy_50", 4, "alloy.in -var percent 50"),
    ];

    private static string Source => Path.Combine(Repository.Folder, "workspaces", "lammps_metals");

    [TestMethod]
    [DataRow("operators.yaml", null)]
    [DataRow("operators.slurm.yaml", MpiRun)]
    [DataRow("operators.slurm.yaml", Srun)]
    public void Metals_and_an_alloy_come_out_as_known_here_and_on_a_cluster_by_wiring_alone(string wiring, string? launcher)
    {
        Require.Component("lammps");
        Require.Component(launcher == Srun ? "pmix" : "mpi");
        if (launcher is not null)
        {
            RealSlurm.Need();
        }

        using var campaign = new Campaign("", "lammps_metals");
        File.Delete(campaign.Project);
        foreach (var file in Directory.GetFiles(Source))
        {
            campaign.Write(
                Path.GetFileName(file),
                File.ReadAllText(file)
                    .Replace("../../Directory.Build.targets", Repository.Targets, StringComparison.Ordinal)
                    .Replace($"mpi: {MpiRun}", $"mpi: {launcher}", StringComparison.Ordinal)
            );
        }

        AllowRoot(campaign);
        campaign.Build("Init", "-p:OperatorsConfig=" + wiring).Succeeded();
        campaign.Build("Loop").Succeeded().Says("COMPLETED");

        var run = campaign.Run();
        Assert.AreEqual("19", run.Text("SELECT count(*) FROM tasks WHERE state = 'COMPLETED'"));
        StringAssert.Contains(run.File("compare", "work/report.md"), "| Cu | 3.615");
        foreach (var (task, ranks, input) in Samples)
        {
            AssertRanks(run, task, ranks);
            AssertSameNumbers(RunSerial(input), run.File(task, "work/results.json"), task);
            Assert.AreEqual(launcher is not null, File.Exists(run.PathOf(task, "submit.sh")));
        }

        StringAssert.Contains(
            run.File("metal_Al", launcher is null ? "run.sh" : "submit.sh"),
            launcher?.Replace("{ranks}", "4") ?? "mpirun"
        );
        Assert.AreEqual("18", run.Text("SELECT count(*) FROM attempt_codes WHERE code = 'lammps'"));
        Assert.AreEqual(18, VersionRegex().Count(campaign.Build("Attempts").Succeeded().Said));
        if (launcher is not null)
        {
            // One array for each number of ranks.
            Assert.AreEqual(
                "3",
                run.Text(
                    "SELECT count(DISTINCT substr(external_id, 1, instr(external_id || '_', '_'))) FROM attempts WHERE operator_key = "
                        + "'hpc.default' AND attempt_index = 1"
                )
            );
        }
    }

    [TestMethod]
    [DataRow(MpiRun)]
    [DataRow(Srun)]
    public void Ranks_of_one_task_run_on_two_nodes(string launcher)
    {
        Require.Component("lammps");
        Require.Component(launcher == Srun ? "pmix" : "mpi");
        using var cluster = PlainSlurm.Start(nodes: 2);
        using var campaign = cluster.Campaign(
            """
              <ItemGroup>
                <CampaignTask Include="wide" OperatorKey="hpc.default" Nodes="2" Ranks="4" MemoryGb="0.5" Files="alloy.in" Outputs="results.json" Command="{code:lammps} -log none -in alloy.in -var percent 50" />
                <CampaignTask Include="nodes" OperatorKey="hpc.default" Nodes="2" Ranks="4" MemoryGb="0.5" Command="{launch} sh -c 'echo $SLURMD_NODENAME ${OMPI_COMM_WORLD_SIZE:-$PMIX_RANK}'" />
              </ItemGroup>
            """
        );
        AllowRoot(campaign);
        campaign.Write("alloy.in", File.ReadAllText(Path.Combine(Source, "alloy.in")));
        campaign.Write(
            "operators.yaml",
            $$"""
            launchers: { mpi: "{{launcher}}" }
            codes:
              lammps: { command: lmp, launcher: mpi, env: { LAMMPS_POTENTIALS: /usr/share/lammps/potentials, OMPI_MCA_mpi_yield_when_idle: "1" } }
            operators:
              hpc.default: { kind: hpc, backend: { type: slurm, slurm: { poll_interval: "00:00:01" } } }
            """
        );

        campaign.Build("Loop").Succeeded().Says("COMPLETED");

        var run = campaign.Run();
        AssertRanks(run, "wide", 4);
        AssertSameNumbers(RunSerial("alloy.in -var percent 50"), run.File("wide", "work/results.json"), "wide");
        var lines = run.File("nodes", "stdout.log").Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.HasCount(4, lines);
        Assert.HasCount(2, lines.Select(line => line.Split(' ')[0]).Distinct().ToList());
    }

    // Tests may run as root, which Open MPI refuses otherwise.
    private static void AllowRoot(Campaign campaign)
    {
        campaign.Environment["OMPI_ALLOW_RUN_AS_ROOT"] = "1";
        campaign.Environment["OMPI_ALLOW_RUN_AS_ROOT_CONFIRM"] = "1";
    }

    // LAMMPS reports how it shares the box among its processes.
    private static void AssertRanks(Run run, string task, int ranks)
    {
        var said = run.File(task, "stdout.log");
        var grids = GridRegex().Matches(said);
        Assert.IsNotEmpty(grids, said);
        foreach (Match grid in grids)
        {
            Assert.AreEqual(
                ranks,
                grid.Groups.Values.Skip(1).Select(g => int.Parse(g.Value, CultureInfo.InvariantCulture)).Aggregate((a, b) => a * b),
                $"{task}: {grid.Value}"
            );
        }
    }

    private static string RunSerial(string input)
    {
        var folder = Directory.CreateTempSubdirectory("matterstack-lammps-").FullName;
        try
        {
            var (code, said) = Shell.Run(
                "export LAMMPS_POTENTIALS=/usr/share/lammps/potentials OMPI_MCA_ess_singleton_isolated=1 OMPI_MCA_btl=self "
                    + $"OMPI_MCA_pml=ob1 OMP_NUM_THREADS=1 TMPDIR='{folder}'; lmp -log none -in '{Source}'/{input}",
                folder
            );
            Assert.AreEqual(0, code, said);
            return File.ReadAllText(Path.Combine(folder, "results.json"));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    // Equal but for one unit of the last printed digit: sums of several processes are rounded in another order.
    private static void AssertSameNumbers(string expected, string actual, string task)
    {
        var (serial, parallel) = (NumberRegex().Matches(expected), NumberRegex().Matches(actual));
        Assert.HasCount(serial.Count, parallel.ToList(), actual);
        foreach (var (one, other) in serial.Zip(parallel))
        {
            var digits = one.Value.Contains('.', StringComparison.Ordinal)
                ? one.Value.Length - one.Value.IndexOf('.', StringComparison.Ordinal) - 1
                : 0;
            var difference = Math.Abs(
                decimal.Parse(one.Value, CultureInfo.InvariantCulture) - decimal.Parse(other.Value, CultureInfo.InvariantCulture)
            );
            Assert.IsLessThanOrEqualTo((decimal)Math.Pow(10, -digits), difference, $"{task}: {expected} {actual}");
        }
    }

    [GeneratedRegex(@"(\d+) by (\d+) by (\d+) MPI processor grid")]
    private static partial Regex GridRegex();

    [GeneratedRegex(@"with lammps \(\d+ [A-Z][a-z]+ 20\d\d")]
    private static partial Regex VersionRegex();

    [GeneratedRegex(@"(?<=: )-?\d+(\.\d+)?")]
    private static partial Regex NumberRegex();
}
