using MatterStack.Acceptance.Support;

namespace MatterStack.Acceptance.Slurm;

/// <summary>A module system of Debian, unpacked beside the machine's files: programs that are started in it find the packages' files at
/// their places, and nobody else does. So the two packages, which conflict, need no installation.</summary>
internal sealed class ModuleRoot : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("matterstack-modules-").FullName;

    /// <param name="package">Package: <c>lmod</c> or <c>environment-modules</c>.</param>
    /// <param name="shell">Program that is <c>/bin/sh</c> there; null: the machine's.</param>
    /// <param name="ownInit">Whether the package's own start-up files stay.</param>
    public ModuleRoot(string package, string? shell, bool ownInit = true)
    {
        Require.Component("slurm");
        Require.Component(package);
        var (code, said) = Shell.Run(
            $"dpkg -x '{Require.FindPackage(package)}' '{_folder}/root' && mkdir -p '{_folder}/root/etc/profile.d' '{_folder}/mods'"
        );
        Assert.AreEqual(0, code, said);
        if (!ownInit)
        {
            Directory.Delete(Path.Combine(_folder, "root/etc/profile.d"), recursive: true);
            Directory.CreateDirectory(Path.Combine(_folder, "root/etc/profile.d"));
        }

        // Each folder that the package has becomes a layer over the machine's.
        Write(
            "enter.sh",
            $"""
            set -eu
            for folder in /etc /usr/lib /usr/share /usr/bin; do
              [ ! -d '{_folder}/root'$folder ] || mount -t overlay overlay -o lowerdir='{_folder}/root'$folder:$folder $folder
            done
            {(shell is null ? "" : $"mount --bind {shell} /bin/sh")}
            exec "$@"
            """
        );
        Write("mods/code/1.0", "#%Module1.0\nsetenv CODE one\nprepend-path PATH /opt/code/1.0/bin\n");
        Write("mods/code/2.0", "#%Module1.0\nsetenv CODE two\n");
        Write("mods/rival", "#%Module1.0\nconflict code\n");
        Write("mods/broken", "#%Module1.0\nputs stderr {the licence server is down}\nexit 1\n");
        Write("mods/needs", "#%Module1.0\nprereq code\nsetenv NEEDS yes\n");
    }

    /// <summary>Command that starts another one in it.</summary>
    public string Enter => $"unshare --mount sh '{_folder}/enter.sh'";

    /// <summary>Folder with modulefiles.</summary>
    public string Modules => Path.Combine(_folder, "mods");

    /// <summary>Adds a start-up file of the site.</summary>
    public void AddProfile(string name, string text) => Write("root/etc/profile.d/" + name, text);

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private void Write(string name, string text)
    {
        var path = Path.Combine(_folder, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
    }
}
