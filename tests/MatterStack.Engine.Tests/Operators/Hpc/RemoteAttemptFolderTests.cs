using System.Text;
using MatterStack.Engine.Operators.Hpc.Staging;
using MatterStack.Engine.Operators.Logs;
using MatterStack.Engine.Operators.Processes;
using MatterStack.Engine.Transports.Shell;

namespace MatterStack.Engine.Tests.Operators.Hpc;

/// <summary>Looks into the folder of an attempt on a cluster, by real shells: one command, whatever is shown and however long.</summary>
[TestClass]
[OSCondition(ConditionMode.Exclude, OperatingSystems.Windows)]
public sealed class RemoteAttemptFolderTests : IDisposable
{
    private readonly TempFolder _folder = new(inMemory: true);
    private readonly CountedShell _shell = new();

    public void Dispose() => _folder.Dispose();

    [TestMethod]
    public void All_that_is_shown_comes_with_one_command()
    {
        _folder.Write("a/stdout.log", string.Concat(Enumerable.Range(1, 1000).Select(static n => $"step {n}\n")));
        _folder.Write("a/stderr.log", "");
        _folder.Write("a/work/OUTCAR", "no end");
        _folder.Write("a/exit_code", "7\n");

        var look = Open().Read(["stdout.log", "stderr.log", "work/OUTCAR", "work/absent"], 100, CancellationToken.None);

        Assert.AreEqual(1, _shell.Calls);
        Assert.IsNull(look.Problem);
        Assert.AreEqual(7, look.ExitCode);
        Assert.AreEqual(FileLookKind.File, look.Files[0].Kind);
        Assert.AreEqual(8893, look.Files[0].Size);
        Assert.IsTrue(look.Files[0].Text.StartsWith("step 99", StringComparison.Ordinal), look.Files[0].Text);
        Assert.IsTrue(look.Files[0].Text.EndsWith("step 999\nstep 1000\n", StringComparison.Ordinal));
        Assert.IsTrue(look.Files[0].Age < TimeSpan.FromMinutes(10));
        Assert.AreEqual((0L, ""), (look.Files[1].Size, look.Files[1].Text));
        Assert.AreEqual("no end", look.Files[2].Text);
        Assert.AreEqual(FileLookKind.Missing, look.Files[3].Kind);
        CollectionAssert.AreEqual((string[])["OUTCAR"], look.Names.ToArray());
    }

    [TestMethod]
    public void What_leads_out_of_the_attempt_or_is_no_file_is_refused_and_a_link_inside_is_followed()
    {
        var secret = _folder.Write("secret", "s");
        _folder.Write("a/work/real", "inside");
        Directory.CreateDirectory(_folder.In("a/work/folder"));
        File.CreateSymbolicLink(_folder.In("a/work/out"), secret);
        File.CreateSymbolicLink(_folder.In("a/work/in"), "real");
        File.CreateSymbolicLink(_folder.In("a/work/nothing"), "gone/away");
        Directory.CreateSymbolicLink(_folder.In("a/work/up"), _folder.Path);

        var look = Open().Read(["work/out", "work/in", "work/folder", "work/nothing", "work/up/secret"], 100, CancellationToken.None);

        Assert.IsTrue(look.Files[0].Refusal!.Contains("leads out", StringComparison.Ordinal));
        Assert.AreEqual("inside", look.Files[1].Text);
        Assert.AreEqual("it is a folder", look.Files[2].Refusal);
        Assert.AreEqual(FileLookKind.Refused, look.Files[3].Kind);
        Assert.IsTrue(look.Files[4].Refusal!.Contains("leads out", StringComparison.Ordinal));
    }

    [TestMethod]
    public void Content_that_looks_like_the_protocol_and_bytes_that_are_no_text_change_nothing()
    {
        File.WriteAllBytes(_folder.Write("a/stdout.log", ""), [.. "@00 0 code 1\n@x end ..\n"u8, 0xff, 0xfe, 0, (byte)'\n', .. "last"u8]);

        var look = Open().Read(["stdout.log", "stderr.log"], 1000, CancellationToken.None);

        Assert.IsNull(look.ExitCode);
        Assert.AreEqual("@00 0 code 1\n@x end ..\n\ufffd\ufffd\0\nlast", look.Files[0].Text);
        Assert.AreEqual(FileLookKind.Missing, look.Files[1].Kind);
    }

    [TestMethod]
    public void A_folder_that_is_gone_is_said() =>
        Assert.AreEqual("its folder host:/a is gone (purged?)", Open("b").Read(["stdout.log"], 9, CancellationToken.None).Problem);

