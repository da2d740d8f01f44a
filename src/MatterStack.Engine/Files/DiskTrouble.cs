namespace MatterStack.Engine.Files;

/// <summary>Tells trouble of a disk, or of a file system whose server or connection is gone, which goes away again, from a path that is wrong.</summary>
internal static class DiskTrouble
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
    private const int MostTries = 4;

    // EIO, ENONET, ENOLINK, ECOMM (BeeGFS), ENETDOWN, ENETUNREACH, ECONNABORTED and ECONNRESET (FUSE), ENOTCONN (FUSE, Gluster), ESHUTDOWN (a client that Lustre or CephFS has shut out),
    // ETIMEDOUT (NFS, mounted soft), ECONNREFUSED, EHOSTDOWN (SMB), EHOSTUNREACH, ESTALE, EUCLEAN, EREMOTEIO, ENOKEY, EKEYEXPIRED, EKEYREVOKED (NFS with Kerberos).
    private static readonly HashSet<int> OnLinux = [IoError, 64, 67, 70, 100, 101, 103, 104, 107, 108, 110, 111, 112, 113, StaleLinux, 117, 121, 126, 127, 128];

    // EIO, ENETDOWN, ENETUNREACH, ECONNABORTED, ECONNRESET, ENOTCONN, ESHUTDOWN, ETIMEDOUT, ECONNREFUSED, EHOSTDOWN, EHOSTUNREACH, ESTALE.
    private static readonly HashSet<int> OnMac = [IoError, 50, 51, 53, 54, 57, 58, 60, 61, 64, 65, StaleMac];

    // ERROR_BAD_NETPATH, ERROR_DEV_NOT_EXIST, ERROR_UNEXP_NET_ERR, ERROR_NETNAME_DELETED, ERROR_SEM_TIMEOUT, ERROR_NETWORK_UNREACHABLE, ERROR_HOST_UNREACHABLE, ERROR_CONNECTION_ABORTED.
    private static readonly HashSet<int> OnWindows = [.. new[] { 53, 55, 59, 64, 121, 1231, 1232, 1236 }.Select(static error => unchecked((int)(0x80070000 | (uint)error)))];

    /// <summary>Whether a file was another one when it was opened: another machine has replaced it, and its name leads to the new one.</summary>
    public static bool IsStale(Exception e) => e is IOException && IsStale(e.HResult);

    /// <summary>Whether an error's number says so.</summary>
    public static bool IsStale(int error) => error == (OperatingSystem.IsMacOS() ? StaleMac : StaleLinux);

    /// <summary>Reads a file, which is opened anew where another machine has put another one in its place meanwhile.</summary>
    public static T AgainIfStale<T>(Func<T> read)
    {
        for (var tries = 1; ; tries++)
        {
            try
            {
                return read();
            }
            catch (IOException e) when (IsStale(e) && tries < MostTries)
            {
                // Its name leads to the new one.
            }
        }
    }

    /// <summary>Whether an error's number says that a file system, its server or its connection is gone.</summary>
    public static bool IsOfFileSystem(int error) => (OperatingSystem.IsWindows() ? OnWindows : OperatingSystem.IsMacOS() ? OnMac : OnLinux).Contains(error);

    /// <summary>Whether an error's number says that the service that keeps the locks of a file system does not answer.</summary>
    public static bool IsOfLocks(int error) => !OperatingSystem.IsWindows() && error == (OperatingSystem.IsMacOS() ? NoLocksMac : NoLocksLinux);

    /// <summary>No space or no quota left.</summary>
    public static bool IsLackOfSpace(Exception e) =>
        e is IOException && (e.HResult is NoSpace or DiskFullWindows or HandleDiskFullWindows || e.HResult == (OperatingSystem.IsMacOS() ? QuotaMac : QuotaLinux));

    /// <summary>No space, no quota left, an input/output error, a file system that has become read-only, or one whose server or connection is gone.</summary>
    public static bool Is(Exception e) => IsLackOfSpace(e) || IsOfReading(e) || (e is IOException && e.HResult == ReadOnly);

    /// <summary>An error of the disk, or of the file system of other machines that is mounted here.</summary>
    public static bool IsOfReading(Exception e) => e is IOException && IsOfFileSystem(e.HResult);
}
