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
    [DataRow(200_000)]
    [DataRow(299_999)]
    public void A_download_that_breaks_leaves_no_part_under_a_final_name_and_is_carried_on(int cut)
    {
        using var shell = new FaultyShell(new LocalShell(CleanEnvironment, TimeProvider.System));
        var fetcher = new FileFetcher(shell, Patience);
        byte[][] contents = [RandomNumberGenerator.GetBytes(200_000), RandomNumberGenerator.GetBytes(100_000)];
        var files = contents.Select((content, i) => There($"s{i}", content, Folder.In($"back{i}"))).ToList();

        shell.Next = call => call.Output is null ? null : new Fault.CutAfter(cut);
        Assert.IsNotNull(fetcher.Bring(files, CancellationToken.None));
        Assert.AreEqual(cut >= 200_000, File.Exists(files[0].Target));
        Assert.IsFalse(File.Exists(files[1].Target));

        shell.Next = _ => null;
        Assert.IsNull(fetcher.Bring(files, CancellationToken.None));
        CollectionAssert.AreEqual(contents[0], File.ReadAllBytes(files[0].Target));
        CollectionAssert.AreEqual(contents[1], File.ReadAllBytes(files[1].Target));
        Assert.IsEmpty(Directory.GetFiles(Folder.Path, ".*"));
    }

    [TestMethod]
    public void A_part_with_a_wrong_byte_is_thrown_away_and_the_file_comes_anew()
    {
        using var shell = Open();
        var fetcher = new FileFetcher(shell, Patience);
        var file = There("a", RandomNumberGenerator.GetBytes(1000), Folder.In("back"));
        File.WriteAllBytes(Folder.In(".back.matterstack-part"), new byte[400]);

        StringAssert.Contains(fetcher.Bring([file], CancellationToken.None)?.Why, "another content");
        Assert.IsFalse(File.Exists(file.Target));
        Assert.IsNull(fetcher.Bring([file], CancellationToken.None));
    }
}
