using System.Globalization;
using MatterStack.Acceptance.Support;

namespace MatterStack.Acceptance.Slurm;

/// <summary>Molecular dynamics with the real LAMMPS that the real Slurm cuts by its time limit, again and again, comes to the same end as
/// in one piece.</summary>
[TestClass]
public sealed class LammpsRestartTests
{
    // A checkpoint gets its name when it is whole. 'run … every' sets up each part anew, so a part is computed in the same way after a
    // restart, with lists of neighbours from the same positions: the end is the same to the last bit.
    private const string Input = """
        units metal
        atom_style atomic
        if "${from} == fresh" then &
          "lattice fcc 3.615" &
          "region box block 0 4 0 4 0 4" &
          "create_box 1 box" &
          "create_atoms 1 box" &
          "mass 1 63.546" &
        else "read_restart restart.*"
        pair_style eam
        pair_coeff * * /usr/share/lammps/potentials/Cu_u3.eam
        if "${from} == fresh" then "velocity all create 600 20261130 mom yes rot no"
        neighbor 2.0 bin
        timestep 0.002
        fix nve all nve
        thermo 100
        variable s equal step
        run 4000 upto every 100 "write_restart part" "shell mv part restart.$s" "shell sleep ${pause}"
        run 0
        print "$(step) $(temp:%.17g) $(pe:%.17g) $(etotal:%.17g) $(press:%.17g)" file final.txt
        write_dump all custom end.dump id x y z vx vy vz modify sort id format float %.17g
        """;

    private const string Serial = "OMPI_MCA_ess_singleton_isolated=1 OMPI_MCA_btl=self OMPI_MCA_pml=ob1 OMP_NUM_THREADS=1";

    public required TestContext TestContext { get; set; }

    [TestMethod]
    public void A_run_that_is_cut_by_its_time_limit_ends_bit_for_bit_as_in_one_piece()
    {
        Require.Component("lammps");
        RealSlurm.Need();
        // Parts of five seconds: 200 s in all, so that a limit of a minute, which Slurm checks every 30 s, cuts it twice at least, however
        // fast or busy the machine is.
        const string lammps = $"{Serial} lmp -log none -in md.in -var pause 5 -var from";
        using var campaign = new Campaign(
            $"""
              <ItemGroup>
                <CampaignTask Include="md" OperatorKey="hpc.default" TimeLimitMinutes="1" MaxAttempts="20" RetryOn="TIMEOUT" Files="md.in"
                  Outputs="final.txt;end.dump" Carry="restart.*" Command="{lammps} fresh" RestartCommand="{lammps} restart" />
              </ItemGroup>
            """
        );
        campaign.Write("md.in", Input);
        campaign.Write("operators.yaml", RealSlurm.Wiring());

        campaign.Build("Loop").Succeeded().Says("COMPLETED");

        var run = campaign.Run();
        var attempts = int.Parse(run.Text("SELECT count(*) FROM attempts"), CultureInfo.InvariantCulture);
        Assert.IsGreaterThanOrEqualTo(3, attempts);
        for (var i = 1; i < attempts; i++)
        {
            Assert.AreEqual("TIMEOUT", run.Attempt("md", "end_cause", i));
            StringAssert.Contains(run.File("md", "stdout.log", i + 1), "Reading restart file");
        }

        var whole = campaign.Write("whole/md.in", Input);
        RealSlurm.Command($"cd '{Path.GetDirectoryName(whole)}' && {Serial} lmp -log none -in md.in -var pause 0 -var from fresh");
        foreach (var file in new[] { "final.txt", "end.dump" })
        {
            Assert.AreEqual(
                File.ReadAllText(Path.Combine(Path.GetDirectoryName(whole)!, file)),
                run.File("md", "work/" + file, attempts),
                file
            );
        }

        var jobs = run.Text("SELECT group_concat(external_id, ',') FROM attempts");
        TestContext.WriteLine(RealSlurm.Command($"sacct -X -P -n -j {jobs} -o JobID,State,Submit,Start,End"));
    }
}
