using MatterStack.Engine.Files;

namespace MatterStack.Engine.Tests.Files;

[TestClass]
public sealed class FileSystemTests
{
    [TestMethod]
    // On a disk of this machine, or over one.
    [DataRow("fuseblk", "rw", false, null)]
    [DataRow("fuse.gocryptfs", "rw", false, null)]
    // Servers keep the locks.
    [DataRow("nfs4", "rw,vers=4.2,local_lock=none", true, null)]
    [DataRow("nfs", "rw,vers=3,local_lock=none", true, null)]
    [DataRow("lustre", "rw,flock,lazystatfs", true, null)]
    [DataRow("gpfs", "rw", true, null)]
    [DataRow("ceph", "rw,acl", true, null)]
    [DataRow("fuse.ceph", "rw", true, null)]
    [DataRow("fuse.glusterfs", "rw,user_id=0", true, null)]
    [DataRow("cifs", "rw,vers=3.1.1", true, null)]
    [DataRow("gfs2", "rw", true, null)]
    // A drive of Windows in its Linux subsystem.
    [DataRow(
        "9p",
        "rw,noatime,aname=drvfs;path=C:\\;uid=1000;gid=1000;symlinkroot=/mnt/,cache=5,access=client,msize=65536,trans=fd",
        true,
        null
    )]
    // Mounts that keep them to themselves.
    [DataRow("nfs", "rw,vers=3,nolock,local_lock=all", true, "'nolock'")]
    [DataRow("nfs4", "rw,local_lock=flock", true, "'local_lock=flock'")]
    [DataRow("nfs", "rw,local_lock=posix", true, "'local_lock=posix'")]
    [DataRow("lustre", "rw,localflock", true, "'localflock'")]
    [DataRow("lustre", "rw,noflock", true, "without 'flock'")]
    [DataRow("lustre", "rw", true, "without 'flock'")]
    [DataRow("cifs", "rw,nobrl", true, "'nobrl'")]
    [DataRow("gfs2", "rw,localflocks", true, "'localflocks'")]
    [DataRow("beegfs", "rw,cfgFile=/etc/beegfs/beegfs-client.conf", true, "tuneUseGlobalFileLocks")]
    [DataRow("afs", "rw", true, "one machine only")]
    [DataRow("fuse.sshfs", "rw,user_id=0", true, "one machine only")]
    [DataRow("9p", "rw,trans=virtio", true, "one machine only")]
    [DataRow("virtiofs", "rw", true, "one machine only")]
    // What nobody has looked into.
    [DataRow("fuse.rclone", "rw", true, "not known")]
    [DataRow("fuse.s3fs", "rw", true, "not known")]
    [DataRow("fuse", "rw", true, "not known")]
    [DataRow("ocfs2", "rw", true, "not known")]
    [DataRow("unknown", "", true, "not known")]
    public void A_type_and_its_options_say_whether_machines_share_it_and_whether_locks_reach_them(
        string type,
        string options,
        bool isShared,
        string? why
    )
    {
        var files = SharedFileSystems.ClassifyMount(type, options.Split(','));

        Assert.AreEqual(isShared, files.IsShared);
        if (why is null)
        {
            Assert.IsNull(files.LocalLocksReason);
        }
        else
        {
            Assert.Contains(why, files.LocalLocksReason!);
        }
    }

    [TestMethod]
    [DataRow(0x6969u)]
    [DataRow(0x0BD00BD0u)]
    [DataRow(0x47504653u)]
    [DataRow(0x19830326u)]
    [DataRow(0x00C36400u)]
    [DataRow(0xFE534D42u)]
    [DataRow(0xFF534D42u)]
    [DataRow(0x517Bu)]
    [DataRow(0x5346414Fu)]
    [DataRow(0x01021997u)]
    [DataRow(0x65735546u)]
    [DataRow(0x01161970u)]
    [DataRow(0x7461636Fu)]
    [DataRow(0x12345678u)]
    public void Numbers_of_shared_and_unknown_file_systems_are_looked_into(uint magic) => Assert.IsFalse(SharedFileSystems.IsLocal(magic));

    [TestMethod]
    public void The_mount_is_found_by_its_number_with_the_options_of_the_mount_and_of_its_file_system()
    {
        string[] mounts =
        [
            "27 1 254:0 / / rw,relatime shared:1 - ext4 /dev/root rw",
            "44 27 0:40 / /home\\040of rw,relatime shared:2 master:3 - nfs4 server:/home rw,vers=4.2,local_lock=none",
            "45 27 0:41 / /broken",
        ];

        var (type, options) = FileSystem.FindMount(mounts, "44")!.Value;

        Assert.AreEqual("nfs4", type);
        Assert.AreSequenceEqual(["rw", "relatime", "rw", "vers=4.2", "local_lock=none"], options);
        Assert.IsNull(FileSystem.FindMount(mounts, "45"));
        Assert.IsNull(FileSystem.FindMount(mounts, "46"));
    }

    [TestMethod]
    [DataRow("tuneUseGlobalFileLocks = 1", true)]
    [DataRow("tuneUseGlobalFileLocks = true", true)]
    [DataRow("tuneUseGlobalFileLocks = 0", false)]
    [DataRow("tuneFileCacheType = buffered", false)]
    public void BeeGFS_says_in_its_clients_configuration_whether_locks_are_global(string line, bool areGlobal)
    {
        using var folder = new TempFolder();
        Directory.CreateDirectory(Path.Combine(folder.Path, "1-ABC"));
        File.WriteAllText(Path.Combine(folder.Path, "1-ABC", "config"), $"cfgFile = /etc/beegfs/beegfs-client.conf\n{line}\n");

        Assert.AreEqual(areGlobal, BeeGfsLocks.AreGlobal(folder.Path));
        Assert.IsFalse(BeeGfsLocks.AreGlobal(Path.Combine(folder.Path, "none")));
    }

    [TestMethod]
    public void A_file_that_another_machine_replaces_while_it_is_read_is_opened_again_and_not_for_ever()
    {
        var stale = new IOException("Stale file handle", OperatingSystem.IsMacOS() ? 70 : 116);
        var tries = 0;

        Assert.AreEqual("read", DiskErrors.RetryIfStale(() => ++tries < 3 ? throw stale : "read"));
        Assert.AreSame(stale, Assert.ThrowsExactly<IOException>(() => DiskErrors.RetryIfStale<int>(() => throw stale)));
        tries = 0;
        Assert.ThrowsExactly<IOException>(() => DiskErrors.RetryIfStale<int>(() => throw new IOException("another one " + ++tries, 5)));
        Assert.AreEqual(1, tries);
    }

    [TestMethod]
    public void A_folder_of_this_machine_is_its_own()
    {
        using var folder = new TempFolder();
        if (OperatingSystem.IsLinux())
        {
            // Not shared, whatever the machine has mounted there; or the name of what is.
            Assert.IsTrue(
                FileSystem.FromFolder(folder.Path) is { IsShared: false, LocalLocksReason: null } or { Type.Length: > 0, IsShared: true }
            );
            Assert.IsFalse(FileSystem.FromFolder("/dev/shm").IsShared);
            Assert.IsNull(FileSystem.FindUnreachableReason(Path.Combine(folder.Path, "not", "there")));
        }
    }
}
