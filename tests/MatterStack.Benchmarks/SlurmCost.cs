namespace MatterStack.Benchmarks;

/// <summary>Campaigns on a real Slurm of their own, here and over ssh, against the same work submitted by hand. Needs what tests/slurm/
/// needs.</summary>
internal static class SlurmCost
{
    private const int Many = 1000;

    public static IEnumerable<Figure> Measure()
    {
        using var scratch = new Scratch();
        var (folder, scripts) = (scratch.Folder, Path.Combine(DotnetCommands.Root, "tests", "slurm"));
        var conf = Path.Combine(folder, "slurm/etc/slurm.conf");
        var path = Environment.GetEnvironmentVariable("PATH");
        Shell.Run(folder, "/bin/sh", "-c", $"PORT=18210 '{scripts}/start-slurm.sh' '{folder}/slurm'");
        try
        {
            // Commands that count themselves.
            foreach (var name in new[] { "sbatch", "squeue", "sacct", "scancel", "ssh" })
            {
                Shell.Run(
                    folder,
                    "/bin/sh",
                    "-c",
                    $"mkdir -p count; printf '#!/bin/sh\\ncase \" $* \" in *\" -O check \"*) ;; *) echo >> %s/calls-{name} ;; "
                        + $"esac\\nexec %s \"$@\"\\n' '{folder}' \"$(command -v {name})\" > count/{name}; chmod +x count/{name}"
                );
            }

            Environment.SetEnvironmentVariable("SLURM_CONF", conf);
            Environment.SetEnvironmentVariable("PATH", $"{folder}/count:{path}");
            Shell.Run(
                folder,
                "/bin/sh",
                "-c",
                $"'{scripts}/start-sshd.sh' '{folder}/sshd' 18299 'SLURM_CONF={conf} PATH={folder}/count:{path}'"
            );
            return [.. Here(folder), .. OverSsh(folder), .. Equations(folder)];
        }
        finally
        {
            Environment.SetEnvironmentVariable("PATH", path);
            Shell.Run(folder, "/bin/sh", "-c", $"'{scripts}/stop-sshd.sh' '{folder}/sshd'; '{scripts}/stop-slurm.sh' '{folder}/slurm'");
        }
    }

    private static IEnumerable<Figure> Here(string folder)
    {
        var wiring = Wiring("");
        using (var campaign = Campaign(Many, ": > out", wiring))
        {
            Forget(folder);
            var ours = Cost.Of(campaign.Loop);
            yield return Count("sbatch", folder, $"{Many} tasks on Slurm, init to COMPLETED: calls of sbatch");
            yield return Count("squeue", folder, $"{Many} tasks on Slurm: calls of squeue, asked every 2 s");
            yield return Count("sacct", folder, $"{Many} tasks on Slurm: calls of sacct");
            var hand = Cost.Of(() => ByHand(folder, Many, ": > out$SLURM_ARRAY_TASK_ID"));
            yield return Figure.Time($"{Many} tasks on Slurm, init to COMPLETED, against one array by hand", ours, hand, false, "reported");
        }

        using (var held = Campaign(Many, "true", Wiring("", ", options: [\"--hold\"]")))
        {
            held.Init();
            var submit = Cost.Of(held.Step);
            var array = Cost.Median(5, () =>
                Shell.Time(
                    folder,
                    "/bin/sh",
                    "-c",
                    $"sbatch --hold --parsable --array=0-{Many - 1} -o /dev/null --wrap true | xargs scancel"
                )
            );
            var loop = Cost.Of(() =>
                Shell.Run(
                    folder,
                    "/bin/sh",
                    "-c",
                    "i=0; while [ $i -lt 200 ]; do sbatch --hold --parsable -J floor -o /dev/null --wrap true >/dev/null; i=$((i+1)); done"
                )
            );
            Shell.Run(folder, "/bin/sh", "-c", "scancel --name=floor");
            yield return Figure.Time("submitting, per task, against a loop of sbatch", submit / Many, loop / 200, true, "reported");
            yield return Figure.Time("submitting, per task, against one array by hand", submit / Many, array / Many, true, "reported");
            var (poll, floor) = Cost.Compare(
                5,
                () => Cost.Of(held.Step),
                () => Shell.Time(folder, "/bin/sh", "-c", "squeue -h -a -r -t all -u \"$(id -un)\" -o '%i|%T|%V|%r|%j' >/dev/null")
            );
            yield return Figure.Time($"a Step with {Many} live jobs, against one squeue", poll, floor, true, "reported");
        }

        Shell.Run(folder, "/bin/sh", "-c", "scancel -u \"$(id -un)\"");
    }

