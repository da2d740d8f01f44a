using System.Security.Cryptography;
using MatterStack.Engine.Transports;

namespace MatterStack.Engine.Tests.Transports;

/// <summary>The suite through the wrapper that injects faults, and what holds when it does.</summary>
[TestClass]
public sealed class FaultyShellTests : ShellSuite
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private protected override IShell Open() => new FaultyShell(new LocalShell(CleanEnvironment, TimeProvider.System));

    [TestMethod]
    [DataRow(0)]
    [DataRow(1)]
    [DataRow(70_000)]
    [DataRow(199_999)]
    [DataRow(250_000)]
    [DataRow(299_999)]
    public void An_upload_that_breaks_leaves_no_part_under_a_final_name_and_is_carried_on(int cut)
    {
        using var shell = new FaultyShell(new LocalShell(CleanEnvironment, TimeProvider.System));
        var mover = new FileMover(shell, Patience);
        SentFile[] files = [Sent("a", RandomNumberGenerator.GetBytes(200_000)), Sent("b", RandomNumberGenerator.GetBytes(100_000))];

        shell.Next = call => call.Input is null ? null : new Fault.CutAfter(cut);
        Assert.IsNotNull(mover.Send(files, Store, CancellationToken.None));
        foreach (var file in files.Where(f => File.Exists(Path.Combine(Folder.In("far/inputs"), f.Content.Hex))))
        {
            CollectionAssert.AreEqual(File.ReadAllBytes(file.Source), File.ReadAllBytes(Path.Combine(Folder.In("far/inputs"), file.Content.Hex)));
        }

        long sent = 0;
        shell.Next = _ => null;
        using var counting = new CountingShell(shell, n => sent += n);
        Assert.IsNull(new FileMover(counting, Patience).Send(files, Store, CancellationToken.None));
        Assert.AreEqual(300_000 - cut, sent, "what had arrived is not sent again");
        CollectionAssert.AreEquivalent(files.Select(f => f.Content.Hex).ToList(), Directory.GetFiles(Folder.In("far/inputs")).Select(Path.GetFileName).ToList());
    }

    [TestMethod]
    [DataRow(0)]
    [DataRow(1)]
    [DataRow(70_000)]
    [DataRow(199_999)]
    [DataRow(200_000)]
    [DataRow(299_999)]
    public void A_download_that_breaks_leaves_no_part_under_a_final_name_and_is_carried_on(int cut)
    {
        using var shell = new FaultyShell(new LocalShell(CleanEnvironment, TimeProvider.System));
        var mover = new FileMover(shell, Patience);
        var fetcher = new FileFetcher(shell, Patience);
        SentFile[] sent = [Sent("a", RandomNumberGenerator.GetBytes(200_000)), Sent("b", RandomNumberGenerator.GetBytes(100_000))];
        Assert.IsNull(mover.Send(sent, Store, CancellationToken.None));
        var files = sent.Select((f, i) => new BroughtFile(There(f), new FileInfo(f.Source).Length, f.Content, Folder.In($"back{i}"))).ToList();

        shell.Next = call => call.Output is null ? null : new Fault.CutAfter(cut);
        Assert.IsNotNull(fetcher.Bring(files, CancellationToken.None));
        Assert.AreEqual(cut >= 200_000, File.Exists(files[0].Target));
        Assert.IsFalse(File.Exists(files[1].Target));

        shell.Next = _ => null;
        Assert.IsNull(fetcher.Bring(files, CancellationToken.None));
        CollectionAssert.AreEqual(File.ReadAllBytes(sent[0].Source), File.ReadAllBytes(files[0].Target));
        CollectionAssert.AreEqual(File.ReadAllBytes(sent[1].Source), File.ReadAllBytes(files[1].Target));
        Assert.IsEmpty(Directory.GetFiles(Folder.Path, ".*"));
    }

    [TestMethod]
    public void A_part_with_a_wrong_byte_is_thrown_away_and_the_file_comes_anew()
    {
        using var shell = Open();
        var mover = new FileMover(shell, Patience);
        var fetcher = new FileFetcher(shell, Patience);
        var sent = Sent("a", RandomNumberGenerator.GetBytes(1000));
        Assert.IsNull(mover.Send([sent], Store, CancellationToken.None));
        var file = new BroughtFile(There(sent), 1000, sent.Content, Folder.In("back"));
        File.WriteAllBytes(Folder.In(".back.matterstack-part"), new byte[400]);

        StringAssert.Contains(fetcher.Bring([file], CancellationToken.None)?.Why, "another content");
        Assert.IsFalse(File.Exists(file.Target));
        Assert.IsNull(fetcher.Bring([file], CancellationToken.None));
    }
}
