namespace MatterStack.Engine.Files;

/// <summary>Knows which file systems are shared between machines, and on which of them a lock is valid on all machines.</summary>
internal static class SharedFileSystems
{
    private const string LocalLocksOnly = "its locks hold on one machine only";
    private const string UnknownLocks = "it is not known whether its locks hold on other machines";

    // ext2 to ext4, XFS, Btrfs, tmpfs, ramfs, overlay, ZFS, F2FS, bcachefs, JFS, ReiserFS, NILFS, UDF, FAT, exFAT, NTFS, HFS+, HFS,
    // squashfs, ISO 9660, EROFS, UFS, Minix, AUFS, hugetlbfs.
    private static readonly HashSet<uint> LocalMagic =
    [
        0xEF53,
        0x58465342,
        0x9123683E,
        0x01021994,
        0x858458F6,
        0x794C7630,
        0x2FC12FC1,
        0xF2F52010,
        0xCA451A4E,
        0x3153464A,
        0x52654973,
        0x3434,
        0x15013346,
        0x4D44,
        0x2011BAB0,
        0x7366746E,
        0x5346544E,
        0x482B,
        0x4244,
        0x73717368,
        0x9660,
        0xE0F5E1E2,
        0x00011954,
        0x2468,
        0x61756673,
        0x958458F6,
    ];

    // File systems on a local disk, or layered over a local folder.
    private static readonly HashSet<string> LocalTypes = new(StringComparer.Ordinal)
    {
        "fuseblk",
        "fuse.fuse-overlayfs",
        "fuse.ntfs-3g",
        "fuse.fuse2fs",
        "fuse.ext4",
        "fuse.exfat",
        "fuse.gocryptfs",
        "fuse.encfs",
        "fuse.cryfs",
        "fuse.securefs",
        "fuse.bindfs",
        "fuse.mergerfs",
        "fuse.unionfs",
        "fuse.squashfuse",
        "fuse.zfs",
        "ecryptfs",
        "apfs",
    };

    // File systems whose locks are managed by servers or by all nodes together.
    private static readonly HashSet<string> TypesWithSharedLocks = new(StringComparer.Ordinal)
    {
        "gpfs",
        "ceph",
        "fuse.ceph",
        "fuse.ceph-fuse",
        "fuse.glusterfs",
        "fuse.juicefs",
        "fuse.mfs",
        "fuse.moosefs",
        "smbfs",
    };

    /// <summary>Whether a magic number from <c>statfs</c> belongs to a file system of one machine.</summary>
    public static bool IsLocal(uint magic) => LocalMagic.Contains(magic);

    /// <summary>Classifies a mount by its file system type and options.</summary>
    public static FileSystem ClassifyMount(string type, IReadOnlyCollection<string> options) =>
        LocalTypes.Contains(type) ? new FileSystem(type, false, null) : new FileSystem(type, true, FindLocalLocksReason(type, options));

    private static string? FindLocalLocksReason(string type, IReadOnlyCollection<string> options) =>
        type switch
        {
            "nfs" or "nfs4" => options.FirstOrDefault(static o =>
                o == "nolock" || o.StartsWith("local_lock=", StringComparison.Ordinal) && o != "local_lock=none"
            )
                is { } local
                ? $"it is mounted with '{local}'"
                : null,
            "lustre" => options.Contains("flock") ? null
            : options.Contains("localflock") ? "it is mounted with 'localflock'"
            : "it is mounted without 'flock'",
            "cifs" or "smb3" => options.Contains("nobrl") ? "it is mounted with 'nobrl'" : null,
            "gfs2" => options.FirstOrDefault(static o => o is "localflocks" or "lockproto=lock_nolock") is { } local
                ? $"it is mounted with '{local}'"
                : null,
            "beegfs" => BeeGfsLocks.AreGlobal() ? null : "its clients are not known to be configured with 'tuneUseGlobalFileLocks = true'",
            "afs" => "AFS locks parts of a file on one machine only",
            // A Windows drive in the Windows Subsystem for Linux, whose distributions are one machine.
            "9p" when options.Any(static o => o.StartsWith("aname=drvfs", StringComparison.Ordinal)) => null,
            "fuse.sshfs" or "9p" or "virtiofs" => LocalLocksOnly,
            _ => TypesWithSharedLocks.Contains(type) ? null : UnknownLocks,
        };
}
