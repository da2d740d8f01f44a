using System.Globalization;
using MatterStack.Acceptance.Support;

namespace MatterStack.Acceptance;

/// <summary>Recipes of <c>docs/failures.md</c> with the real programs, cut by time limits of seconds.</summary>
[TestClass]
public sealed class FailureRecipeTests
{
    [TestMethod]
    public void LAMMPS_goes_on_from_its_restart_file_until_its_last_step()
    {
        Require.Component("lammps");
        using var campaign = Prepare("{code:lammps}", ("TimeLimitMinutes=\"120\"", "TimeLimitMinutes=\"0.2\""));
        campaign.Write("operators.yaml", Wiring("lammps: { command: lmp, env: { LAMMPS_POTENTIALS: /usr/share/lammps/potentials } }"));
        campaign.Write("start.in", Page.Example("failures.md", "lammps", "create_atoms"));
        campaign.Write("again.in", Page.Example("failures.md", "lammps", "read_restart"));
        campaign.Write("md.in", Replace(Page.Example("failures.md", "lammps", "timer timeout"), ("6000", "30000")));

        campaign.Build("Loop").Succeeded().Says("COMPLETED");

        AssertContinued(campaign.Run(), "md");
        Assert.Contains("30000", campaign.Run().File("md", "stdout.log", Attempts(campaign.Run(), "md")));
    }

    [TestMethod]
    public void Quantum_ESPRESSO_goes_on_from_its_output_folder_until_the_structure_is_relaxed()
    {
        Require.Component("pw");
        using var campaign = Prepare("{code:pw} -in relax.in", ("TimeLimitMinutes=\"120\"", "TimeLimitMinutes=\"1\""));
        campaign.Write("operators.yaml", Wiring("pw: { command: pw.x }"));
        campaign.Write("Si.pz-vbc.UPF", File.ReadAllText("/usr/share/espresso/pseudo/Si.pz-vbc.UPF"));
        campaign.Write(
            "relax.in",
            Replace(
                Page.Example("failures.md", "fortran", "max_seconds"),
                ("max_seconds = 6600", "max_seconds = 3"),
                ("ecutwfc = 12", "ecutwfc = 24"),
                (" 2 2 2 1 1 1", " 4 4 4 1 1 1")
            )
        );

        campaign.Build("Loop").Succeeded().Says("COMPLETED");

        AssertContinued(campaign.Run(), "relax");
    }

    [TestMethod]
    public void CP2K_goes_on_from_its_restart_file_until_its_last_step()
    {
        Require.Component("cp2k");
        using var campaign = Prepare("{code:cp2k}", ("TimeLimitMinutes=\"120\"", "TimeLimitMinutes=\"1\""));
        campaign.Write("operators.yaml", Wiring("cp2k: { command: cp2k }"));
        campaign.Write(
            "md.inp",
            Replace(Page.Example("failures.md", "text", "&GLOBAL"), ("WALLTIME 01:50:00", "WALLTIME 4"), ("STEPS 1200", "STEPS 4000"))
        );
        campaign.Write("again.inp", Page.Example("failures.md", "text", "&EXT_RESTART"));

        campaign.Build("Loop").Succeeded().Says("COMPLETED");

        AssertContinued(campaign.Run(), "argon");
    }

    private static Campaign Prepare(string with, params (string Old, string New)[] changes)
    {
        var task = Replace(Page.Example("failures.md", "xml", $"Command=\"{with}"), changes);
        var campaign = new Campaign($"<ItemGroup>{task}</ItemGroup>");
        // Open MPI refuses root by itself, which a container or a build server often is.
        campaign.Environment["OMPI_ALLOW_RUN_AS_ROOT"] = "1";
        campaign.Environment["OMPI_ALLOW_RUN_AS_ROOT_CONFIRM"] = "1";
        return campaign;
    }

    private static string Wiring(string code) =>
        $$"""
            codes:
              {{code}}
            operators:
              local.default: { kind: local }
            """;

    private static string Replace(string text, params (string Old, string New)[] changes)
    {
        foreach (var (old, now) in changes)
        {
            Assert.Contains(old, text);
            text = text.Replace(old, now, StringComparison.Ordinal);
        }

        return text;
    }

    private static void AssertContinued(Run run, string task)
    {
        var attempts = Attempts(run, task);
        Assert.IsGreaterThan(1, attempts, "the time limit of the program cuts it");
        for (var i = 1; i < attempts; i++)
        {
            Assert.AreEqual("TIMEOUT", run.Attempt(task, "end_cause", i));
            Assert.AreNotEqual(
                "0",
                run.Text($"SELECT count(*) FROM carried_files WHERE attempt_id = '{run.Attempt(task, "attempt_id", i + 1)}'"),
                $"attempt {i + 1} begins with files"
            );
        }
    }

    private static int Attempts(Run run, string task) =>
        int.Parse(run.Text($"SELECT max(attempt_index) FROM attempts WHERE task_id = '{task}'"), CultureInfo.InvariantCulture);
}
