using System.Globalization;
using MatterStack.Acceptance.Support;

namespace MatterStack.Acceptance.SharedFolders;

/// <summary>A GlusterFS that two nodes have mounted: two folders of this machine, each with caches of its own.</summary>
internal sealed class RealGluster : IDisposable
{
    private const string Prefix = "matterstack-gluster-";
    private readonly string _folder;

    private RealGluster(string folder) => _folder = folder;

    private static string Scripts => Path.Combine(Repository.Folder, "tests", "gluster");

    private string HereFolder => Path.Combine(_folder, "a");

    private string ThereFolder => Path.Combine(_folder, "b");

    public static RealGluster Start()
    {
        Require.Component("gluster");
        Sweep();
        var gluster = new RealGluster(Directory.CreateTempSubdirectory(Prefix).FullName);
        File.WriteAllText(Path.Combine(gluster._folder, "owner"), Environment.ProcessId.ToString(CultureInfo.InvariantCulture));
        var (code, said) = Shell.Run($"timeout 60 sh '{Scripts}/start-gluster.sh' '{gluster._folder}'");
        if (code != 0)
        {
            gluster.Dispose();
            Require.Absent("gluster", $"it does not start: {said}");
        }

        return gluster;
    }

    /// <summary>A campaign on the first node.</summary>
    public Campaign Campaign(string body)
    {
        var campaign = new Campaign(body, below: HereFolder);
        return campaign;
    }

    /// <summary>What the second node has of a path of the first.</summary>
    public string There(string path) => ThereFolder + path[HereFolder.Length..];

    /// <summary>Gives a command on the second node.</summary>
    public DotnetBuild StartThere(Campaign campaign, string target, params string[] arguments) =>
        DotnetBuild.Start(There(campaign.Folder), ["-t:" + target, .. arguments], campaign.Environment);

    /// <inheritdoc cref="StartThere"/>
    public BuildOutcome BuildThere(Campaign campaign, string target, params string[] arguments)
    {
        using var build = StartThere(campaign, target, arguments);
        return build.Wait();
    }

    /// <summary>The first node loses the file system, as when its connection is cut for good.</summary>
    public void LoseHere() => Shell.Run($"kill -9 $(cat '{_folder}/a.pid')");

    /// <summary>The server ends and begins anew, which makes it forget who holds locks.</summary>
    public void RestartServer() =>
        Shell.Run(
            $"kill -9 $(cat '{_folder}/brick.pid'); PATH=$PATH:/usr/sbin glusterfsd -f '{_folder}/brick.vol' -p '{_folder}/brick.pid' -l '"
                + $"{_folder}/log/brick.log'"
        );

    /// <summary>Whether both nodes have the file system.</summary>
    public bool IsThere => Shell.Run($"timeout 10 ls '{HereFolder}' '{ThereFolder}'").Code == 0;

    public void Dispose()
    {
        Shell.Run($"timeout 30 sh '{Scripts}/stop-gluster.sh' '{_folder}'");
        Shell.Run($"rm -rf --one-file-system '{_folder}'");
    }

    // What tests that were killed have left. Nothing of anybody else has that mark and an owner that is gone.
    private static void Sweep()
    {
        foreach (var folder in Directory.GetDirectories(Path.GetTempPath(), Prefix + "*"))
        {
            if (
                File.Exists(Path.Combine(folder, ".matterstack-gluster"))
                && File.Exists(Path.Combine(folder, "owner"))
                && int.TryParse(
                    File.ReadAllText(Path.Combine(folder, "owner")),
                    NumberStyles.None,
                    CultureInfo.InvariantCulture,
                    out var owner
                )
                && !Shell.IsAlive(owner)
            )
            {
                new RealGluster(folder).Dispose();
            }
        }
    }
}
