using System.Runtime.Versioning;
using MatterStack.Engine.Caching;
using MatterStack.Engine.Files;
using MatterStack.Engine.Tests.Wiring;

namespace MatterStack.Engine.Tests.Caching;

/// <summary>What is taken out is what was put in, or nothing.</summary>
[TestClass]
[OSCondition(ConditionMode.Exclude, OperatingSystems.Windows)]
[UnsupportedOSPlatform("windows")]
public sealed class ResultCacheTests : IDisposable
{
    private readonly CacheFolderWorld _world = new();

    public static IEnumerable<object[]> Damages =>
        [
            ["blob is changed", (string f) => File.WriteAllText(f, "9")],
            ["blob is cut", (string f) => File.WriteAllText(f, "")],
            ["blob is longer", (string f) => File.AppendAllText(f, "1")],
            ["blob is gone", (string f) => File.Delete(f)],
            [
                "blob is a folder",
                (string f) =>
                {
                    File.Delete(f);
                    Directory.CreateDirectory(f);
                },
            ],
        ];

    public void Dispose() => _world.Dispose();

    [TestMethod]
    public void Files_come_out_as_they_were_put_in_and_what_lay_in_their_place_goes()
    {
        _world.Put("a", ("out.txt", "1"), ("deep/er/x.txt", "2"));
        Directory.CreateDirectory(Path.Combine(_world.Target, "work"));
        File.WriteAllText(Path.Combine(_world.Target, "work", "left"), "by one who was stopped");

        Assert.AreEqual(("deep/er/x.txt=2 out.txt=1", null), _world.TakeOut("a"));
        Assert.AreEqual(("unknown", null), _world.TakeOut("b"));
    }

    [TestMethod]
    public void A_result_says_which_attempt_computed_it()
    {
        var (entry, work) = _world.Result("a", ("out.txt", "1"));
        var origin = entry.Origin with { ExternalId = "17@here", ExitCode = 3, SubmittedAtUtc = "2026-01-01T12:00:00.000Z" };
        _world.Publish(entry with { Origin = origin }, work);

        Assert.AreEqual(origin, _world.Cache().FindEntry(entry.Fingerprint.Hash, out _)?.Origin);
    }

    [TestMethod]
    public void Who_writes_to_an_output_of_a_run_does_not_write_into_the_cache()
    {
        var large = new string('x', 300_000);
        _world.Put("a", ("small", "1"), ("large", large));
        _world.TakeOut("a");
        File.AppendAllText(Path.Combine(_world.Target, "work", "small"), "more");
        File.WriteAllText(Path.Combine(_world.Target, "work", "large"), "other");

        Assert.AreEqual(($"large={large} small=1", null), _world.TakeOut("a"));
    }

    [TestMethod]
    public void Permissions_are_kept_and_nobody_may_write_to_a_blob()
    {
        const UnixFileMode executable =
            UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.GroupRead | UnixFileMode.OtherRead;
        const UnixFileMode secret = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        var (entry, work) = _world.Result("a", ("program", "1"), ("secret", "2"), ("large", new string('x', 300_000)));
        entry = entry with
        {
            Files = [entry.Files[0] with { Mode = (int)executable }, entry.Files[1] with { Mode = (int)secret }, entry.Files[2]],
        };
        _world.Publish(entry, work);
        _world.TakeOut("a");

        Assert.AreEqual(executable, File.GetUnixFileMode(Path.Combine(_world.Target, "work", "program")));
        Assert.AreEqual(secret, File.GetUnixFileMode(Path.Combine(_world.Target, "work", "secret")));
        Assert.AreEqual(
            secret | UnixFileMode.GroupRead | UnixFileMode.OtherRead,
            File.GetUnixFileMode(Path.Combine(_world.Target, "work", "large"))
        );
        Assert.AreEqual(
            UnixFileMode.UserRead | UnixFileMode.GroupRead | UnixFileMode.OtherRead,
            File.GetUnixFileMode(_world.Folder.GetBlobPath(entry.Files[1].Hash)),
            "whoever may read the folder may read what is in it"
        );
        Assert.AreEqual(
            UnixFileMode.UserRead | UnixFileMode.GroupRead | UnixFileMode.OtherRead,
            File.GetUnixFileMode(_world.Folder.GetBlobPath(entry.Files[0].Hash))
        );
    }

