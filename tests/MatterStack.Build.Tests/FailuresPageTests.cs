using MatterStack.Build.Tests.Support;

namespace MatterStack.Build.Tests;

/// <summary>Each declaration that docs/failures.md shows is valid on a cluster that has the codes.</summary>
[TestClass]
public sealed class FailuresPageTests
{
    private const string Wiring = """
        launchers: { mpi: "srun -n {ranks}" }
        codes:
          mycode: { command: mycode, launcher: mpi }
          lammps: { command: lmp, launcher: mpi }
          pw: { command: pw.x, launcher: mpi }
          vasp: { command: vasp_std, launcher: mpi }
          cp2k: { command: cp2k, launcher: mpi }
        operators:
          local.default: { kind: local }
          hpc.default: { kind: hpc, backend: { type: slurm, slurm: { partition: main } } }
        """;

    private static readonly string[] Inputs =
    [
        "relax.in",
        "gw.in",
        "scf.in",
        "POSCAR",
        "POTCAR",
        "INCAR",
        "KPOINTS",
        "start.in",
        "again.in",
        "md.in",
        "Si.pz-vbc.UPF",
        "md.inp",
        "again.inp",
    ];

    [TestMethod]
    public void Every_task_of_the_page_is_valid()
    {
        var tasks = Blocks("docs/failures.md").Where(block => block.StartsWith("<CampaignTask", StringComparison.Ordinal)).ToList();
        Assert.HasCount(8, tasks);
        foreach (var task in tasks)
        {
            Check($"<ItemGroup>{task}</ItemGroup>");
        }
    }

    [TestMethod]
    public void The_limit_of_failures_is_a_setting() =>
        Check(
            Blocks("docs/failures.md").Single(block => block.Contains("MatterStackMaxFailures", StringComparison.Ordinal))
                + """<ItemGroup><CampaignTask Include="a" Command="true" /></ItemGroup>"""
        );

    [TestMethod]
    public void The_task_of_the_first_page_is_valid() =>
        Check($"<ItemGroup>{Blocks("README.md").Single(block => block.StartsWith("<CampaignTask", StringComparison.Ordinal))}</ItemGroup>");

    private static void Check(string body)
    {
        using var workspace = new TestWorkspace(body);
        workspace.Write("operators.yaml", Wiring);
        foreach (var input in Inputs)
        {
            workspace.Write(input, "x\n");
        }

        var answer = workspace.Build("Build").Succeeded();

        Assert.IsEmpty(answer.Warnings, body + answer.Said);
    }

    private static IEnumerable<string> Blocks(string page) =>
        File.ReadAllText(Path.Combine(Repository.Folder, page))
            .ReplaceLineEndings("\n")
            .Split("```xml\n")
            .Skip(1)
            .Select(part => part.Split("```")[0]);
}
