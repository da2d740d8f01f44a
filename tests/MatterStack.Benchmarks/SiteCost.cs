using MatterStack.Engine.Campaigns.Declarations;

namespace MatterStack.Benchmarks;

/// <summary>What codes, budgets and named resources add: to a <c>Step</c> that finds nothing to do, and to the planning of a large
/// campaign.</summary>
internal static class SiteCost
{
    private const int Tasks = 20_000;

    private const string Plain = "operators: { local.default: { kind: local } }\n";

    private const string Site = """
        defaults:
          resources: { licence: 100000 }
        launchers:
          mpi: "mpirun -n {ranks}"
        codes:
          lammps: { command: lmp, launcher: mpi, modules: [lammps/2024], version: "lmp -h" }
          vasp: { command: vasp_std, launcher: mpi, setup: ["export X=1"], env: { OMP_PROC_BIND: "true" } }
          pw: { command: pw.x, launcher: mpi, launcher_always: true }
        operators:
          local.default: { kind: local, backend: { type: local, memory_gb: 1000000, gpus: 4 } }

        """;

    public static IEnumerable<Figure> Measure()
    {
        using var scratch = new Scratch();
        var head = $"<Project><Import Project=\"{DotnetCommands.Root}/Directory.Build.targets\" />";
        var plain = CreateFinishedRun(scratch.Folder, "plain", head, Plain);
        var site = CreateFinishedRun(scratch.Folder, "site", head, Site);
        var (step, bare) = Cost.Compare(15, () => Step(site), () => Step(plain));
        yield return Figure.Time("no-op Step, wiring with codes and budgets, against plain wiring", step, bare, false, "<= 1.02 x");

        _ = Plan(Site, usesSite: true);
        _ = Plan(Plain, usesSite: false);
        var costs = Cost.InTurn(5, () => Plan(Site, usesSite: true), () => Plan(Site, usesSite: false), () => Plan(Plain, usesSite: false));
        yield return Figure.Time(
            $"planning {Tasks:N0} tasks beside codes and budgets, against plain wiring",
            costs[1],
            costs[2],
            false,
            "<= 1.02 x"
        );
        yield return Figure.Time(
            $"planning {Tasks:N0} tasks that each use a code and budgets, against plain tasks",
            costs[0],
            costs[2],
            false,
            "reported"
        );
    }

    private static string CreateFinishedRun(string folder, string name, string head, string wiring)
    {
        var campaign = Path.Combine(folder, name);
        Directory.CreateDirectory(campaign);
        File.WriteAllText(Path.Combine(campaign, "operators.yaml"), wiring);
        File.WriteAllText(
            Path.Combine(campaign, name + ".proj"),
            head + "<ItemGroup><CampaignTask Include=\"a\" Command=\"true\" /></ItemGroup></Project>"
        );
        Shell.Run(campaign, "dotnet", "build", "-t:Loop");
        return campaign;
    }

    private static Cost Step(string campaign) => Shell.Time(campaign, "dotnet", "build", "-t:Step");

    private static Cost Plan(string wiring, bool usesSite)
    {
        using var campaign = new BenchmarkCampaign(Enumerable.Range(0, Tasks).Select(i => Declare(i, usesSite)));
        File.WriteAllText(Path.Combine(campaign.Workspace.Folder, "operators.yaml"), wiring);
        return Cost.Of(campaign.Init);
    }

    private static DeclaredTask Declare(int number, bool usesSite)
    {
        var metadata = new Dictionary<string, IReadOnlyList<string>>
        {
            ["Command"] = [usesSite ? "{code:lammps} -in metal.in" : "lmp -in metal.in"],
            ["OperatorKey"] = ["local.default"],
        };
        if (usesSite)
        {
            metadata["MemoryGb"] = ["2"];
            metadata["Uses"] = ["licence"];
        }

        return new("t" + number, new DeclaredMetadata(metadata, null), null);
    }
}
