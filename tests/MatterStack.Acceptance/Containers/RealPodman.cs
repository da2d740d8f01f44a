using MatterStack.Acceptance.Support;

namespace MatterStack.Acceptance.Containers;

/// <summary>A podman with storage of the tests' own and an image that has a shell and little else; made by the first test that needs
/// it.</summary>
internal static class RealPodman
{
    public const string Image = "localhost/shell:1";

    private static readonly Lock Gate = new();
    private static string? _folder;

    /// <summary>The program; ends the test where there is none.</summary>
    public static string Need()
    {
        Require.Component("podman");
        lock (Gate)
        {
            if (_folder is null)
            {
                var folder = Directory.CreateTempSubdirectory("matterstack-podman-").FullName;
                var (code, said) = Shell.Run(
                    $"'{Repository.Folder}/tests/podman/make-podman.sh' '{folder}' && '{folder}/podman' run --rm {Image} /bin/sh -c true"
                );
                if (code != 0)
                {
                    Remove(folder);
                    // It is there; what it may do is the machine's affair.
                    Assert.Inconclusive($"podman runs no container on this machine: {said}");
                }

                _folder = folder;
                AppDomain.CurrentDomain.ProcessExit += (_, _) => Remove(folder);
            }

            return Path.Combine(_folder, "podman");
        }
    }

    /// <summary>Names of containers, running or not.</summary>
    public static string Containers() => Shell.Run($"'{_folder}/podman' ps --all --format '{{{{.Names}}}} {{{{.State}}}}'").Said;

    private static void Remove(string folder) => Shell.Run($"rm -rf '{folder}'");
}
