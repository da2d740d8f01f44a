using MatterStack.Acceptance.Support;

namespace MatterStack.Acceptance.Slurm;

/// <summary>The workspace <c>lammps_metals</c> with the real LAMMPS.</summary>
[TestClass]
public sealed class LammpsTests
{
    [TestMethod]
    [DataRow("operators.yaml")]
    [DataRow("operators.slurm.yaml")]
    public void Metals_and_an_alloy_come_out_as_known_here_and_on_a_cluster_by_wiring_alone(string wiring)
    {
        Require.Component("lammps");
        if (wiring == "operators.slurm.yaml")
        {
            RealSlurm.Need();
        }

        using var campaign = new Campaign("", "lammps_metals");
        File.Delete(campaign.Project);
        var source = Path.Combine(Repository.Folder, "workspaces", "lammps_metals");
        foreach (var file in Directory.GetFiles(source))
        {
            campaign.Write(
                Path.GetFileName(file),
                File.ReadAllText(file).Replace("../../Directory.Build.targets", Repository.Targets, StringComparison.Ordinal)
            );
        }

        campaign.Build("Init", "-p:OperatorsConfig=" + wiring).Succeeded();
        campaign.Build("Loop").Succeeded().Says("COMPLETED");

        var run = campaign.Run();
        Assert.AreEqual("19", run.Text("SELECT count(*) FROM tasks WHERE state = 'COMPLETED'"));
        StringAssert.Contains(run.File("compare", "work/report.md"), "| Cu | 3.615");
        var submitted = File.Exists(run.PathOf("metal_Cu", "submit.sh"));
        Assert.AreEqual(wiring == "operators.slurm.yaml", submitted);
        if (submitted)
        {
            // All eighteen in one array.
            Assert.AreEqual(
                "1",
                run.Text(
                    "SELECT count(DISTINCT substr(external_id, 1, instr(external_id, '_'))) FROM attempts WHERE operator_key = "
                        + "'hpc.default' AND attempt_index = 1"
                )
            );
        }
    }
}
