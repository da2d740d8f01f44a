using System.ComponentModel;
using System.Diagnostics;
using System.Runtime.InteropServices;

namespace MatterStack.Acceptance.Support;

/// <summary>What a test needs besides the .NET SDK. Where it is absent the test is inconclusive with the reason; where
/// <c>MATTERSTACK_TEST_REQUIRE</c> lists it, the test fails.</summary>
internal static class Require
{
    /// <summary>Folder with packages that are unpacked and not installed.</summary>
    public static string PackageFolder =>
        Environment.GetEnvironmentVariable("MATTERSTACK_TEST_PACKAGES") is { Length: > 0 } folder ? folder : "/var/cache/matterstack-tests";

    public const string Variable = "MATTERSTACK_TEST_REQUIRE";

    /// <summary>The other side of sshfs, which no connection is needed for.</summary>
    public const string SftpServer = "/usr/lib/openssh/sftp-server";

    public static void Component(string name)
    {
        if (WhyNot(name) is { } reason)
        {
            Absent(name, reason);
        }
    }

    /// <summary>Ends the test: a component could not be used.</summary>
    public static void Absent(string name, string reason)
    {
        var required = (Environment.GetEnvironmentVariable(Variable) ?? "").Split([',', ';', ' '], StringSplitOptions.RemoveEmptyEntries);
        if (required.Contains(name, StringComparer.OrdinalIgnoreCase))
        {
            Assert.Fail($"'{name}' is required by {Variable} and absent: {reason}");
        }

        Assert.Inconclusive($"without '{name}': {reason}");
    }

    /// <summary>Returns the path of an unpacked package's file; null if there is none.</summary>
    public static string? FindPackage(string name) =>
        Directory.Exists(PackageFolder) ? Directory.GetFiles(PackageFolder, name + "_*.deb").FirstOrDefault() : null;

    private static string? WhyNot(string name) =>
        name switch
        {
            "git" => Runs("git", "--version"),
            "slurm" => Found("sbatch") ?? Found("slurmctld") ?? Found("slurmd") ?? Found("munged"),
            // The daemons cannot be kept to one interface, so they get a network of their own.
            "gridengine" => Environment.IsPrivilegedProcess
                ? Found("qsub")
                    ?? Found("ip")
                    ?? (
                        File.Exists("/usr/lib/gridengine/sge_qmaster") && File.Exists("/usr/lib/gridengine/sge_execd")
                            ? null
                            : "there are no daemons of Grid Engine"
                    )
                : "a network namespace needs root",
            "cron" => Environment.IsPrivilegedProcess ? Found("cron") ?? Found("crontab") ?? Found("pgrep") : "cron needs root",
            "systemd-analyze" => Found("systemd-analyze"),
            "slurmdbd" => Found("slurmdbd") ?? Found("mariadbd"),
            "ssh" => Found("sshd") ?? Found("ssh-keygen"),
            "lammps" => Found("lmp"),
            "pw" => Found("pw.x")
                ?? (File.Exists("/usr/share/espresso/pseudo/Si.pz-vbc.UPF") ? null : "there is no pseudopotential of silicon"),
            "cp2k" => Found("cp2k"),
            // Open MPI's own launcher, and the library that srun needs for it.
            "mpi" => Found("mpirun"),
            "pmix" => Found("srun")
                ?? (Libraries.Any(File.Exists) ? null : "Slurm's plugin for PMIx finds no libpmix.so (package libpmix-dev)"),
            "lmod" or "environment-modules" => Layers()
                ?? (FindPackage(name) is null ? $"there is no package file {name}_*.deb in {PackageFolder}" : null)
                ?? (name == "lmod" ? Runs("lua5.3", "-e", "require 'posix'; require 'term'; require 'lfs'") : Found("tclsh8.6")),
            "podman" => Environment.IsPrivilegedProcess
                ? Found("podman") ?? Found("runc") ?? Found("busybox")
                : "storage of its own needs root",
            "openssl" => Runs("openssl", "version"),
            // The system's own Python: that is where a package of the distribution goes.
            "rdflib" => Runs("/usr/bin/python3", "-c", "import rdflib"),
            "chromium" => Runs("chromium", "--version"),
            "pandas" => Runs("/usr/bin/python3", "-c", "import pandas"),
            // Its library of this system is in a package that a test restores.
            "duckdb" => OperatingSystem.IsLinux() && RuntimeInformation.OSArchitecture is Architecture.X64
                ? null
                : "this is another system",
            "npm" => Runs("node", "--version") ?? Runs("npm", "--version"),
            "linux" => OperatingSystem.IsLinux() ? null : "this is another system",
            "unshare" => Runs("unshare", "--pid", "--fork", "--mount-proc", "true"),
            "gluster" => Mounts() ?? Found("glusterfsd") ?? Found("glusterfs"),
            "sshfs" => Mounts() ?? Found("sshfs") ?? (File.Exists(SftpServer) ? null : $"there is no {SftpServer}"),
            "users" => AnotherUser(),
            "interrupts" => Interrupts(),
            "cgroup-memory" => GroupsOfMemory(),
            _ => throw new ArgumentException($"'{name}' is not a component that tests know", nameof(name)),
        };