    [TestMethod]
    [DynamicData(nameof(Damages))]
    public void A_damaged_blob_is_a_miss_that_names_it_and_the_result_is_removed(string what, Action<string> damage)
    {
        var entry = _world.Put("a", ("out.txt", "1"));
        var blob = _world.Folder.GetBlobPath(entry.Files[0].Hash);
        File.SetUnixFileMode(blob, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        damage(blob);

        Assert.AreEqual(blob, _world.TakeOut("a", CacheMode.Read).Damage?.File, what);
        Assert.IsTrue(File.Exists(_world.Folder.GetEntryPath(entry.Fingerprint.Hash)), "who may only read removes nothing");
        Assert.AreEqual(blob, _world.TakeOut("a").Damage?.File, what);
        Assert.AreEqual(("unknown", null), _world.TakeOut("a"), "removed");
        if (!Directory.Exists(blob))
        {
            _world.Put("a", ("out.txt", "1"));
            Assert.AreEqual(("out.txt=1", null), _world.TakeOut("a"), "put in again");
        }
    }

    [TestMethod]
    public void A_large_blob_that_was_changed_without_a_change_of_size_is_found()
    {
        var entry = _world.Put("a", ("out.txt", new string('x', 300_000)));
        var blob = _world.Folder.GetBlobPath(entry.Files[0].Hash);
        File.SetUnixFileMode(blob, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        File.WriteAllText(blob, new string('x', 299_999) + "y");

        Assert.AreEqual("its content has changed", _world.TakeOut("a").Damage?.Reason);
    }

    [TestMethod]
    public void An_entry_that_was_cut_or_changed_anywhere_is_never_a_result()
    {
        var path = _world.Folder.GetEntryPath(_world.Put("a", ("out.txt", "1")).Fingerprint.Hash);
        var whole = File.ReadAllBytes(path);
        for (var at = 0; at < whole.Length; at++)
        {
            File.WriteAllBytes(path, whole[..at]);
            Assert.AreEqual("damaged", _world.TakeOut("a", CacheMode.Read).Files, $"cut at {at}");
            byte[] changed = [.. whole];
            changed[at] ^= 1;
            File.WriteAllBytes(path, changed);
            Assert.AreEqual("damaged", _world.TakeOut("a", CacheMode.Read).Files, $"changed at {at}");
        }

        File.WriteAllBytes(path, whole);
        Assert.AreEqual(("out.txt=1", null), _world.TakeOut("a"));
    }

    [TestMethod]
    public void An_entry_under_another_name_or_with_a_path_that_leads_out_is_never_a_result()
    {
        var known = _world.Put("a", ("out.txt", "1"));
        var other = _world.Folder.GetEntryPath(CacheFolderWorld.Of("b").Hash);
        Directory.CreateDirectory(Path.GetDirectoryName(other)!);
        File.Copy(_world.Folder.GetEntryPath(known.Fingerprint.Hash), other);
        Assert.AreEqual("it is the entry of another fingerprint", _world.TakeOut("b").Damage?.Reason);

        foreach (var path in new[] { "../out.txt", "/etc/passwd", "a/../../b", "" })
        {
            File.WriteAllBytes(
                _world.Folder.GetEntryPath(known.Fingerprint.Hash),
                CacheEntryFile.Write(known with { Files = [known.Files[0] with { Path = path }] })
            );
            StringAssert.Contains(_world.TakeOut("a", CacheMode.Read).Damage?.Reason, "is not a valid file of a result");
        }
    }

    [TestMethod]
    public void What_is_pruned_while_it_is_taken_out_is_no_damage()
    {
        var entry = _world.Put("a", ("out.txt", "1"));
        var found = _world.Cache().FindEntry(entry.Fingerprint.Hash, out _)!;
        File.Delete(_world.Folder.GetEntryPath(entry.Fingerprint.Hash));
        File.Delete(_world.Folder.GetBlobPath(entry.Files[0].Hash));

        Assert.IsTrue(_world.Cache().RestoreFiles(found, _world.Target)!.IsPruned);
    }

    [TestMethod]
    public void A_result_that_is_there_stays_unless_a_person_wants_another_and_a_difference_is_reported()
    {
        _world.Put("a", ("out.txt", "1"));
        var (other, work) = _world.Result("a", ("out.txt", "2"));

        var kept = _world.Publish(other, work)!;
        Assert.AreEqual(("out.txt=1", null), _world.TakeOut("a"));
        var replaced = _world.Publish(other, work, replace: true)!;
        Assert.AreEqual((CacheCodes.NotReproducible, CacheCodes.NotReproducible), (kept.Code, replaced.Code));
        Assert.Contains("keeps the earlier ones", kept.Message);
        Assert.Contains("keeps the new ones", replaced.Message);
        Assert.AreEqual(("out.txt=2", null), _world.TakeOut("a"));
        Assert.IsNull(_world.Publish(other, work, replace: true), "the same again");
    }

    [TestMethod]
    public void An_output_that_was_changed_after_its_task_had_ended_is_not_put_in()
    {
        var (entry, work) = _world.Result("a", ("out.txt", "1"), ("large", new string('x', 300_000)));
        File.WriteAllText(Path.Combine(work, "large"), new string('x', 299_999) + "y");

        Assert.Contains("its content has changed", Assert.ThrowsExactly<IOException>(() => _world.Publish(entry, work)).Message);
        Assert.AreEqual(("unknown", null), _world.TakeOut("a"));
        Assert.IsEmpty(
            Directory.GetFiles(_world.Folder.Path, CacheFolder.UnfinishedPrefix + "*", SearchOption.AllDirectories),
            "nothing is left of the attempt to do so"
        );
    }

    [TestMethod]
    public void A_full_disk_while_a_result_is_taken_out_is_trouble_of_the_run_and_not_of_the_cache()
    {
        var entry = _world.Put("a", ("out.txt", "1"), ("large", new string('x', 300_000)));

        Assert.ThrowsExactly<IOException>(() => _world.Cache(disk: new FullDisk(RealDisk.Instance)).RestoreFiles(entry, _world.Target));
        Assert.AreEqual("large", _world.TakeOut("a").Files.Split('=')[0]);
    }

    [TestMethod]
    public void Many_who_put_in_take_out_and_prune_at_once_never_get_a_wrong_result()
    {
        // With a clock that goes on: who prunes tells by time what was used meanwhile.
        ResultCache Cache() => new(new CacheSettings(_world.Folder.Path, CacheMode.ReadWrite), RealDisk.Instance, TimeProvider.System);

        Parallel.For(0, 400, new ParallelOptions { MaxDegreeOfParallelism = 8 }, i =>
        {
            var task = "t" + i % 7;
            var content = task + new string('x', i % 2 == 0 ? 10 : 300_000);
            using var place = new TempFolder(inMemory: true);
            var target = place.In("t@1");
            var (entry, work) = _world.Result(task, ("out.txt", task), (task, task));
            switch (i % 5)
            {
                case 0 or 1:
                    Assert.IsNull(Cache().PublishResult(entry, work, _ => null, replace: false), content);
                    break;
                case 4:
                    new CachePruner(_world.Folder, RealDisk.Instance, TimeProvider.System).Prune(null, 2_000);
                    break;
                default:
                    var cache = Cache();
                    if (
                        cache.FindEntry(entry.Fingerprint.Hash, out var damage) is { } known
                        && cache.RestoreFiles(known, target) is var missing
                    )
                    {
                        Assert.IsTrue(missing is null or { IsPruned: true }, missing?.ToString());
                        Assert.IsTrue(missing is not null || File.ReadAllText(Path.Combine(target, "work", "out.txt")) == task);
                    }

                    Assert.IsNull(damage, damage?.ToString());
                    break;
            }
        });
    }
}
