using System.Security.Cryptography;
using MatterStack.Engine.Identity;
using MatterStack.Engine.Transports.Shell;

namespace MatterStack.Engine.Tests.Transports;

/// <summary>The suite through the wrapper that injects faults, and what holds when it does.</summary>
[TestClass]
[Slow]
public sealed class FaultyShellTests : ShellSuite
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private protected override IShell Open() => new FaultyShell(new LocalShell(CleanEnvironment, TimeProvider.System));

    [TestMethod]
    [DataRow(0)]
    [DataRow(1)]
    [DataRow(70_000)]
    [DataRow(3_000_000)]
    [DataRow(4_000_500)]
    [DataRow(5_999_999)]
    public void A_download_that_breaks_leaves_no_part_under_a_final_name_and_is_continued(int cut)
    {
        using var shell = new FaultyShell(new LocalShell(CleanEnvironment, TimeProvider.System));
        var fetcher = new FileFetcher(shell, Patience);
        Put("a", RandomNumberGenerator.GetBytes(4_000_000));
        Put("b", RandomNumberGenerator.GetBytes(2_000_000));
        FetchedFile[] files = [Fetched("a"), Fetched("b")];

        shell.Next = call => call.Output is null ? null : new Fault.CutAfter(cut);
        Assert.IsNotNull(fetcher.FetchFiles(Store, files, CancellationToken.None).Interruption);
        Assert.IsFalse(File.Exists(files[1].TargetPath));

        shell.Next = _ => null;
        var answer = fetcher.FetchFiles(Store, files, CancellationToken.None);
        Assert.IsNull(answer.Interruption);
        AreAsThere(files);
        Assert.IsLessThan(
            cut < 1_100_000 ? 6_000_001 : 6_000_001 - cut + 10_000,
            answer.MovedBytes,
            "what had come of a large file does not come again"
        );
        Assert.IsEmpty(Directory.GetFiles(Folder.In("parts")));
    }

    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public void A_small_batch_with_empty_files_is_continued_wherever_the_line_broke(bool unread)
    {
        using var shell = new FaultyShell(new LocalShell(CleanEnvironment, TimeProvider.System));
        var fetcher = new FileFetcher(shell, Patience);
        Put("1", []);
        Put("2", [1, 2, 3]);
        Put("3", []);
        Put("4", RandomNumberGenerator.GetBytes(700));
        Put("5", []);
        FetchedFile[] files = [.. Enumerable.Range(1, 5).Select(i => Fetched($"{i}") with { HasNoReaders = unread })];
        const int whole = 10_700;

        // Each place of hashes and headers; of a record's long end some.
        for (var cut = 0; cut < whole; cut += cut < 5_000 ? 37 : 1_500)
        {
            if (Directory.Exists(Folder.In("back")))
            {
                Directory.Delete(Folder.In("back"), recursive: true);
            }

            var at = cut;
            shell.Next = call => call.Output is null ? null : new Fault.CutAfter(at);
            _ = fetcher.FetchFiles(Store, files, CancellationToken.None);
            if (cut % 2 == 0 && Directory.Exists(Folder.In("parts")))
            {
                // Somebody tidied up.
                Directory.Delete(Folder.In("parts"), recursive: true);
            }

            shell.Next = _ => null;
            Assert.IsNull(fetcher.FetchFiles(Store, files, CancellationToken.None).Interruption, $"after {cut} bytes");
            AreAsThere(files);
        }
    }

    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public void Every_place_at_which_an_archive_breaks_off_leaves_whole_files_only(bool unread)
    {
        Put("1", []);
        Put("2", [1, 2, 3]);
        Put("3", RandomNumberGenerator.GetBytes(1300));
        FetchedFile[] files = [.. new[] { "1", "2", "3" }.Select(name => Fetched(name) with { HasNoReaders = unread })];
        using var kept = new MemoryStream();
        using var shell = new LocalShell(CleanEnvironment, TimeProvider.System);
        Ended(
            shell.Run(
                new ShellCall($"cd {Store}; tar -c -f - --format=gnu ./1 ./2 ./3; sha256sum ./1 ./2 ./3", Patience) { Output = kept },
                CancellationToken.None
            )
        );
        var archive = kept.ToArray();

        for (var cut = 0; cut <= archive.Length; cut += cut < 4_000 ? 1 : 400)
        {
            using (var receiver = new FetchReceiver(files.ToDictionary(f => "./" + f.Name), new Dictionary<string, Sha256>()))
            {
                var stream = new TarReader(receiver);
                // In pieces, as a line delivers them.
                for (var at = 0; at < cut; at += 211)
                {
                    stream.Write(archive.AsSpan(at, Math.Min(211, cut - at)));
                }

                receiver.CompareHashes();
                Assert.HasCount(receiver.Results.Count, files.Where(IsHere));
            }

            AreAsThere([.. files.Where(IsHere)]);
            if (Directory.Exists(Folder.In("back")))
            {
                Directory.Delete(Folder.In("back"), recursive: true);
            }
        }
    }

    [TestMethod]
    public void A_part_with_a_wrong_byte_is_thrown_away_and_the_file_comes_again()
    {
        using var shell = Open();
        Put("a", RandomNumberGenerator.GetBytes(3_000_000));
        var file = Fetched("a");
        Directory.CreateDirectory(file.PartsFolder);
        File.WriteAllBytes(file.PartPath, new byte[1_500_000]);

        Assert.IsInstanceOfType<FetchResult.Fetched>(
            new FileFetcher(shell, Patience).FetchFiles(Store, [file], CancellationToken.None).Results[file]
        );
        AreAsThere([file]);
    }

    [TestMethod]
    public void A_file_that_is_written_to_all_the_while_comes_as_it_was_for_a_moment()
    {
        using var shell = new FaultyShell(new LocalShell(CleanEnvironment, TimeProvider.System));
        Put("log", [1]);
        File.WriteAllText(Path.Combine(Folder.In("far/inputs"), "log"), "begin\n");
        var file = Fetched("log");
        // Between the archive, at whose end the names end, and its hash.
        using var growing = new RewritingShell(shell, script =>
            script.Replace("h=$(", "h=$(cat > names; echo more >> ./log; < names ", StringComparison.Ordinal)
        );

        var end = new FileFetcher(growing, Patience).FetchFiles(Store, [file], CancellationToken.None).Results[file];

        Assert.IsTrue(end is FetchResult.Fetched { IsChanging: true }, end.ToString());
        Assert.AreEqual("begin\nmore\n", File.ReadAllText(file.TargetPath));
    }

    [TestMethod]
    public void A_disk_without_space_here_is_not_taken_for_a_line_that_broke()
    {
        using var shell = Open();
        Put("a", [1]);
        var file = Fetched("a") with { PartsFolder = "/dev/full/parts" };
        var end = new FileFetcher(shell, Patience).FetchFiles(Store, [file], CancellationToken.None).Results[file];
        StringAssert.StartsWith(((FetchResult.Failed)end).Reason, "it cannot be written here");
    }

    [TestMethod]
    public void What_came_whole_over_a_line_that_broke_is_compared_and_does_not_come_again()
    {
        using var shell = new FaultyShell(new LocalShell(CleanEnvironment, TimeProvider.System));
        FetchedFile[] files =
        [
            .. Enumerable
                .Range(0, 40)
                .Select(i =>
                {
                    Put($"{i:00}", RandomNumberGenerator.GetBytes(1000));
                    return Fetched($"{i:00}") with { HasNoReaders = true };
                }),
        ];
        shell.Next = call => call.Output is null ? null : new Fault.CutAfter(20 * 1536 + 700);
        Assert.IsNotNull(new FileFetcher(shell, Patience).FetchFiles(Store, files, CancellationToken.None).Interruption);
        Assert.IsFalse(files.Any(IsHere), "no hash came");
        // Of the same length, and not what came.
        File.WriteAllBytes(files[3].TargetPath, new byte[1000]);

        shell.Next = _ => null;
        var answer = new FileFetcher(shell, Patience).FetchFiles(Store, files, CancellationToken.None);

        Assert.IsNull(answer.Interruption);
        Assert.AreEqual((20 + 1) * 1000, answer.MovedBytes);
        AreAsThere(files);
        Assert.IsTrue(files.All(f => IsHere(f) && answer.Results[f] is FetchResult.Fetched { Content: not null }));
    }

    // What has the time of the one there was compared with it.
    private static bool IsHere(FetchedFile file) =>
        File.Exists(file.TargetPath) && File.GetLastWriteTimeUtc(file.TargetPath) == file.WrittenAt;

    private void AreAsThere(IEnumerable<FetchedFile> files)
    {
        foreach (var file in files)
        {
            CollectionAssert.AreEqual(
                File.ReadAllBytes(Path.Combine(Folder.In("far/inputs"), file.Name)),
                File.ReadAllBytes(file.TargetPath),
                file.Name
            );
        }
    }

    /// <summary>Changes scripts on their way.</summary>
    private sealed class RewritingShell(IShell inner, Func<string, string> rewrite) : IShell
    {
        public string Name => inner.Name;

        public ShellResult Run(ShellCall call, CancellationToken cancel) => inner.Run(call with { Script = rewrite(call.Script) }, cancel);

        public void Dispose() => inner.Dispose();
    }
}
