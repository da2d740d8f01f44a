using System.Diagnostics;
using System.Net.Sockets;
using System.Text;
using MatterStack.Engine.Commands.Hosting;
using MatterStack.Engine.Evidence;
using MatterStack.Engine.Evidence.Signing;
using MatterStack.Engine.Evidence.Verification;
using MatterStack.Engine.Files;
using MatterStack.Engine.Tests.Commands;
using MatterStack.Engine.Transports.Shell;
using MatterStack.Engine.Wiring;
using MatterStack.Engine.Wiring.Parsing;

namespace MatterStack.Engine.Tests.Files;

/// <summary>Names of users that lead to devices, pipes, folders and sockets: each is refused with words, and none is waited for.</summary>
[TestClass]
[OSCondition(OperatingSystems.Linux)]
public sealed class RegularFileTests : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly Socket _listener = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);

    public RegularFileTests()
    {
        Shell($"mkfifo pipe; mkdir folder; ln -s pipe link; ln -s /dev/zero endless; truncate -s 100G sparse");
        _listener.Bind(new UnixDomainSocketEndPoint(_folder.In("socket")));
    }

    public void Dispose()
    {
        _listener.Dispose();
        _folder.Dispose();
    }

    public static IEnumerable<object[]> NoFiles =>
        [
            ["pipe", "a named pipe"],
            ["link", "a named pipe"],
            ["folder", "a folder"],
            ["socket", "a socket"],
            ["endless", "a character device"],
            ["/dev/null", "a character device"],
            ["/proc/self", "a folder"],
        ];

    [TestMethod]
    [DynamicData(nameof(NoFiles))]
    public void What_is_no_file_is_not_opened(string name, string kind)
    {
        var path = _folder.In(name);

        Assert.AreEqual(
            $"{path} is not a regular file but {kind}",
            Assert.ThrowsExactly<IOException>(() => RegularFile.OpenRead(path)).Message
        );
        Assert.AreEqual(
            $"{path} is not a regular file but {kind}",
            Assert.ThrowsExactly<IOException>(() => RealDisk.Instance.ReadAllBytes(path)).Message
        );
    }

    [TestMethod]
    public void What_is_not_there_is_another_thing_than_what_cannot_be_opened()
    {
        Assert.ThrowsExactly<FileNotFoundException>(() => RegularFile.OpenRead(_folder.In("none")));
        Assert.ThrowsExactly<FileNotFoundException>(() => RegularFile.OpenRead(_folder.In("none/none")));
    }

    [TestMethod]
    public void A_file_is_read_up_to_its_limit_whatever_length_it_says_it_has()
    {
        _folder.Write("ten", "0123456789");

        Assert.AreEqual("0123456789", Encoding.ASCII.GetString(RegularFile.Read(_folder.In("ten"), 10)!));
        Assert.IsNull(RegularFile.Read(_folder.In("ten"), 9));
        Assert.IsNull(RegularFile.Read(_folder.In("sparse"), 16 << 20));
        // Its length is 0, and it has some.
        Assert.IsNotEmpty(RegularFile.Read("/proc/self/status", 1 << 20)!);
        Assert.IsNull(RegularFile.Read("/proc/self/status", 100));
        _folder.Write("empty", "");
        Assert.IsEmpty(RegularFile.Read(_folder.In("empty"), 0)!);
        _folder.Write("page", new string('x', 4096));
        Assert.HasCount(4096, RegularFile.Read(_folder.In("page"), 4096)!);
        _folder.Write("more", new string('x', 4097));
        Assert.IsNull(RegularFile.Read(_folder.In("more"), 4096));
    }

    [TestMethod]
    [DynamicData(nameof(NoFiles))]
    public void Wiring_that_is_no_file_is_refused(string name, string kind)
    {
        var path = _folder.In(name);

        var problem = WiringFiles.Read(RealDisk.Instance, path, "OperatorsConfig names").Problems.Single();

        Assert.Contains(kind, problem.Message);
        Assert.AreEqual(WiringCodes.FileUnreadable, problem.Code);
    }

    [TestMethod]
    [DynamicData(nameof(NoFiles))]
    public void A_key_and_evidence_that_are_no_files_are_refused(string name, string kind)
    {
        var path = _folder.In(name);

        var key = Signer.Load(path).Problems.Single();
        Assert.AreEqual(EvidenceCodes.KeyUnusable, key.Code);
        Assert.Contains(kind, key.Message);
        Assert.AreEqual(EvidenceCodes.NoBundle, EvidenceVerifier.VerifyBundle(path, null, Schedulers.Schema).Problems.Single().Code);
        Assert.IsFalse(SecretReference.Resolve($"${{file:{path}}}", _ => null, RealDisk.Instance, new WiringPaths("/", "/")).IsSuccess);
        // Of an archive that has no end.
        Assert.AreEqual(EvidenceCodes.KeyUnusable, Signer.Load(_folder.In("sparse")).Problems.Single().Code);
    }

    [TestMethod]
    [DynamicData(nameof(NoFiles))]
    public void Files_of_ssh_that_are_none_are_refused_before_ssh_reads_them(string name, string kind)
    {
        foreach (
            var target in new[]
            {
                new SshTarget("nowhere", null, null, _folder.In(name), null, null, []),
                new SshTarget("nowhere", null, null, null, null, _folder.In(name), []),
            }
        )
        {
            using var shell = new SshShell(target, new Dictionary<string, string>(), TimeProvider.System, _folder.Path);

            var answer = shell.Run(new ShellCall("true", TimeSpan.FromHours(1)), CancellationToken.None);

            Assert.Contains($"for ssh is not a regular file but {kind}", ((ShellResult.NoAnswer)answer).Reason);
        }
    }

    [TestMethod]
    public void A_staged_file_that_is_none_is_said_with_its_task()
    {
        using var world = new CommandWorld();
        Directory.CreateDirectory(world.In("campaign"));
        Shell($"mkfifo {world.In("campaign/pipe")}; ln -s /dev/zero {world.In("campaign/zero")}");
        world.Task("a", "true", ("Files", "pipe")).Task("b", "true", ("Files", "p*"));

        Assert.IsFalse(world.Init());

        Assert.IsTrue(
            world.Reported.All(p => p.Message.Contains("named pipe", StringComparison.Ordinal)),
            string.Join("; ", world.Reported)
        );
        Assert.HasCount(2, world.Reported);
    }

    [TestMethod]
    [DataRow("mkfifo results.json", "results.json is not a regular file but a named pipe")]
    [DataRow("mkdir results.json", "results.json is not a regular file but a folder")]
    [DataRow("truncate -s 100G results.json", "results.json is larger than 16 MiB")]
    public void Results_that_are_no_file_fail_their_attempt(string command, string why)
    {
        using var world = new CommandWorld();
        world.Task("bad", command).Task("good", "true");

        Assert.IsFalse(world.Loop());

        Assert.AreEqual("bad=FAILED good=COMPLETED", world.States());
        Assert.Contains(why, world.Query("SELECT reason FROM tasks WHERE task_id = 'bad'").Single()!);
    }

    [TestMethod]
    [DataRow("rm -f ../exit_code; ln -s /dev/zero ../exit_code")]
    [DataRow("rm -f ../exit_code; mkfifo ../exit_code")]
    [DataRow("rm -f ../exit_code; truncate -s 100G ../exit_code")]
    public void An_exit_code_that_is_no_file_hangs_nobody(string command)
    {
        using var world = new CommandWorld();
        world.Task("odd", command).Task("good", "true");

        world.Loop();

        Assert.DoesNotContain("RUNNING", world.States());
    }

    [TestMethod]
    public void Times_that_no_calendar_has_do_no_harm()
    {
        using var memory = new TempFolder(inMemory: true);
        var file = memory.Write("old", "x");
        Shell($"touch -d @300000000000 {file}");

        Assert.IsGreaterThanOrEqualTo(DateTimeOffset.UtcNow, FileTime.ReadWriteTime(file));
        Assert.IsNotNull(FileStamp.FindStamp(file));
        HashedCopy.CopyFile(file, memory.In("copy"));
        Assert.IsTrue(File.Exists(memory.In("copy")));
    }

    private void Shell(string script)
    {
        using var shell = Process.Start(new ProcessStartInfo("/bin/sh", ["-c", script]) { WorkingDirectory = _folder.Path })!;
        shell.WaitForExit();
        Assert.AreEqual(0, shell.ExitCode);
    }
}
