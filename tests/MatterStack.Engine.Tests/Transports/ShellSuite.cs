using System.Security.Cryptography;
using System.Text;
using MatterStack.Engine.Identity;
using MatterStack.Engine.Operators.Processes;
using MatterStack.Engine.Transports.Shell;

namespace MatterStack.Engine.Tests.Transports;

/// <summary>What must hold of every way to reach a machine.</summary>
public abstract partial class ShellSuite : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private protected readonly TempFolder Folder = new();

    /// <summary>Environment of commands, as operators give it.</summary>
    private protected static IReadOnlyDictionary<string, string> CleanEnvironment => CommandEnvironment.GetVariables().ToDictionary();

    private protected abstract IShell Open();

    public void Dispose()
    {
        Folder.Dispose();
        GC.SuppressFinalize(this);
    }

    [TestMethod]
    public void Exit_code_output_and_error_come_back_as_they_were()
    {
        using var shell = Open();
        var ended = Ended(shell.Run(new ShellCall("printf 'a  b\\n\\n'; echo wrong >&2; exit 42", Patience), CancellationToken.None));
        Assert.AreEqual(42, ended.ExitCode);
        Assert.AreEqual("a  b\n\n", ended.Output);
        Assert.AreEqual("wrong\n", ended.Error);
    }

    [TestMethod]
    public void Quoted_text_arrives_whatever_it_holds()
    {
        const string text = "a 'b' \"c\" $HOME `id` \\ ! * ; & | > ü\n\t-n";
        using var shell = Open();
        Assert.AreEqual(
            text,
            Ended(shell.Run(new ShellCall("printf %s " + ShellText.Quote(text), Patience), CancellationToken.None)).Output
        );
    }

    [TestMethod]
    public void A_script_of_a_megabyte_is_read_whole_before_it_runs_and_cannot_be_eaten_by_what_it_starts()
    {
        using var shell = Open();
        var script =
            "cat\n"
            + string.Concat(Enumerable.Range(0, 20_000).Select(i => $": line {i} of a long script with some words in it\n"))
            + "echo end";
        Assert.AreEqual("end\n", Ended(shell.Run(new ShellCall(script, Patience), CancellationToken.None)).Output);
    }

    [TestMethod]
    public void What_a_script_reads_and_writes_passes_unchanged_also_where_it_looks_like_a_mark()
    {
        using var shell = Open();
        var sent = Encoding.UTF8.GetBytes("\n>>0123 5\n<<\n").Concat(RandomNumberGenerator.GetBytes(3_000_000)).ToArray();
        using var came = new MemoryStream();
        var ended = Ended(
            shell.Run(
                new ShellCall("cat; exit 3", Patience) { Input = stream => stream.Write(sent), Output = came },
                CancellationToken.None
            )
        );
        Assert.AreEqual(3, ended.ExitCode);
        CollectionAssert.AreEqual(sent, came.ToArray());
    }

    [TestMethod]
    public void A_command_that_hangs_is_no_answer_and_not_an_end()
    {
        using var shell = Open();
        var none = None(
            shell.Run(new ShellCall("echo begun; read never < /dev/tty || sleep 100", TimeSpan.FromSeconds(3)), CancellationToken.None)
        );
        StringAssert.Contains(none.Reason, "no answer within 3 s");
    }

    [TestMethod]
    public void A_script_that_is_killed_is_no_answer()
    {
        using var shell = Open();
        // The shell that would have marked the end: parent of the one that runs the script.
        None(shell.Run(new ShellCall("echo part; kill -9 $$", Patience), CancellationToken.None));
    }

    [TestMethod]
    public void Files_come_back_whatever_their_size_and_name()
    {
        using var shell = Open();
        byte[][] contents =
        [
            [],
            [0],
            RandomNumberGenerator.GetBytes(100),
            RandomNumberGenerator.GetBytes(2_000_000),
        ];
        string[] names = ["plain", "a b'\"c\\ü\nd*", new string('n', 255), "-n"];
        for (var i = 0; i < names.Length; i++)
        {
            Put(names[i], contents[i]);
        }

        var back = names.Select(name => Fetched(name)).ToList();
        var answer = new FileFetcher(shell, Patience).FetchFiles(Store, back, CancellationToken.None);
        Assert.IsNull(answer.Interruption);
        for (var i = 0; i < contents.Length; i++)
        {
            CollectionAssert.AreEqual(contents[i], File.ReadAllBytes(back[i].TargetPath));
            Assert.AreEqual(
                new FetchResult.Fetched(Sha256.ComputeHash(contents[i]), contents[i].Length, IsChanging: false),
                answer.Results[back[i]]
            );
        }

        Assert.HasCount(contents.Length, Directory.GetFileSystemEntries(Folder.In("back")));
        Assert.IsEmpty(Directory.GetFileSystemEntries(Folder.In("parts")), "parts are gone");
    }

    [TestMethod]
    public void A_hole_is_fetched_as_a_hole()
    {
        using var shell = Open();
        Directory.CreateDirectory(Folder.In("far/inputs"));
        using (var file = new FileStream(Path.Combine(Folder.In("far/inputs"), "holes"), FileMode.CreateNew))
        {
            for (var i = 0; i < 60; i++)
            {
                file.Position = i * 3_000_000;
                file.WriteByte((byte)(i + 1));
            }

            file.SetLength(200_000_000);
        }

        var wanted = Fetched("holes");
        var answer = new FileFetcher(shell, Patience).FetchFiles(Store, [wanted], CancellationToken.None);

        Assert.IsInstanceOfType<FetchResult.Fetched>(answer.Results[wanted], answer.Results[wanted].ToString());
        Assert.IsLessThan(2_000_000, answer.MovedBytes, "holes are not sent");
        using var there = File.OpenRead(Path.Combine(Folder.In("far/inputs"), "holes"));
        using var here = File.OpenRead(wanted.TargetPath);
        Assert.AreEqual(Sha256.ComputeHash(there), Sha256.ComputeHash(here));
    }

    [TestMethod]
    public void What_cannot_be_fetched_keeps_nothing_else_from_coming()
    {
        using var shell = Open();
        Directory.CreateDirectory(Folder.In("far/inputs/folder"));
        foreach (var name in new[] { "a", "gone", "z" })
        {
            File.WriteAllText(Path.Combine(Folder.In("far/inputs"), name), name);
        }

        FetchedFile[] files = [Fetched("a"), Fetched("gone"), Fetched("folder") with { Size = 5 }, Fetched("z")];
        File.Delete(Path.Combine(Folder.In("far/inputs"), "gone"));
        var answer = new FileFetcher(shell, Patience).FetchFiles(Store, files, CancellationToken.None);

        Assert.IsNull(answer.Interruption);
        Assert.IsInstanceOfType<FetchResult.Fetched>(answer.Results[files[0]]);
        Assert.IsInstanceOfType<FetchResult.Vanished>(answer.Results[files[1]]);
        Assert.AreEqual(new FetchResult.Failed("Is a directory", IsPermanent: false), answer.Results[files[2]]);
        Assert.IsInstanceOfType<FetchResult.Fetched>(answer.Results[files[3]]);
        Assert.AreEqual("z", File.ReadAllText(files[3].TargetPath));
    }

    /// <summary>Folder that stands for one on the other machine, as a shell word.</summary>
    private protected string Store => ShellText.Quote(Folder.In("far/inputs"));

    /// <summary>A file in it, as it is to be fetched.</summary>
    private protected FetchedFile Fetched(string name)
    {
        var file = new FileInfo(Path.Combine(Folder.In("far/inputs"), name));
        return new FetchedFile(
            name,
            file.Exists ? file.Length : 0,
            file.LastWriteTimeUtc,
            Path.Combine(Folder.In("back"), name),
            Folder.In("parts")
        );
    }

    private protected void Put(string name, byte[] content)
    {
        Directory.CreateDirectory(Folder.In("far/inputs"));
        File.WriteAllBytes(Path.Combine(Folder.In("far/inputs"), name), content);
    }

    private protected static ShellResult.Ended Ended(ShellResult answer)
    {
        Assert.IsInstanceOfType<ShellResult.Ended>(answer, answer.ToString());
        return (ShellResult.Ended)answer;
    }

    private protected static ShellResult.NoAnswer None(ShellResult answer)
    {
        Assert.IsInstanceOfType<ShellResult.NoAnswer>(answer, answer.ToString());
        return (ShellResult.NoAnswer)answer;
    }
}
