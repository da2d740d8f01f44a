using System.Security.Cryptography;
using System.Text;
using MatterStack.Engine.Identity;
using MatterStack.Engine.Operators.Local.Native;
using MatterStack.Engine.Transports;

namespace MatterStack.Engine.Tests.Transports;

/// <summary>What must hold of every way to reach a machine.</summary>
public abstract partial class ShellSuite : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private protected readonly TempFolder Folder = new();

    /// <summary>Environment of commands, as operators give it.</summary>
    private protected static IReadOnlyDictionary<string, string> CleanEnvironment => UnixProcessHost.CommandEnvironment().ToDictionary();

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
        Assert.AreEqual(text, Ended(shell.Run(new ShellCall("printf %s " + ShellText.Quote(text), Patience), CancellationToken.None)).Output);
    }

    [TestMethod]
    public void A_script_of_a_megabyte_is_read_whole_before_it_runs_and_cannot_be_eaten_by_what_it_starts()
    {
        using var shell = Open();
        var script = "cat\n" + string.Concat(Enumerable.Range(0, 20_000).Select(i => $": line {i} of a long script with some words in it\n")) + "echo end";
        Assert.AreEqual("end\n", Ended(shell.Run(new ShellCall(script, Patience), CancellationToken.None)).Output);
    }

    [TestMethod]
    public void What_a_script_reads_and_writes_passes_unchanged_also_where_it_looks_like_a_mark()
    {
        using var shell = Open();
        var sent = Encoding.UTF8.GetBytes("\n>>0123 5\n<<\n").Concat(RandomNumberGenerator.GetBytes(3_000_000)).ToArray();
        using var came = new MemoryStream();
        var ended = Ended(shell.Run(new ShellCall("cat; exit 3", Patience) { Input = stream => stream.Write(sent), Output = came }, CancellationToken.None));
        Assert.AreEqual(3, ended.ExitCode);
        CollectionAssert.AreEqual(sent, came.ToArray());
    }

    [TestMethod]
    public void A_command_that_hangs_is_no_answer_and_not_an_end()
    {
        using var shell = Open();
        var none = None(shell.Run(new ShellCall("echo begun; read never < /dev/tty || sleep 100", TimeSpan.FromSeconds(3)), CancellationToken.None));
        StringAssert.Contains(none.Why, "no answer within 3 s");
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
        byte[][] contents = [[], [0], RandomNumberGenerator.GetBytes(100), RandomNumberGenerator.GetBytes(2_000_000)];
        var back = contents.Select((content, i) => There($"s'{i}", content, Folder.In($"back/a b'{i}"))).ToList();
        Directory.CreateDirectory(Folder.In("back"));
        Assert.IsNull(new FileFetcher(shell, Patience).Bring(back, CancellationToken.None));
        for (var i = 0; i < contents.Length; i++)
        {
            CollectionAssert.AreEqual(contents[i], File.ReadAllBytes(back[i].Target));
        }

        Assert.HasCount(contents.Length, Directory.GetFileSystemEntries(Folder.In("back")), "parts are gone");
    }

    [TestMethod]
    public void A_content_that_is_not_what_was_announced_never_gets_its_name_here()
    {
        using var shell = Open();
        var wrong = There("g", [1, 2, 3], Folder.In("w")) with { Content = Sha256.OfText("something else") };
        StringAssert.Contains(new FileFetcher(shell, Patience).Bring([wrong], CancellationToken.None)?.Why, "another content");
        Assert.IsFalse(File.Exists(wrong.Target));
    }

    /// <summary>A file that stands for one on the other machine.</summary>
    private protected BroughtFile There(string name, byte[] content, string target)
    {
        Folder.Write("far/x", "");
        File.WriteAllBytes(Folder.In("far/" + name), content);
        return new BroughtFile(ShellText.Quote(Folder.In("far/" + name)), content.Length, Sha256.Of(content), target);
    }

    private protected static ShellAnswer.Ended Ended(ShellAnswer answer)
    {
        Assert.IsInstanceOfType<ShellAnswer.Ended>(answer, answer.ToString());
        return (ShellAnswer.Ended)answer;
    }

    private protected static ShellAnswer.None None(ShellAnswer answer)
    {
        Assert.IsInstanceOfType<ShellAnswer.None>(answer, answer.ToString());
        return (ShellAnswer.None)answer;
    }
}
