using MatterStack.Acceptance.Support;

namespace MatterStack.Acceptance.Slurm;

/// <summary>A Slurm cluster and an sshd of the tests' own, on this machine's loopback interface; started by the first test that needs
/// them.</summary>
[TestClass]
public static class RealSlurm
{
    private static readonly Lock Gate = new();
    private static string? _folder;

    private static string Scripts => Path.Combine(Repository.Folder, "tests", "slurm");

    public static string SshConfig => Path.Combine(_folder!, "sshd", "ssh_config");

    /// <summary>Makes sure of the cluster, or ends the test.</summary>
    public static void Need()
    {
        Require.Component("slurm");
        Require.Component("slurmdbd");
        Require.Component("ssh");
        lock (Gate)
        {
            if (_folder is not null)
            {
                return;
            }

            var folder = Directory.CreateTempSubdirectory("matterstack-slurm-").FullName;
            var (code, said) = Shell.Run($"ENFORCE=limits,qos PORT={Port.FindFreeText(20)} '{Scripts}/start-slurm.sh' '{folder}/slurm'");
            if (code != 0)
            {
                Shell.Run($"'{Scripts}/stop-slurm.sh' '{folder}/slurm'");
                Require.Absent("slurm", $"the cluster does not start: {said}");
            }

            _folder = folder;
            // As on a cluster, where everybody finds it.
            Environment.SetEnvironmentVariable("SLURM_CONF", Path.Combine(folder, "slurm/etc/slurm.conf"));
            (code, said) = Shell.Run(
                $"'{Scripts}/start-sshd.sh' '{folder}/sshd' {Port.FindFreeText()} 'SLURM_CONF={folder}/slurm/etc/slurm.conf'"
            );
            Assert.AreEqual(0, code, said);
        }
    }

    /// <summary>Wiring of <c>hpc.default</c>: over ssh as a user whom modes of files keep out, as they do not keep out root.</summary>
    public static string WiringOfUser()
    {
        Need();
        Require.Component("users");
        lock (Gate)
        {
            var folder = Path.Combine(_folder!, "sshd-user");
            if (!File.Exists(Path.Combine(folder, "ssh_config")))
            {
                const string nobody = "65534";
                // Limits are of associations, and who has none may not submit.
                Command($"sacctmgr -Q -i add user \"$(id -un {nobody})\" account=root");
                // The other user has to get to its home and to the cluster's configuration.
                Command($"chmod 711 '{_folder}'");
                Command(
                    $"RUN_AS={nobody} '{Scripts}/start-sshd.sh' '{folder}' {Port.FindFreeText()} 'SLURM_CONF="
                        + $"{_folder}/slurm/etc/slurm.conf'"
                );
            }

            return Wiring(ssh: true).Replace(SshConfig, Path.Combine(folder, "ssh_config"), StringComparison.Ordinal);
        }
    }

    [AssemblyCleanup]
    public static void Stop()
    {
        GridEngine.RealGridEngine.Stop();
        if (_folder is not null)
        {
            Shell.Run($"'{Scripts}/stop-sshd.sh' '{_folder}/sshd'");
            if (Directory.Exists(Path.Combine(_folder, "sshd-user")))
            {
                Shell.Run($"'{Scripts}/stop-sshd.sh' '{_folder}/sshd-user'");
            }

            Shell.Run($"'{Scripts}/stop-slurm.sh' '{_folder}/slurm'");
            // .NET does not delete names that are not UTF-8.
            Shell.Run($"rm -rf '{_folder}'");
        }
    }

    public static string Command(string command)
    {
        var (code, said) = Shell.Run(command);
        Assert.AreEqual(0, code, $"{command}: {said}");
        return said.Trim();
    }

    /// <summary>Ends a node's daemon as a power cut does, and brings it back when the result is disposed.</summary>
    public static IDisposable PowerCut(string node)
    {
        Command($"kill -9 $(cat '{_folder}/slurm/run/slurmd-{node}.pid')");
        // The controller would find out by itself, but as patiently as a busy machine needs it to be.
        Command($"scontrol update NodeName={node} State=DOWN Reason=power");
        return new Back(node);
    }

    /// <summary>Wiring of <c>hpc.default</c> and <c>hpc.other</c>: sbatch here, or over ssh with a folder of its own there.</summary>
    public static string Wiring(string partition = "main", bool ssh = false, string more = "") =>
        $$"""
            profiles:
              cluster:
                type: slurm
                {{(ssh ? $"workspace_root: ~/far\n    ssh: {{ host: cluster, config: {SshConfig} }}" : "")}}
                slurm: { partition: {{partition}}, poll_interval: "00:00:01"{{more}} }
            operators:
              hpc.default: { kind: hpc, backend: { type: profile, name: cluster } }
              hpc.other: { kind: hpc, backend: { type: profile, name: cluster } }
            """;

    private sealed class Back(string node) : IDisposable
    {
        public void Dispose()
        {
            // It may have come back by itself when its daemon did.
            Command($"PATH=$PATH:/usr/sbin slurmd -N {node}; scontrol update NodeName={node} State=RESUME || :");
            Wait.Until(
                () => Shell.Run($"sinfo -h -n {node} -p main -o %T").Said.Trim() is "idle" or "mixed" or "allocated",
                $"{node} to be back"
            );
        }
    }
}