    [TestMethod]
    public void Following_costs_one_command_and_brings_what_is_added_until_the_command_has_ended()
    {
        _folder.Write("a/stdout.log", "shown\n");
        var files = new FollowedFile[] { new("stdout.log", 6), new("work/OUTCAR", 0) };
        var steps = new Queue<Action>([
            () => File.AppendAllText(_folder.In("a/stdout.log"), "one\ntw"),
            () => File.AppendAllText(_folder.In("a/stdout.log"), "o\n"),
            () => _folder.Write("a/work/OUTCAR", new string('x', 600_000) + "\n"),
            // The program begins the file anew, and then puts another file in its place.
            () => File.WriteAllText(_folder.In("a/work/OUTCAR"), "again\n"),
            () =>
            {
                _folder.Write("a/work/next", "another\n");
                File.Move(_folder.In("a/work/next"), _folder.In("a/work/OUTCAR"), overwrite: true);
            },
            () => _folder.Write("a/exit_code", "3\n"),
        ]);
        var got = new Recorder(steps);

        got.Advance();
        var end = Open().Follow(files, got, CancellationToken.None);

        Assert.AreEqual(new FollowEnd(3, null), end);
        Assert.AreEqual(1, _shell.Calls);
        Assert.AreEqual("one\ntwo\n", got.Texts["stdout.log"].ToString());
        Assert.AreEqual(new string('x', 600_000) + "\n<anew>again\n<anew>another\n", got.Texts["work/OUTCAR"].ToString());
        Assert.AreEqual(14, files[0].Position);
    }

    [TestMethod]
    public void Following_ends_there_when_nobody_listens_any_more()
    {
        _folder.Write("a/stdout.log", "");
        using var stop = new CancellationTokenSource();
        var got = new Recorder(new Queue<Action>([stop.Cancel]));

        var end = Open().Follow([new("stdout.log", 0)], got, stop.Token);

        Assert.AreEqual(new FollowEnd(null, null), end);
        Assert.IsTrue(SpinWait.SpinUntil(() => !IsAnyoneIn(_folder.In("a")), TimeSpan.FromMinutes(1)), "a process is left behind");
    }

    [TestMethod]
    public void A_broken_connection_goes_on_where_it_was()
    {
        _folder.Write("a/stdout.log", "one\n");
        var file = new FollowedFile("stdout.log", 0);
        var got = new Recorder(new Queue<Action>([() => _shell.Break!()]));

        Assert.IsNotNull(Open().Follow([file], got, CancellationToken.None).Problem);
        Assert.AreEqual(4, file.Position);

        File.AppendAllText(_folder.In("a/stdout.log"), "two\n");
        _folder.Write("a/exit_code", "0\n");
        Assert.AreEqual(new FollowEnd(0, null), Open().Follow([file], got, CancellationToken.None));
        Assert.AreEqual("one\ntwo\n", got.Texts["stdout.log"].ToString());
        Assert.AreEqual(2, _shell.Calls);
    }

    private RemoteAttemptFolder Open(string folder = "a") => new(_shell, ShellText.Quote(_folder.In(folder)), "host:/a");

    private static bool IsAnyoneIn(string folder) =>
        Directory.Exists("/proc/self")
        && Directory
            .GetDirectories("/proc")
            .Any(process =>
            {
                try
                {
                    return new FileInfo(process + "/cwd").LinkTarget == folder;
                }
                catch (Exception e) when (e is IOException or UnauthorizedAccessException)
                {
                    return false;
                }
            });

    /// <summary>Records what is added; each time that it is asked whether to go on, something happens to the files.</summary>
    private sealed class Recorder(Queue<Action> steps) : IFollower
    {
        public Dictionary<string, StringBuilder> Texts { get; } = [];

        public void Append(FollowedFile file, ReadOnlySpan<byte> bytes) => Find(file).Append(Encoding.UTF8.GetString(bytes));

        public void Restart(FollowedFile file) => Find(file).Append("<anew>");

        public bool Continues()
        {
            Advance();
            return true;
        }

        public void Advance()
        {
            if (steps.TryDequeue(out var step))
            {
                step();
            }
        }

        private StringBuilder Find(FollowedFile file) =>
            Texts.TryGetValue(file.File, out var text) ? text : Texts[file.File] = new StringBuilder();
    }

    private sealed class CountedShell : IShell
    {
        private readonly LocalShell _inner = new(CommandEnvironment.GetVariables().ToDictionary(), TimeProvider.System);

        public int Calls { get; private set; }

        public Action? Break { get; private set; }

        public string Name => "host";

        public ShellResult Run(ShellCall call, CancellationToken cancel)
        {
            Calls++;
            using var broken = CancellationTokenSource.CreateLinkedTokenSource(cancel);
            Break = broken.Cancel;
            return _inner.Run(call, broken.Token);
        }

        public void Dispose() { }
    }
}
