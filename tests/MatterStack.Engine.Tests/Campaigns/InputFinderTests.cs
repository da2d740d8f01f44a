using System.Net.Sockets;
using System.Runtime.InteropServices;
using MatterStack.Engine.Campaigns;
using MatterStack.Engine.Campaigns.Loading;
using MatterStack.Engine.Problems;

namespace MatterStack.Engine.Tests.Campaigns;

/// <summary>What <c>Files</c> may name, and under which names it may be put into <c>work/</c>.</summary>
[TestClass]
public sealed partial class InputFinderTests : IDisposable
{
    private static readonly SourcePosition Place = new("c.proj", 4, 19);
    private readonly TempFolder _project = new();

    public void Dispose() => _project.Dispose();

    [TestMethod]
    [OSCondition(OperatingSystems.Linux)]
    [DataRow("odd/pipe")]
    [DataRow("odd/*")]
    [DataRow("**")]
    [DataRow("link")]
    public void A_named_pipe_is_refused_and_not_waited_for(string files)
    {
        _project.Write("odd/x", "x");
        Assert.AreEqual(0, MakePipe(_project.In("odd/pipe"), 0x1b6));
        File.CreateSymbolicLink(_project.In("link"), "odd/pipe");

        StringAssert.Contains(Refused(files).Message, "is a named pipe");
    }

    [TestMethod]
    [OSCondition(OperatingSystems.Linux)]
    public void A_socket_is_refused()
    {
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        socket.Bind(new UnixDomainSocketEndPoint(_project.In("s")));

        StringAssert.Contains(Refused("*").Message, "'s' is a socket");
    }

    [TestMethod]
    [OSCondition(OperatingSystems.Linux)]
    public void A_character_device_is_refused()
    {
        // Inside the project by a mount or by mknod; a test without either asks the part that looks.
        Assert.AreEqual("a character device", MatterStack.Engine.Files.FileKind.FindSpecialKind("/dev/zero"));
        StringAssert.Contains(
            Assert.ThrowsExactly<IOException>(() => MatterStack.Engine.Files.RegularFile.OpenHandle("/dev/zero").Dispose()).Message,
            "a character device"
        );
        StringAssert.Contains(
            Assert.ThrowsExactly<IOException>(() => MatterStack.Engine.Files.RealDisk.Instance.OpenRead("/dev/zero").Dispose()).Message,
            "a character device"
        );
    }

    [TestMethod]
    [OSCondition(ConditionMode.Exclude, OperatingSystems.Windows)]
    [DataRow("d/self")]
    [DataRow("d/**")]
    [DataRow("**")]
    public void A_link_to_itself_is_an_error_of_the_task(string files)
    {
        _project.Write("d/x", "x");
        File.CreateSymbolicLink(_project.In("d/self"), "self");

        StringAssert.Contains(Refused(files).Message, _project.In("d/self"));
    }

    [TestMethod]
    [OSCondition(ConditionMode.Exclude, OperatingSystems.Windows)]
    public void A_folder_that_links_to_itself_is_gone_through_once()
    {
        _project.Write("d/x", "x");
        Directory.CreateSymbolicLink(_project.In("d/loop"), ".");

        Assert.AreEqual("d/x", string.Join(' ', Define("**").Value.Tasks[0].Inputs.Select(i => i.Path)));
    }

    [TestMethod]
    [DataRow("x=>deps/a/o.txt")]
    [DataRow("x=>deps")]
    [DataRow("deps/**")]
    public void What_dependencies_hand_over_is_not_overwritten(string files)
    {
        _project.Write("x", "x");
        _project.Write("deps/a/o.txt", "x");
        var task = Task(files) with { DependsOn = ["a"] };

        var problem = CampaignDefinition.Create(_project.Path, [Task() with { Id = "a" }, task], null).Problems.Single();

        Assert.AreEqual(CampaignCodes.IllegalMetadata, problem.Code);
        StringAssert.Contains(problem.Message, "dependencies");
    }

    [TestMethod]
    public void A_folder_of_that_name_is_one_like_others_where_there_is_no_dependency()
    {
        _project.Write("deps/a", "x");

        Assert.IsTrue(Define("deps/**").IsSuccess);
    }

    [TestMethod]
    [DataRow("x=>results.json", DisplayName = "the task's own results")]
    [DataRow("x=>y;z=>y", DisplayName = "one name twice")]
    [DataRow("x=>y;z=>y/z", DisplayName = "file and folder")]
    public void Names_that_collide_are_refused(string files)
    {
        _project.Write("x", "x");
        _project.Write("z", "z");

        Assert.AreEqual(CampaignCodes.IllegalMetadata, Refused(files).Code);
    }

    [TestMethod]
    [OSCondition(OperatingSystems.Linux)]
    [DataRow("*", "d")]
    [DataRow("**", "d/x")]
    public void A_name_that_is_not_UTF8_is_shown_by_its_bytes(string files, string path)
    {
        Shell(
            path == "d"
                ? "printf x > \"$1/$(printf 'caf\\351')\""
                : "mkdir \"$1/$(printf 'caf\\351')\"; printf x > \"$1/$(printf 'caf\\351')/x\""
        );
        try
        {
            StringAssert.Contains(Refused(files).Message, "'caf\\xe9' in " + _project.Path);
        }
        finally
        {
            // .NET cannot delete it either.
            Shell("rm -rf \"$1\"/caf*");
        }
    }

    private void Shell(string command)
    {
        using var shell = System.Diagnostics.Process.Start("/bin/sh", ["-c", command, "sh", _project.Path]);
        shell.WaitForExit();
    }

    private static CampaignTask Task(string files = "") =>
        new()
        {
            Id = "t",
            Command = "true",
            Files = [.. files.Split(';', StringSplitOptions.RemoveEmptyEntries).Select(FileRequest.FromString)],
            DeclaredAt = Place,
        };

    private Result<CampaignDefinition> Define(string files) => CampaignDefinition.Create(_project.Path, [Task(files)], null);

    private Problem Refused(string files)
    {
        var problem = Define(files).Problems.Single();
        Assert.AreEqual(Place, problem.Position);
        StringAssert.StartsWith(problem.Message, "Task 't': ");
        return problem;
    }

    [LibraryImport("libc", EntryPoint = "mkfifo", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int MakePipe(string path, int mode);
}