    private static IEnumerable<string> Libraries =>
        Directory
            .GetDirectories("/usr/lib", "*-linux-gnu")
            .SelectMany(folder => Directory.GetDirectories(folder, "pmix*").Select(pmix => Path.Combine(pmix, "lib", "libpmix.so")));

    // A layer over a folder of the system, seen by the test's programs only.
    private static string? Layers() =>
        Environment.IsPrivilegedProcess
            ? Found("dpkg") ?? Runs("unshare", "--mount", "mount", "-t", "overlay", "-o", "lowerdir=/usr/share:/etc", "overlay", "/mnt")
            : "a file system of its own needs root";

    private static string? Mounts() =>
        !Environment.IsPrivilegedProcess ? "mounting needs root"
        : File.Exists("/dev/fuse") ? null
        : "there is no /dev/fuse";

    private static string? Runs(string program, params string[] arguments)
    {
        try
        {
            using var process = Process.Start(
                new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true }
            )!;
            process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            return process.ExitCode == 0 ? null : $"'{program} {string.Join(' ', arguments)}' fails";
        }
        catch (Win32Exception)
        {
            return $"there is no program '{program}'";
        }
    }

    // Daemons do not all say their version, and stand where a user's path may not lead.
    private static string? Found(string program) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "")
            .Split(Path.PathSeparator)
            .Concat(["/usr/sbin", "/sbin"])
            .Any(folder => File.Exists(Path.Combine(folder, program)))
            ? null
            : $"there is no program '{program}'";

    // The other user has to read the SDK and the clone.
    private static string? AnotherUser()
    {
        const string other = "DOTNET_CLI_HOME=/nowhere setpriv --reuid=65533 --regid=65532 --clear-groups";
        return !Environment.IsPrivilegedProcess
            ? "only root has processes of two users"
            : Found("setpriv")
                ?? Runs("sh", "-c", $"{other} \"${{DOTNET_HOST_PATH:-dotnet}}\" --list-sdks")
                ?? Runs("sh", "-c", $"{other} test -r '{typeof(Require).Assembly.Location}'");
    }

    // Slurm keeps jobs to their memory with these.
    private static string? GroupsOfMemory()
    {
        const string groups = "/sys/fs/cgroup/memory";
        var mine = Path.Combine(groups, $"matterstack-{Environment.ProcessId}-{Environment.CurrentManagedThreadId}");
        try
        {
            var made =
                Directory.Exists(groups) && File.Exists(Path.Combine(Directory.CreateDirectory(mine).FullName, "memory.limit_in_bytes"));
            return made ? null : $"{groups} is not a hierarchy of control groups";
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return $"no control group can be made in {groups}: {e.Message}";
        }
        finally
        {
            if (Directory.Exists(mine))
            {
                Directory.Delete(mine);
            }
        }
    }

    // A shell without job control starts what it puts into the background with interrupts ignored, and that is inherited.
    private static string? Interrupts()
    {
        const string status = "/proc/self/status";
        const ulong interrupt = 1 << 1;
        return
            File.Exists(status)
            && File.ReadLines(status).FirstOrDefault(l => l.StartsWith("SigIgn:", StringComparison.Ordinal)) is { } line
            && (Convert.ToUInt64(line[7..].Trim(), 16) & interrupt) != 0
            ? "the tests were started with SIGINT ignored (in the background of a shell without job control)"
            : null;
    }
}
