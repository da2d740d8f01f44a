using System.Globalization;
using MatterStack.Acceptance.Support;

namespace MatterStack.Acceptance.GridEngine;

/// <summary>A Grid Engine of the tests' own, in a network namespace without a way out, and an sshd beside it; started by the first test
/// that needs them.</summary>
internal static class RealGridEngine
{
    private static readonly Lock Gate = new();
    private static readonly string Space = string.Create(CultureInfo.InvariantCulture, $"ms{Environment.ProcessId}");
    private static string? _folder;

    private static string Scripts => Path.Combine(Repository.Folder, "tests", "gridengine");

    private static string Sshd => Path.Combine(Repository.Folder, "tests", "slurm");

    /// <summary>Where the commands are found.</summary>
    public static string Settings => Path.Combine(_folder!, "cluster", "settings.sh");

    /// <summary>Makes sure of the cluster, or ends the test.</summary>
    public static void Need()
    {
        Require.Component("gridengine");
        lock (Gate)
        {
            if (_folder is not null)
            {
                return;
            }

            var folder = Directory.CreateTempSubdirectory("matterstack-gridengine-").FullName;
            // The daemons are another user's.
            File.SetUnixFileMode(
                folder,
                UnixFileMode.UserRead
                    | UnixFileMode.UserWrite
                    | UnixFileMode.UserExecute
                    | UnixFileMode.GroupExecute
                    | UnixFileMode.OtherExecute
            );
            var (code, said) = Shell.Run($"SPACE={Space} '{Scripts}/start-gridengine.sh' '{folder}/cluster'");
            if (code != 0)
            {
                Shell.Run($"SPACE={Space} '{Scripts}/stop-gridengine.sh' '{folder}/cluster'");
                Require.Absent("gridengine", $"the cluster does not start: {said}");
            }

            _folder = folder;
        }
    }

    /// <summary>An sshd besides; its <c>ssh_config</c> knows the host <c>cluster</c>.</summary>
    public static string NeedSsh()
    {
        Require.Component("ssh");
        lock (Gate)
        {
            var config = Path.Combine(_folder!, "sshd", "ssh_config");
            if (!File.Exists(config))
            {
                var (code, said) = Shell.Run($"'{Sshd}/start-sshd.sh' '{_folder}/sshd' {Port.FindFreeText()}");
                Assert.AreEqual(0, code, said);
            }

            return config;
        }
    }

    public static void Stop()
    {
        if (_folder is not null)
        {
            Shell.Run($"'{Sshd}/stop-sshd.sh' '{_folder}/sshd'");
            Shell.Run($"SPACE={Space} '{Scripts}/stop-gridengine.sh' '{_folder}/cluster'");
            // .NET does not delete names that are not UTF-8.
            Shell.Run($"rm -rf '{_folder}'");
        }
    }

    /// <summary>A command of the cluster.</summary>
    public static string Command(string command)
    {
        var (code, said) = Shell.Run($". '{Settings}'; {command}");
        Assert.AreEqual(0, code, $"{command}: {said}");
        return said.Trim();
    }

    /// <summary>The cluster as a backend.</summary>
    /// <param name="more">Further keys of <c>sge:</c>.</param>
    /// <param name="settings">Another script that makes the commands known.</param>
    /// <param name="ssh">Configuration of ssh; null: here.</param>
    public static string Backend(string more = "", string? settings = null, string? ssh = null) =>
        $$"""{ type: sge, {{(ssh is null ? "" : $"workspace_root: {_folder}/far, ssh: {{ host: cluster, config: {ssh} }}, ")}}sge: { settings: {{settings ?? Settings}}, poll_interval: "00:00:01"{{(more.Length == 0 ? "" : ", " + more)}} } }""";
}
