using System.Globalization;

namespace MatterStack.Benchmarks;

/// <summary>A loop beside a Slurm whose account takes ten jobs at a time, against a shell loop that keeps ten in the queue. Needs what
/// tests/slurm/ needs, with accounting.</summary>
internal static class SubmitLimit
{
    private const int Limit = 10;

    /// <param name="tasks">Tasks of one second.</param>
    public static IEnumerable<Figure> Measure(int tasks)
    {
        using var scratch = new Scratch();
        var (folder, scripts) = (scratch.Folder, Path.Combine(DotnetCommands.Root, "tests", "slurm"));
        Shell.Run(folder, "/bin/sh", "-c", $"ENFORCE=limits PORT=18510 '{scripts}/start-slurm.sh' '{folder}/slurm'");
        try
        {
            Environment.SetEnvironmentVariable("SLURM_CONF", Path.Combine(folder, "slurm/etc/slurm.conf"));
            Shell.Run(
                folder,
                "/bin/sh",
                "-c",
                $"sacctmgr -Q -i modify user \"$(id -un)\" set MaxSubmitJobs={Limit}; until sbatch --hold --array=0-{Limit} -o /dev/null "
                    + $"--wrap true 2>&1 | grep -q AssocMaxSubmitJobLimit; do scancel -u \"$(id -un)\"; sleep 1; done"
            );
            using var campaign = new BenchmarkCampaign(tasks, "sleep 1", "hpc.default");
            File.WriteAllText(
                campaign.Workspace.OperatorsFile,
                "operators:\n  hpc.default: { kind: hpc, backend: { type: slurm, slurm: { partition: main, memory_gb: 0.05, "
                    + "poll_interval: \"00:00:01\" } } }\n"
            );
            var ours = Cost.Of(campaign.Loop);
            var hand = Cost.Of(() => ByHand(folder, tasks));
            return
            [
                Figure.Time(
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"{tasks} tasks of 1 s beside a submit limit of {Limit}, init to COMPLETED, "
                            + $"against a shell loop that keeps {Limit} in the queue"
                    ),
                    ours,
                    hand,
                    false,
                    "reported"
                ),
            ];
        }
        finally
        {
            Shell.Run(folder, "/bin/sh", "-c", $"'{scripts}/stop-slurm.sh' '{folder}/slurm'");
        }
    }

    // Looks as often as the engine looks, and submits as many as have ended.
    private static void ByHand(string folder, int tasks) =>
        Shell.Run(
            folder,
            "/bin/sh",
            "-c",
            string.Create(
                CultureInfo.InvariantCulture,
                $"n=0; while [ $n -lt {tasks} ]; do free=$(({Limit} - $(squeue -h -r -u \"$(id -un)\" -o %i | wc -l))); "
                    + $"while [ $free -gt 0 ] && [ $n -lt {tasks} ]; do sbatch --mem=52M -o /dev/null --wrap 'sleep 1' "
                    + $">/dev/null && n=$((n + "
                    + $"1)); free=$((free - 1)); done; sleep 1; done; until [ -z \"$(squeue -h -u \"$(id -un)\" -o %i)\" ]; do "
                    + $"sleep 1; done"
            )
        );
}
