using MatterStack.Engine.Caching;
using MatterStack.Engine.Files;

namespace MatterStack.Engine.Tests.Caching;

/// <summary>What goes, and what stays.</summary>
[TestClass]
[OSCondition(ConditionMode.Exclude, OperatingSystems.Windows)]
public sealed class CachePruningTests : IDisposable
{
    private readonly CacheFolderWorld _world = new();

    public void Dispose() => _world.Dispose();

    [TestMethod]
    public void Results_that_were_not_used_for_so_long_go_with_files_that_no_other_has()
    {
        _world.Put("old", ("out.txt", "old"), ("shared.txt", "shared"));
        _world.Put("used", ("out.txt", "used"));
        _world.Clock.Advance(TimeSpan.FromDays(20));
        _world.Put("young", ("out.txt", "young"), ("shared.txt", "shared"));
        _world.TakeOut("used");
        _world.Clock.Advance(TimeSpan.FromDays(15));

        var pruned = Prune(TimeSpan.FromDays(30), null);

        Assert.AreEqual((1, 1, 2, 3), (pruned.Entries, pruned.Files, pruned.Remaining.Entries.Count, pruned.Remaining.Blobs.Count));
        Assert.AreEqual(("unknown", null), _world.TakeOut("old"));
        Assert.AreEqual(("out.txt=used", null), _world.TakeOut("used"));
        Assert.AreEqual(("out.txt=young shared.txt=shared", null), _world.TakeOut("young"));
    }

    [TestMethod]
    public void Of_too_much_what_was_not_used_for_longest_goes_first()
    {
        foreach (var task in new[] { "a", "b", "c" })
        {
            _world.Put(task, ("out.txt", task + new string('x', 10_000)));
            _world.Clock.Advance(TimeSpan.FromHours(2));
        }

        _world.TakeOut("a");
        var pruned = Prune(null, 25_000);

        Assert.AreEqual(1, pruned.Entries);
        Assert.IsLessThanOrEqualTo(25_000, pruned.Remaining.SizeBytes);
        Assert.AreEqual("unknown", _world.TakeOut("b").Files);
        Assert.AreNotEqual("unknown", _world.TakeOut("a").Files);
        Assert.AreNotEqual("unknown", _world.TakeOut("c").Files);
    }

    [TestMethod]
    public void What_nobody_names_goes_when_it_is_old_and_may_be_on_its_way_when_it_is_young()
    {
        var entry = _world.Put("a", ("out.txt", "1"));
        File.Delete(_world.Folder.GetEntryPath(entry.Fingerprint.Hash));
        var unfinished = Path.Combine(_world.Folder.EntriesFolder, CacheFolder.UnfinishedPrefix + "x");
        File.WriteAllText(unfinished, "half");
        File.SetLastWriteTimeUtc(unfinished, _world.Clock.GetUtcNow().UtcDateTime);

        Assert.AreEqual(0, Prune(null, null).Files);
        _world.Clock.Advance(TimeSpan.FromHours(2));
        var pruned = Prune(null, null);

        Assert.AreEqual((2, 0L), (pruned.Files, pruned.Remaining.SizeBytes));
    }

    [TestMethod]
    public void The_size_of_a_cache_and_of_what_is_deleted_is_that_of_its_files()
    {
        _world.Put("a", ("out.txt", new string('x', 10_000)), ("log.txt", "1"));
        _world.Put("b", ("out.txt", new string('y', 2_000)));
        File.WriteAllText(Path.Combine(_world.Folder.EntriesFolder, CacheFolder.UnfinishedPrefix + "x"), "half");
        File.WriteAllText(Path.Combine(_world.Folder.EntriesFolder, "damaged"), "no entry");
        var size = new[] { _world.Folder.EntriesFolder, _world.Folder.BlobsFolder }
            .SelectMany(folder => new DirectoryInfo(folder).EnumerateFiles("*", SearchOption.AllDirectories))
            .Sum(file =>
            {
                file.LastWriteTimeUtc = _world.Clock.GetUtcNow().UtcDateTime;
                return file.Length;
            });

        Assert.AreEqual(size, CacheInventory.ReadFolder(_world.Folder, RealDisk.Instance).SizeBytes);
        _world.Clock.Advance(TimeSpan.FromHours(2));
        var pruned = Prune(TimeSpan.FromHours(1), null);

        Assert.AreEqual((2, 5, size, 0L), (pruned.Entries, pruned.Files, pruned.Bytes, pruned.Remaining.SizeBytes));
    }

    [TestMethod]
    public void No_more_results_are_deleted_than_the_size_requires()
    {
        foreach (var task in new[] { "a", "b", "c", "d" })
        {
            _world.Put(task, ("out.txt", "shared"));
            _world.Clock.Advance(TimeSpan.FromHours(2));
        }

        var size = CacheInventory.ReadFolder(_world.Folder, RealDisk.Instance).SizeBytes;

        Assert.AreEqual(0, Prune(null, size).Entries);
        Assert.AreEqual(1, Prune(null, size - 1).Entries);
        Assert.AreEqual("unknown", _world.TakeOut("a").Files);
        Assert.AreEqual("out.txt=shared", _world.TakeOut("b").Files);
    }

    [TestMethod]
    public void A_result_that_was_computed_again_counts_as_used()
    {
        _world.Put("a", ("out.txt", "1"));
        _world.Clock.Advance(TimeSpan.FromDays(20));
        _world.Put("a", ("out.txt", "1"));
        _world.Clock.Advance(TimeSpan.FromDays(20));

        Assert.AreEqual(0, Prune(TimeSpan.FromDays(30), null).Entries);
    }

    [TestMethod]
    public void A_folder_that_is_not_there_is_an_empty_cache() =>
        Assert.AreEqual(
            (0, 0),
            (Prune(TimeSpan.FromDays(1), 1).Entries, CacheInventory.ReadFolder(_world.Folder, RealDisk.Instance).Entries.Count)
        );

    private PruningResult Prune(TimeSpan? age, long? size) =>
        new CachePruner(_world.Folder, RealDisk.Instance, _world.Clock).Prune(age, size);
}
