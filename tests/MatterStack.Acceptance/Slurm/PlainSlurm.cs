using System.Globalization;
using MatterStack.Acceptance.Support;

namespace MatterStack.Acceptance.Slurm;

/// <summary>A small cluster of one test's own, without accounting unless it is to have one; its node keeps jobs to their memory if it is
/// to.</summary>
internal sealed class PlainSlurm : IDisposable
{
    private readonly string _folder;

    private PlainSlurm(string folder) => _folder = folder;

    private static string Scripts => Path.Combine(Repository.Folder, "tests", "slurm");

    private string Conf => Path.Combine(_folder, "etc", "slurm.conf");

    /// <param name="memory">Whether jobs are kept to their memory.</param>
    /// <param name="accounting">Whether there is an accounting.</param>
    /// <param name="remembers">How long the controller remembers jobs that are over, in seconds.</param>
    /// <param name="more">A line of its configuration besides.</param>
    /// <param name="before">Command that starts the daemons, and with them all jobs; empty: a shell.</param>
    /// <param name="nodes">Number of nodes.</param>
    public static PlainSlurm Start(
        bool memory = false,
        bool accounting = false,
        int remembers = 300,
        string more = "",
        string before = "",
        int nodes = 1
    )
    {
        Require.Component("slurm");
        if (accounting)
        {
            Require.Component("slurmdbd");
        }

        if (memory)
        {
            Require.Component("cgroup-memory");
        }

        var cluster = new PlainSlurm(Directory.CreateTempSubdirectory("matterstack-plain-slurm-").FullName);
        var port = Port.FindFree(inARow: 20);
        // Control groups are named after nodes: those of other clusters on this machine are not to be touched.
        var (code, said) = Shell.Run(
            string.Create(
                CultureInfo.InvariantCulture,
                $"PORT={port} ACCOUNTING={(accounting ? 1 : 0)} MINJOBAGE={remembers} MORE='{more}' NODES={nodes} NODE=p{port}n OOM="
                    + $"{(memory ? 1 : 0)} {before} '{Scripts}/start-slurm.sh' '{cluster._folder}'"
            )
        );
        if (code != 0)
        {
            cluster.Dispose();
            Require.Absent("slurm", $"the cluster does not start: {said}");
        }

        return cluster;
    }

    /// <summary>A campaign that is told of this cluster by its environment.</summary>
    /// <param name="body">What the project declares.</param>
    /// <param name="slurm">What the wiring says besides.</param>
    public Campaign Campaign(string body, string slurm = "")
    {
        var campaign = new Campaign(body);
        campaign.Environment["SLURM_CONF"] = Conf;
        campaign.Write(
            "operators.yaml",
            $$"""operators: { hpc.default: { kind: hpc, backend: { type: slurm, slurm: { poll_interval: "00:00:01"{{slurm}} } } } }"""
        );
        return campaign;
    }

    public string Command(string command)
    {
        var (code, said) = Shell.Run($"export SLURM_CONF='{Conf}' PATH=$PATH:/usr/sbin; {command}");
        Assert.AreEqual(0, code, $"{command}: {said}");
        return said.Trim();
    }

    /// <summary>The controller loses all it knew of jobs, as with a disk that was lost.</summary>
    public void Forget()
    {
        // What a node still has to tell of a job would be taken for news of the next job of that number.
        Wait.Until(() => Command("squeue -h -o %T").Length == 0, "the controller to know of every end");
        Command($"kill -9 $(cat '{_folder}/run/slurmctld.pid'); rm -rf '{_folder}'/state/*; slurmctld -c");
        Wait.Until(() => Command("sinfo -h -o %T 2>&1 || :") is "idle" or "mixed" or "allocated", "the controller to be back");
    }

    /// <summary>The accounting is down, and comes back when the result is disposed.</summary>
    public IDisposable WithoutAccounting()
    {
        Command($"kill $(cat '{_folder}/run/slurmdbd.pid')");
        Wait.Until(() => Shell.Run($"SLURM_CONF='{Conf}' sacct -n -X -j 1").Code != 0, "the accounting to be down");
        return new Back(this);
    }

    /// <summary>The controller stops in good order; jobs run on. Whoever asks it is not kept waiting for long.</summary>
    public void StopController()
    {
        Command($"sed -i s/MessageTimeout=30/MessageTimeout=3/ '{Conf}'");
        var controller = Command($"cat '{_folder}/run/slurmctld.pid'");
        Command($"kill {controller}");
        Wait.Until(() => !Directory.Exists($"/proc/{controller}"), "the controller to be gone");
    }

    public void StartController()
    {
        Command("slurmctld");
        Wait.Until(() => Command("sinfo -h -o %T 2>&1 || :") is "idle" or "mixed" or "allocated", "the controller to be back");
    }

    /// <summary>A way to it over ssh that can be closed.</summary>
    public SshDoor OpenDoor() => new(Path.Combine(_folder, "sshd"), Conf);

    public void Dispose()
    {
        Shell.Run($"'{Scripts}/stop-slurm.sh' '{_folder}'");
        Directory.Delete(_folder, recursive: true);
    }

    private sealed class Back(PlainSlurm cluster) : IDisposable
    {
        public void Dispose() => cluster.Command("slurmdbd");
    }
}
