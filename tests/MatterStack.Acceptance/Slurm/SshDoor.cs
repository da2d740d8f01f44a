using MatterStack.Acceptance.Support;

namespace MatterStack.Acceptance.Slurm;

/// <summary>An sshd of one test's own that leads to a cluster, and may let nobody in for a while.</summary>
internal sealed class SshDoor : IDisposable
{
    private readonly string _folder;

    public SshDoor(string folder, string conf)
    {
        _folder = folder;
        var (code, said) = Shell.Run($"'{Scripts}/start-sshd.sh' '{folder}' {Port.FindFreeText()} 'SLURM_CONF={conf}'");
        Assert.AreEqual(0, code, said);
    }

    /// <summary>Wiring of <c>hpc.default</c> over this way.</summary>
    public string Wiring =>
        $$"""
            operators:
              hpc.default:
                kind: hpc
                backend:
                  type: slurm
                  workspace_root: ~/far
                  ssh: { host: cluster, config: {{_folder}}/ssh_config }
                  slurm: { poll_interval: "00:00:01" }
            """;

    private static string Scripts => Path.Combine(Repository.Folder, "tests", "slurm");

    /// <summary>The key is not known any more, and whoever is inside is put out.</summary>
    public void Close()
    {
        File.Move(Keys, Keys + ".kept");
        Shell.Run($"kill $(ps -o pid= --ppid $(cat '{_folder}/sshd.pid'))");
        Wait.Until(() => Shell.Run($"ps -o pid= --ppid $(cat '{_folder}/sshd.pid')").Said.Trim().Length == 0, "everybody to be outside");
    }

    public void Open() => File.Move(Keys + ".kept", Keys);

    public void Dispose() => Shell.Run($"'{Scripts}/stop-sshd.sh' '{_folder}'");

    private string Keys => Path.Combine(_folder, "authorized_keys");
}
