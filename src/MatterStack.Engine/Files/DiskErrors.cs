namespace MatterStack.Engine.Files;

/// <summary>Distinguishes temporary errors of a disk, a file server or its connection from errors caused by a wrong path.</summary>
internal static class DiskErrors
{
    private const int IoError = 5;
    private const int NoSpace = 28;
    private const int ReadOnly = 30;
    private const int QuotaLinux = 122;
    private const int QuotaMac = 69;
    private const int StaleLinux = 116;
    private const int StaleMac = 70;
    private const int NoLocksLinux = 37;
    private const int NoLocksMac = 77;
    private const int DiskFullWindows = unchecked((int)0x80070070);
    private const int HandleDiskFullWindows = unchecked((int)0x80070027);
    private const int MaxTries = 4;

    // EIO, ENONET, ENOLINK, ECOMM (BeeGFS), ENETDOWN, ENETUNREACH, ECONNABORTED and ECONNRESET (FUSE), ENOTCONN (FUSE, Gluster),
    // ESHUTDOWN (a client that Lustre or CephFS has evicted),
    // ETIMEDOUT (NFS, mounted soft), ECONNREFUSED, EHOSTDOWN (SMB), EHOSTUNREACH, ESTALE, EUCLEAN, EREMOTEIO, ENOKEY, EKEYEXPIRED,
    // EKEYREVOKED (NFS with Kerberos).
    private static readonly HashSet<int> OnLinux =
    [
        IoError,
        64,
        67,
        70,
        100,
        101,
        103,
        104,
        107,
        108,
        110,
        111,
        112,
        113,
        StaleLinux,
        117,
        121,
        126,
        127,
        128,
    ];

    // EIO, ENETDOWN, ENETUNREACH, ECONNABORTED, ECONNRESET, ENOTCONN, ESHUTDOWN, ETIMEDOUT, ECONNREFUSED, EHOSTDOWN, EHOSTUNREACH, ESTALE.
    private static readonly HashSet<int> OnMac = [IoError, 50, 51, 53, 54, 57, 58, 60, 61, 64, 65, StaleMac];

    // ERROR_BAD_NETPATH, ERROR_DEV_NOT_EXIST, ERROR_UNEXP_NET_ERR, ERROR_NETNAME_DELETED, ERROR_SEM_TIMEOUT, ERROR_NETWORK_UNREACHABLE,
    // ERROR_HOST_UNREACHABLE, ERROR_CONNECTION_ABORTED.
    private static readonly HashSet<int> OnWindows =
    [
        .. new[] { 53, 55, 59, 64, 121, 1231, 1232, 1236 }.Select(static error => unchecked((int)(0x80070000 | (uint)error))),
    ];

    /// <summary>Whether the system refused an access to a file: the disk, its server or connection, a missing file, a missing
    /// permission.</summary>
    public static bool IsAccessError(Exception e) => e is IOException or UnauthorizedAccessException;

    /// <summary>Whether the system refused an access to a file, or the path is not a valid path.</summary>
    public static bool IsAccessOrPathError(Exception e) => IsAccessError(e) || e is ArgumentException or NotSupportedException;

    /// <summary>Whether a file handle is stale: another machine has replaced the file, and its name now refers to the new one.</summary>
    public static bool IsStale(Exception e) => e is IOException && IsStale(e.HResult);

    /// <summary>Whether an error number means a stale file handle.</summary>
    public static bool IsStale(int error) => error == (OperatingSystem.IsMacOS() ? StaleMac : StaleLinux);

    /// <summary>Reads a file, and tries again if another machine has replaced it in the meantime.</summary>
    public static T RetryIfStale<T>(Func<T> read)
    {
        for (var tries = 1; ; tries++)
        {
            try
            {
                return read();
            }
            catch (IOException e) when (IsStale(e) && tries < MaxTries)
            {
                // The next try opens the new file.
            }
        }
    }

    /// <summary>Whether an error number means that a file system, its server or its connection is unavailable.</summary>
    public static bool IsFileSystemError(int error) =>
        (
            OperatingSystem.IsWindows() ? OnWindows
            : OperatingSystem.IsMacOS() ? OnMac
            : OnLinux
        ).Contains(error);

    /// <summary>Whether an error number means that the lock service of a file system does not answer.</summary>
    public static bool IsLockServiceError(int error) =>
        !OperatingSystem.IsWindows() && error == (OperatingSystem.IsMacOS() ? NoLocksMac : NoLocksLinux);

    /// <summary>Whether the disk is full or the quota used up.</summary>
    public static bool IsOutOfSpace(Exception e) =>
        e is IOException
        && (
            e.HResult is NoSpace or DiskFullWindows or HandleDiskFullWindows
            || e.HResult == (OperatingSystem.IsMacOS() ? QuotaMac : QuotaLinux)
        );

    /// <summary>
    /// Whether the disk has failed: no space, no quota, an input/output error, a read-only file system, or an unavailable server or
    /// connection.
    /// </summary>
    public static bool IsDiskError(Exception e) => IsOutOfSpace(e) || IsReadError(e) || (e is IOException && e.HResult == ReadOnly);

    /// <summary>Whether a read failed because of the disk, or because of a mounted network file system.</summary>
    public static bool IsReadError(Exception e) => e is IOException && IsFileSystemError(e.HResult);
}
