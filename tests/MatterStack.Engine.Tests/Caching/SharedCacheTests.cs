using System.Runtime.Versioning;
using MatterStack.Engine.Caching;

namespace MatterStack.Engine.Tests.Caching;

/// <summary>A cache of several users: who may read its folder may read what is in it, whatever was put in by whom.</summary>
[TestClass]
[OSCondition(ConditionMode.Exclude, OperatingSystems.Windows)]
[UnsupportedOSPlatform("windows")]
public sealed class SharedCacheTests : IDisposable
{
    private const UnixFileMode Private = UnixFileMode.UserRead;
    private const UnixFileMode Shared =
        UnixFileMode.UserRead
        | UnixFileMode.UserWrite
        | UnixFileMode.UserExecute
        | UnixFileMode.GroupRead
        | UnixFileMode.GroupWrite
        | UnixFileMode.GroupExecute
        | UnixFileMode.SetGroup;
    private const UnixFileMode Own = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    private readonly CacheFolderWorld _world = new();

    public void Dispose() => _world.Dispose();

    [TestMethod]
    [DataRow(Shared, UnixFileMode.UserRead | UnixFileMode.GroupRead)]
    [DataRow(Own, UnixFileMode.UserRead)]
    [DataRow(
        Shared | UnixFileMode.OtherRead | UnixFileMode.OtherExecute,
        UnixFileMode.UserRead | UnixFileMode.GroupRead | UnixFileMode.OtherRead
    )]
    public void What_is_put_in_has_the_permissions_of_the_folder_and_not_of_the_output(UnixFileMode folder, UnixFileMode file)
    {
        Directory.CreateDirectory(_world.Folder.Path);
        File.SetUnixFileMode(_world.Folder.Path, folder);

        var entry = PutPrivate("a");

        Assert.AreEqual(file, File.GetUnixFileMode(_world.Folder.GetBlobPath(entry.Files[0].Hash)));
        var path = _world.Folder.GetEntryPath(entry.Fingerprint.Hash);
        Assert.AreEqual(file | UnixFileMode.UserWrite, File.GetUnixFileMode(path));
        foreach (
            var below in new[]
            {
                _world.Folder.EntriesFolder,
                _world.Folder.BlobsFolder,
                Path.GetDirectoryName(path)!,
                Path.GetDirectoryName(_world.Folder.GetBlobPath(entry.Files[0].Hash))!,
            }
        )
        {
            Assert.AreEqual(folder, File.GetUnixFileMode(below), below);
        }

        _world.TakeOut("a");
        Assert.AreEqual(
            Private | UnixFileMode.UserWrite,
            File.GetUnixFileMode(Path.Combine(_world.Target, "work", "out.txt")),
            "the output is as private as it was"
        );
    }

    [TestMethod]
    public void Its_owner_mends_by_use_what_an_earlier_version_kept_from_others()
    {
        var blob = _world.Folder.GetBlobPath(PutPrivate("a").Files[0].Hash);
        var wanted = File.GetUnixFileMode(blob);
        File.SetUnixFileMode(blob, Private);
        _world.TakeOut("a", CacheMode.Read);
        Assert.AreEqual(Private, File.GetUnixFileMode(blob), "one that is only read is not changed");

        _world.TakeOut("a");

        Assert.AreEqual(wanted, File.GetUnixFileMode(blob));
    }

    private CacheEntry PutPrivate(string task)
    {
        var (entry, work) = _world.Result(task, ("out.txt", "1"));
        File.SetUnixFileMode(Path.Combine(work, "out.txt"), Private);
        entry = entry with { Files = [entry.Files[0] with { Mode = (int)Private }] };
        Assert.IsNull(_world.Publish(entry, work));
        return entry;
    }
}