    private static IEnumerable<Figure> OverSsh(string folder)
    {
        using var campaign = Campaign(
            Many,
            ": > out",
            Wiring($"workspace_root: {folder}/far, ssh: {{ host: cluster, config: {folder}/sshd/ssh_config }}, ")
        );
        Forget(folder);
        var ours = Cost.Of(campaign.Loop);
        yield return new($"{Many} tasks over ssh, init to COMPLETED", ours.Wall, null, "s", "reported");
        yield return Count("ssh", folder, $"{Many} tasks over ssh: round trips");
        yield return Count("sbatch", folder, $"{Many} tasks over ssh: calls of sbatch");
        yield return Count("squeue", folder, $"{Many} tasks over ssh: calls of squeue");
    }

    // The 77 points of an equation of state with LAMMPS, where it is installed.
    private static IEnumerable<Figure> Equations(string folder)
    {
        if (!File.Exists("/usr/bin/lmp"))
        {
            yield break;
        }

        var workspace = Path.Combine(DotnetCommands.Root, "workspaces", "lammps_metals", "lmp.sh");
        File.WriteAllText(
            Path.Combine(folder, "point.in"),
            "units metal\nlattice fcc ${a}\nregion box block 0 4 0 4 0 4\ncreate_box 1 box\ncreate_atoms 1 box\nmass 1 63.546\n"
                + "pair_style eam\npair_coeff * * Cu_u3.eam\nrun 0 post no\n"
        );
        var command = $"sh {workspace} -in {folder}/point.in -screen none -var a 3.6";
        var (ours, hand) = Cost.Compare(
            3,
            () =>
            {
                using var campaign = Campaign(77, command, Wiring(""));
                return Cost.Of(campaign.Loop);
            },
            () => Cost.Of(() => ByHand(folder, 77, $"export TMPDIR=$(mktemp -d); {command}; rm -r $TMPDIR"))
        );
        yield return Figure.Time(
            "77 points of an equation of state on Slurm, against the same array by hand",
            ours,
            hand,
            false,
            "reported"
        );
    }

    private static BenchmarkCampaign Campaign(int tasks, string command, string wiring)
    {
        var campaign = new BenchmarkCampaign(tasks, command, "hpc.default");
        File.WriteAllText(campaign.Workspace.OperatorsFile, wiring);
        return campaign;
    }

    private static string Wiring(string where, string more = "") =>
        $"operators:\n  hpc.default: {{ kind: hpc, backend: {{ type: slurm, {where}slurm: {{ partition: main, memory_gb: 0.05, "
        + $"poll_interval: \"00:00:02\"{more} }} }} }}\n";

    // Until the last is over, looked at as often as the engine looks.
    private static void ByHand(string folder, int tasks, string command) =>
        Shell.Run(
            folder,
            "/bin/sh",
            "-c",
            $"mkdir -p hand; cd hand; id=$(sbatch --parsable --array=0-{tasks - 1} --mem=52M -o /dev/null --wrap '{command}'); "
                + $"until [ -z \"$(squeue -h -j $id -t PENDING,RUNNING,COMPLETING -o %i)\" ]; do sleep 2; done"
        );

    private static void Forget(string folder)
    {
        foreach (var file in Directory.GetFiles(folder, "calls-*"))
        {
            File.Delete(file);
        }
    }

    private static Figure Count(string command, string folder, string what)
    {
        var file = Path.Combine(folder, "calls-" + command);
        return new(what, File.Exists(file) ? File.ReadLines(file).Count() : 0, null, "", "reported");
    }
}
