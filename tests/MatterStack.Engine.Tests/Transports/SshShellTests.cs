using System.Diagnostics;
using MatterStack.Acceptance.Support;
using MatterStack.Engine.Transports.Shell;

namespace MatterStack.Engine.Tests.Transports;

/// <summary>The suite over OpenSSH, with an sshd of the test's own, and what is particular to ssh.</summary>
[TestClass]
[Slow]
[System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
public sealed class SshShellTests : ShellSuite
{
    private static TempFolder? _sshd;

    [ClassInitialize]
    public static void Start(TestContext context)
    {
        Require.Component("ssh");
        _sshd = new TempFolder();
        Script("start-sshd.sh", Port.FindFreeText());
    }

    [ClassCleanup]
    public static void Stop()
    {
        if (_sshd is not null)
        {
            Script("stop-sshd.sh");
            _sshd.Dispose();
        }
    }

    private protected override IShell Open() => To("cluster");

    [TestMethod]
    public void Commands_share_one_connection_in_a_folder_that_is_the_users_alone()
    {
        using var shell = Open();
        Ended(shell.Run(new ShellCall("true", TimeSpan.FromSeconds(60)), CancellationToken.None));
        var first = Ended(shell.Run(new ShellCall("echo $SSH_CONNECTION", TimeSpan.FromSeconds(60)), CancellationToken.None)).Output;
        using var another = Open();
        Assert.AreEqual(
            first,
            Ended(another.Run(new ShellCall("echo $SSH_CONNECTION", TimeSpan.FromSeconds(60)), CancellationToken.None)).Output,
            "another port would be another connection"
        );
        Assert.AreEqual(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(Sockets));
    }

    [TestMethod]
    public void A_jump_host_is_gone_through()
    {
        using var shell = To("cluster-jumped");
        Assert.AreEqual("there\n", Ended(shell.Run(new ShellCall("echo there", TimeSpan.FromSeconds(60)), CancellationToken.None)).Output);
    }

    [TestMethod]
    public void A_host_whose_key_is_not_known_is_refused_whatever_the_configuration_says()
    {
        using var shell = To("cluster-unknown");
        var none = None(shell.Run(new ShellCall("true", TimeSpan.FromSeconds(60)), CancellationToken.None));
        Assert.IsFalse(none.WasReached);
        StringAssert.Contains(none.Reason, "Host key verification failed");
    }

    [TestMethod]
    public void A_host_that_is_not_there_is_no_answer_with_the_text_of_ssh()
    {
        using var shell = new SshShell(
            new SshTarget("127.0.0.1", null, Port.FindFree(), null, null, _sshd!.In("ssh_config"), []),
            CleanEnvironment,
            TimeProvider.System,
            Sockets
        );
        var none = None(shell.Run(new ShellCall("true", TimeSpan.FromSeconds(60)), CancellationToken.None));
        Assert.IsFalse(none.WasReached);
        StringAssert.Contains(none.Reason, "Connection refused");
    }

    [TestMethod]
    public void The_users_own_shared_connection_is_used_where_there_is_one()
    {
        var socket = Folder.In("own");
        var options = new[] { "-F", _sshd!.In("ssh_config"), "-o", "ControlPath=" + socket };
        using (
            var master = Process.Start(
                new ProcessStartInfo(
                    "/bin/sh",
                    ["-c", "exec \"$@\" </dev/null >/dev/null 2>&1", "sh", "ssh", "-fNM", .. options, "cluster"]
                )
            )!
        )
        {
            master.WaitForExit();
            Assert.AreEqual(0, master.ExitCode);
        }

        try
        {
            // As if it stood in the configuration of a user who has logged in with a second factor; without it there is no way in here.
            using var shell = To("cluster", "ControlPath=" + socket, "PubkeyAuthentication=no");
            Ended(shell.Run(new ShellCall("true", TimeSpan.FromSeconds(60)), CancellationToken.None));
        }
        finally
        {
            using var end = Process.Start(
                new ProcessStartInfo("ssh", ["-q", .. options, "-O", "exit", "cluster"]) { RedirectStandardError = true }
            )!;
            end.WaitForExit();
        }
    }

    [TestMethod]
    public void A_folder_of_somebody_elses_is_not_taken_for_sockets()
    {
        Directory.CreateDirectory(Folder.In("other"));
        File.CreateSymbolicLink(Folder.In("matterstack-me"), Folder.In("other"));
        Assert.ThrowsExactly<IOException>(() => PrivateFolder.OpenOrCreate("me", Folder.Path));
    }

    private static string Sockets => PrivateFolder.OpenOrCreate("t", _sshd!.Path);

    private static SshShell To(string host, params string[] options) =>
        new(new SshTarget(host, null, null, null, null, _sshd!.In("ssh_config"), options), CleanEnvironment, TimeProvider.System, Sockets);

    private static void Script(string name, params string[] arguments)
    {
        using var process = Process.Start(
            new ProcessStartInfo(Path.Combine(Repository.Folder, "tests", "slurm", name), [_sshd!.Path, .. arguments])
        )!;
        process.WaitForExit();
        Assert.AreEqual(0, process.ExitCode, name);
    }
}
